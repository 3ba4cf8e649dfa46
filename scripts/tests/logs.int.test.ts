import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readdirSync, readFileSync, statSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eventually } from "@ntd/testing";
import { mountSmallDisk } from "@ntd/testing/small-disk";
import { afterAll, expect, test } from "vitest";
import { putLogsAside } from "../src/supervisor/logs.ts";

const top = await mkdtemp(join(tmpdir(), "ntd-logs-"));
const disk = mountSmallDisk(join(top, "disk"), 4);
const missing = typeof disk === "string" ? disk : undefined;
const small = typeof disk === "string" ? undefined : disk;
afterAll(async () => {
  small?.[Symbol.dispose]();
  await rm(top, { recursive: true, force: true });
});

const bounds = { maxBytes: 10, kept: 2 };

test("a log that is too large is put aside, a bounded number is kept, and its writer goes on in the same file", async () => {
  const file = join(top, "a.log");
  const writer = openSync(file, "a");
  const write = (text: string) => execFileSync("/bin/echo", ["-n", text], { stdio: ["ignore", writer, "ignore"] });
  for (const text of ["one, which is long", "two, which is long", "three, which is long", "four, which is long"]) {
    write(text);
    expect(await putLogsAside([file, join(top, "none.log")], bounds)).toEqual([file]);
    expect(statSync(file).size).toBe(0);
  }
  write("short");
  expect(await putLogsAside([file], bounds)).toEqual([]);
  closeSync(writer);
  const of = (name: string) => readFileSync(join(top, name), "utf8");
  expect(
    readdirSync(top)
      .filter((name) => name.startsWith("a.log"))
      .toSorted(),
  ).toEqual(["a.log", "a.log.1", "a.log.2"]);
  expect([of("a.log"), of("a.log.1"), of("a.log.2")]).toEqual(["short", "four, which is long", "three, which is long"]);
});

test("none is kept where none is to be", async () => {
  const file = join(top, "b.log");
  await writeFile(file, "much more than ten");
  await putLogsAside([file], { maxBytes: 10, kept: 0 });
  expect(readdirSync(top).filter((name) => name.startsWith("b.log"))).toEqual(["b.log"]);
});

const program = `
  import { createLog } from ${JSON.stringify(new URL("../../libs/service/src/index.ts", import.meta.url).href)};
  const log = createLog("test", "info");
  let turns = 0;
  setInterval(() => { for (let i = 0; i < 50; i++) log.info("x".repeat(200)); process.send(++turns); }, 5);
  process.once("SIGTERM", () => { log.info("last"); process.exit(0); });
`;

test.skipIf(missing !== undefined)(
  `on a full disk a program that logs goes on, logs again once there is room, and ends at once ${missing ?? ""}`,
  async () => {
    const file = join(top, "disk", "c.log");
    const log = openSync(file, "a");
    const child = spawn(process.execPath, ["--input-type=module", "--eval", program], {
      stdio: ["ignore", log, "ignore", "ipc"],
    });
    closeSync(log);
    let turns = 0;
    child.on("message", (told) => (turns = Number(told)));
    await eventually("it logs", () => statSync(file).size > 100_000);
    small?.fill();
    const before = turns;
    await eventually("it goes on", () => turns > before + 50);
    // There is no room for a copy: what was is lost, and the log goes on.
    expect(await putLogsAside([file], { maxBytes: 1000, kept: 2 })).toEqual([file]);
    small?.clear();
    const { size } = statSync(file);
    await eventually("it logs again", () => statSync(file).size > size + 10_000);

    small?.fill();
    const full = turns;
    await eventually("it goes on", () => turns > full + 50);
    child.kill("SIGTERM");
    const ended = await Promise.race([
      once(child, "exit"),
      eventually("never", () => false, 10_000).catch(() => ["hangs"]),
    ]);
    child.kill("SIGKILL");
    expect(ended).toEqual([0, null]);
  },
  60_000,
);
