/** One line that the handler of the tests wrote. */
export interface HandlerLine {
  is: "began" | "ended";
  notice_id: string;
  revision: number;
  attempt: number;
  pid: number;
}

/**
 * A handler that writes down what it was told and does what the first address says: `/exit-{code}` ends with it, `/wait`
 * waits for the file "go", `/hang` starts a process of its own and waits for ever.
 */
export const HANDLER_SOURCE = `
import { spawn } from "node:child_process";
import { appendFileSync, existsSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
const dir = process.argv[2];
const notice = JSON.parse(await text(process.stdin));
const { notice_id, revision, attempt } = notice;
const write = (is, pid = process.pid) =>
  appendFileSync(join(dir, "handled"), JSON.stringify({ is, notice_id, revision, attempt, pid }) + "\\n");
write("began");
// Ends with its test, however that ended.
setInterval(() => existsSync(dir) || process.exit(1), 200).unref();
const path = new URL(notice.targets[0].url).pathname;
if (path === "/hang") {
  const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "ignore" });
  write("began", child.pid);
  setInterval(() => {}, 1000);
} else {
  while (path === "/wait" && !existsSync(join(dir, "go"))) await new Promise((r) => setTimeout(r, 20));
  write("ended");
  process.exitCode = Number(/^\\/exit-(\\d+)/.exec(path)?.[1] ?? 0);
}
`;
