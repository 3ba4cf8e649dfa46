import { spawnSync } from "node:child_process";
import { openSync } from "node:fs";
import { join } from "node:path";
import { Problem } from "@ntd/service";

/**
 * Locks a folder for as long as this process lives: flock(1) locks the open file, which both share, and leaves.
 *
 * @throws Problem CONFIG_INVALID when another start has it.
 */
export function lockFolder(dir: string): void {
  const file = openSync(join(dir, "lock"), "a", 0o600);
  const { status, error } = spawnSync("flock", ["--nonblock", "3"], { stdio: ["ignore", "ignore", "ignore", file] });
  if (error !== undefined) throw new Problem("CONFIG_INVALID", "flock (util-linux) is needed; install it.");
  if (status !== 0) throw new Problem("CONFIG_INVALID", `another ./scripts/start uses ${dir}; stop it first.`);
}
