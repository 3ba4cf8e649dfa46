import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { freePort } from "../src/free-port.ts";

test("a port that one process was given is given to no other, though nobody listens on it yet", async () => {
  const own = new Set<number>();
  for (let i = 0; i < 300; i++) own.add(await freePort());
  expect(own.size).toBe(300);
  const program = `import { freePort } from "../src/free-port.ts";
    for (let i = 0; i < 3000; i++) console.log(await freePort());`;
  const args = ["--input-type=module-typescript", "--eval", program];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: import.meta.dirname, maxBuffer: 1e7 });
  const others = stdout.trim().split("\n").map(Number);
  expect(others.length).toBe(3000);
  expect(others.filter((port) => own.has(port))).toEqual([]);
});

test("the port of an earlier process is given again, unless somebody has it", async () => {
  const program = `import { freePort } from "../src/free-port.ts"; console.log(await freePort());`;
  const args = ["--input-type=module-typescript", "--eval", program];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: import.meta.dirname });
  const earlier = Number(stdout);
  expect(await freePort(earlier)).toBe(earlier);
  expect(await freePort(earlier)).not.toBe(earlier);
});
