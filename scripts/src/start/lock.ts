import { spawnSync } from "node:child_process";
import { closeSync, openSync, statSync } from "node:fs";
import { join } from "node:path";
import { Problem } from "@ntd/service";

/**
 * Locks a folder until it is disposed, or this process ends: flock(1) locks the open file, which both share, and leaves.
 *
 * @throws Problem CONFIG_INVALID when another start or a restore has it, and when it is not there.
 */
export function lockFolder(dir: string): Disposable {
  if (statSync(dir, { throwIfNoEntry: false })?.isDirectory() !== true)
    throw new Problem("CONFIG_INVALID", `${dir} is not there; name the platform's folder.`);
  const file = openSync(join(dir, "lock"), "a", 0o600);
  const { status, error } = spawnSync("flock", ["--nonblock", "3"], { stdio: ["ignore", "ignore", "ignore", file] });
  const lock = { [Symbol.dispose]: () => closeSync(file) };
  if (error === undefined && status === 0) return lock;
  lock[Symbol.dispose]();
  if (error !== undefined) throw new Problem("CONFIG_INVALID", "flock (util-linux) is needed; install it.");
  throw new Problem("CONFIG_INVALID", `another ./scripts/start, or a restore, uses ${dir}; stop it first.`);
}
