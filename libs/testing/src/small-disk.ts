import { execFileSync } from "node:child_process";
import { closeSync, mkdirSync, openSync, rmSync, statfsSync, writeSync } from "node:fs";
import { join } from "node:path";

/** A disk of its own that a test can fill. */
export interface SmallDisk extends Disposable {
  /** Takes all that is left, and shows that it did. */
  fill(): void;
  /** Gives back what `fill` took. */
  clear(): void;
}

/** Mounts a small disk at `dir`; a sentence that says why where that is impossible. */
export function mountSmallDisk(dir: string, mebibytes: number): SmallDisk | string {
  mkdirSync(dir, { recursive: true });
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${mebibytes}m`, "tmpfs", dir], { stdio: "pipe" });
  } catch {
    return "this user may not mount a tmpfs";
  }
  const ballast = join(dir, "ballast");
  return {
    fill() {
      const file = openSync(ballast, "a");
      try {
        for (let size = 1 << 20; size >= 1;) size = take(file, size) ? size : size >> 1;
      } finally {
        closeSync(file);
      }
      if (statfsSync(dir).bavail > 0) throw new Error(`${dir} is not full`);
    },
    clear: () => rmSync(ballast, { force: true }),
    [Symbol.dispose]: () => void execFileSync("umount", ["--lazy", dir]),
  };
}

function take(file: number, size: number): boolean {
  try {
    writeSync(file, new Uint8Array(size));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
    return false;
  }
}
