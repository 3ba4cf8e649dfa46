import { spawn } from "node:child_process";
import { once } from "node:events";
import { openSync } from "node:fs";
import { expect, test } from "vitest";

const program = `
  import { createLog } from ${JSON.stringify(new URL("../src/index.ts", import.meta.url).href)};
  const log = createLog("test", "info");
  for (let i = 0; i < 2000; i++) log.info("x".repeat(100));
  setTimeout(() => process.stderr.write("went on"), 50);
`;

test("a full disk under the log ends no process, and keeps none from ending", async () => {
  // Every write to this device finds no room.
  const full = openSync("/dev/full", "w");
  const args = ["--input-type=module", "--eval", program];
  const child = spawn(process.execPath, args, { stdio: ["ignore", full, "pipe"], timeout: 30_000 });
  let said = "";
  child.stderr?.on("data", (chunk) => (said += String(chunk)));
  const [code] = await once(child, "close");
  expect([code, said]).toEqual([0, "went on"]);
});
