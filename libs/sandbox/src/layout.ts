import { execFileSync } from "node:child_process";
import { existsSync, globSync, lstatSync, readlinkSync, realpathSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";

/** One thing that is to be seen from inside, at the same path as outside. */
export type Mount = { kind: "folder" | "file"; path: string } | { kind: "link"; path: string; target: string };

/** What of these is to be mounted: nothing twice, nothing that lies in a folder that is mounted already. */
export function layoutOf(paths: readonly string[]): Mount[] {
  const mounts = new Map<string, Mount>();
  for (const path of paths) {
    const real = realpathSync(path);
    const folder = statSync(real).isDirectory();
    // A link to a folder stays one: Node tells by the real path whether a file belongs to a package.
    if (folder && lstatSync(path).isSymbolicLink()) {
      mounts.set(path, { kind: "link", path, target: readlinkSync(path) });
      mounts.set(real, { kind: "folder", path: real });
    } else mounts.set(path, { kind: folder ? "folder" : "file", path });
  }
  const folders = [...mounts.values()].filter(({ kind }) => kind === "folder").map(({ path }) => path);
  return [...mounts.values()].filter(({ path }) => !folders.some((folder) => path.startsWith(`${folder}/`)));
}

/** Every folder above these, outermost first: they are made in the empty root. */
export function foldersAbove(mounts: readonly Mount[]): string[] {
  const above = new Set<string>();
  for (const { path } of mounts) {
    for (let folder = dirname(path); folder !== "/"; folder = dirname(folder)) above.add(folder);
  }
  return [...above].toSorted((a, b) => a.length - b.length);
}

/** The system's libraries that these programs, and native parts of packages in these folders, are linked with. */
export function sharedLibraries(paths: readonly string[]): string[] {
  const linked = paths.flatMap((path) =>
    statSync(path).isDirectory() ? globSync(`${path}/lib/**/*.{node,so,so.*}`) : isProgram(path) ? [path] : [],
  );
  if (linked.length === 0) return [];
  const said = execFileSync("ldd", linked, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  const libraries = [...said.matchAll(/(\/\S+) \(0x/g)].map(([, path = ""]) => resolve(path));
  return [...new Set(libraries), ...["/etc/ld.so.cache"].filter((index) => existsSync(index))];
}

function isProgram(path: string): boolean {
  return (statSync(path).mode & 0o111) !== 0;
}
