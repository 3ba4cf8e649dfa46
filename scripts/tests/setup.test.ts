import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { eventually } from "@ntd/testing";

// A copy of the script in a folder of its own, with an npm that takes its time and installs nothing.
let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "ntd-setup-"));
  await mkdir(join(dir, "scripts"));
  await mkdir(join(dir, "bin"));
  await copyFile(join(import.meta.dirname, "../setup"), join(dir, "scripts/setup"));
  await writeFile(join(dir, "package-lock.json"), "{}");
  const npm = `#!/bin/bash\necho begins >>${dir}/said\nwhile [[ ! -e ${dir}/go ]]; do sleep 0.05; done\necho ends >>${dir}/said\nexit 1\n`;
  await writeFile(join(dir, "bin/npm"), npm, { mode: 0o755 });
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const said = async () => (await readFile(join(dir, "said"), "utf8").catch(() => "")).trim().split("\n");
const setup = () =>
  spawn("bash", ["-c", ". scripts/setup"], {
    cwd: dir,
    env: { ...process.env, PATH: `${join(dir, "bin")}:${process.env["PATH"]}` },
    stdio: "ignore",
  });

test("one that is killed leaves its npm at work, and the next one waits for that: two at a time spoil the packages", async () => {
  const first = setup();
  await eventually("npm is at work", async () => (await said())[0] === "begins");
  first.kill("SIGKILL");
  await once(first, "exit");
  const second = setup();
  const ended = once(second, "exit");
  // Had it not waited, it would be at work by now.
  await eventually(
    "it has come to the lock",
    async () => (await waitsForLock(second.pid ?? 0)) || (await said()).length > 1,
  );
  await writeFile(join(dir, "go"), "");
  await ended;
  expect(await said()).toEqual(["begins", "ends", "begins", "ends"]);
}, 60_000);

/** Whether a child of it is flock(1). */
async function waitsForLock(pid: number): Promise<boolean> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, "utf8").catch(() => "");
  const names = children.split(" ").map((child) => readFile(`/proc/${child}/comm`, "utf8").catch(() => ""));
  return (await Promise.all(names)).some((name) => name.trim() === "flock");
}
