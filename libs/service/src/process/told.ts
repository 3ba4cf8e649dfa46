import { realpathSync, statfsSync, watch } from "node:fs";
import { basename, dirname, resolve } from "node:path";

/** File systems of this machine alone (ext, xfs, btrfs, zfs, f2fs, overlay, tmpfs): what changes there, the kernel sees. */
const LOCAL = new Set([0xef53, 0x58465342, 0x9123683e, 0x2fc12fc1, 0xf2f52010, 0x794c7630, 0x01021994]);
/** Who writes a file empties it first, mostly: it is looked at when nothing more comes. */
const SETTLED_MS = 50;

/**
 * Has `look` called soon after one of these files changes, by what the kernel tells of their folders; nothing of it keeps
 * a process alive.
 *
 * @returns undefined where that is not to be relied upon: another machine may write there, a link on the way may be swapped,
 * or the system has no more watches to give.
 */
export function toldOfChanges(paths: readonly string[], look: () => void): Disposable | undefined {
  let soon: NodeJS.Timeout | undefined;
  using stack = new DisposableStack();
  stack.defer(() => clearTimeout(soon));
  const changed = () => {
    clearTimeout(soon);
    soon = setTimeout(look, SETTLED_MS).unref();
  };
  try {
    const files = Map.groupBy(
      paths.map((path) => resolve(path)),
      dirname,
    );
    for (const [folder, inside] of files) {
      if (!isPlain(folder, inside)) return undefined;
      const names = new Set<string | null>([null, ...inside.map((path) => basename(path))]);
      const watcher = watch(folder, { persistent: false }, (_, name) => void (names.has(name) && changed()));
      stack.defer(() => watcher.close());
      // The folder went: who looks now and again sees what took its place.
      watcher.on("error", () => undefined);
    }
    return stack.move();
  } catch {
    return undefined;
  }
}

function isPlain(folder: string, files: readonly string[]): boolean {
  return LOCAL.has(statfsSync(folder).type) && files.every((path) => realpathSync(path) === path);
}
