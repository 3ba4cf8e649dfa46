import { readdir, readFile, readlink } from "node:fs/promises";
import { basename } from "node:path";

/** In the states of /proc/net/tcp. */
const LISTENS = "0A";

/** Who listens on a port of this machine, for a sentence: "node (pid 42)". Undefined when that cannot be told. */
export async function portHolder(port: number): Promise<string | undefined> {
  const sockets = new Set((await Promise.all(["tcp", "tcp6"].map((table) => listening(table, port)))).flat());
  if (sockets.size === 0) return undefined;
  for (const pid of await entries("/proc")) {
    if (!/^\d+$/.test(pid)) continue;
    for (const file of await entries(`/proc/${pid}/fd`)) {
      const socket = await readlink(`/proc/${pid}/fd/${file}`).catch(() => "");
      if (sockets.has(socket)) return `${await nameOf(pid)} (pid ${pid})`;
    }
  }
  return undefined;
}

// A process may call itself anything (Node: "MainThread"): what it was started as says more.
async function nameOf(pid: string): Promise<string> {
  const [program = ""] = (await textOf(`/proc/${pid}/cmdline`)).split("\0");
  return basename(program) || (await textOf(`/proc/${pid}/comm`)).trim();
}

// Columns: number, local address:port in hexadecimal, remote, state, …, inode in the tenth.
async function listening(table: string, port: number): Promise<string[]> {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  return (await textOf(`/proc/net/${table}`))
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .filter(([, local = "", , state]) => local.endsWith(suffix) && state === LISTENS)
    .map((columns) => `socket:[${columns[9]}]`);
}

// A process may end between being listed and being read, and another's may not be read at all.
const entries = (path: string) => readdir(path).catch(() => []);
const textOf = (path: string) => readFile(path, "utf8").catch(() => "");
