import { execFile } from "node:child_process";
import { createServer } from "node:net";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { freePort, takePort } from "../src/free-port.ts";
import { portHolder } from "../src/port-holder.ts";

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

test("the port of an earlier process can be taken again, unless somebody has it, who is named", async () => {
  const program = `import { freePort } from "../src/free-port.ts"; console.log(await freePort());`;
  const args = ["--input-type=module-typescript", "--eval", program];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: import.meta.dirname });
  const earlier = Number(stdout);
  expect(await takePort(earlier)).toBe(true);
  expect(await takePort(earlier)).toBe(false);

  const server = createServer();
  const port = await freePort();
  expect(await portHolder(port)).toBeUndefined();
  await new Promise<void>((ready) => server.listen(port, "127.0.0.1", ready));
  expect(await portHolder(port)).toBe(`node (pid ${process.pid})`);
  expect(await takePort(port)).toBe(false);
  await new Promise((closed) => server.close(closed));
});
