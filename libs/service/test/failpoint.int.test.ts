import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { startChild } from "./child.ts";

const passing = `
  import { failpoint } from "../src/process/failpoint.ts";
  for (let n = 1; n <= 3; n++) {
    failpoint("store.save");
    process.stdout.write("saved " + n + "\\n");
    failpoint("relay.publish");
  }
  process.stdout.write("done\\n");
`;

async function run(setting?: string) {
  await using child = startChild(passing, setting === undefined ? {} : { NTD_FAILPOINT: setting });
  return { end: await child.ended, stdout: child.stdout(), stderr: child.stderr() };
}

test("unset it does nothing", async () => {
  expect(await run()).toMatchObject({ end: 0, stdout: "saved 1\nsaved 2\nsaved 3\ndone\n" });
  expect(await run("")).toMatchObject({ end: 0 });
});

test("the process dies at the n-th time it passes the name, and not a step later", async () => {
  expect(await run("store.save:1")).toMatchObject({ end: "SIGKILL", stdout: "" });
  expect(await run("store.save:3")).toMatchObject({ end: "SIGKILL", stdout: "saved 1\nsaved 2\n" });
  expect(await run("relay.publish:1")).toMatchObject({ end: "SIGKILL", stdout: "saved 1\n" });
});

test("a name or a count that is never reached lets the process live", async () => {
  expect(await run("store.save:4")).toMatchObject({ end: 0 });
  expect(await run("store.load:1")).toMatchObject({ end: 0 });
});

test("recording writes each name that was passed once", async () => {
  const dir = mkdtempSync(join(tmpdir(), "ntd-failpoint-"));
  const file = join(dir, "names");
  expect(await run(`record:${file}`)).toMatchObject({ end: 0 });
  expect(readFileSync(file, "utf8")).toBe("store.save\nrelay.publish\n");
  rmSync(dir, { recursive: true });
});

test.each(["store.save", "store.save:", "store.save:0", "store.save:x", ":1"])(
  "a setting that could never be hit ends the process: %s",
  async (setting) => {
    const { end, stderr } = await run(setting);
    expect(end).toBe(1);
    expect(stderr).toContain("NTD_FAILPOINT: is neither");
  },
);
