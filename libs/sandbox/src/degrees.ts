import { foldersAbove, type Mount } from "./layout.ts";

/** How a program can be shut in, the closest first. `none`: own user where possible and limits, but files and network. */
export const SANDBOX_KINDS = ["bwrap", "unshare", "none"] as const;
export type SandboxKind = (typeof SANDBOX_KINDS)[number];

/**
 * A way to reach a degree. `root`: namespaces made by root itself, where users may make none, or may not read what is
 * mounted; `user`: in a user namespace, as a user of its own if root asks.
 */
export interface Way {
  kind: SandboxKind;
  by: "user" | "root";
}

export const WAYS: readonly Way[] = SANDBOX_KINDS.flatMap((kind) => [
  { kind, by: "user" },
  { kind, by: "root" },
]);

export interface Limits {
  /** Memory that the kernel gives it at most: more is refused, which ends most programs. A Node that idles needs 600. */
  dataMb: number;
  /** Processor time of its whole life, after which the kernel kills it. */
  cpuSeconds: number;
}

/**
 * What a program of many processes needs to work, as a browser is one: it may start processes and talk to them, has
 * `/proc`, `/dev` and a `/tmp` of its own in memory, and sockets in a network that leads nowhere.
 */
export interface Room {
  /** What its files in `/tmp` and the memory that its processes share take at most, together and each. */
  tempMb: number;
  /** Processes and threads at most. */
  tasks: number;
}

/** What a program needs beside its files. */
export interface Needs {
  room?: Room | undefined;
  /** `/proc` of itself, by which it opens anew what it was handed open. */
  proc?: boolean | undefined;
}

export interface Surroundings {
  /** Whether this process is root. */
  isRoot: boolean;
  /** Where these tools are; what is not there has no entry. */
  tools: Readonly<Partial<Record<Tool, string>>>;
  /** Which descriptor holds the filter of system calls; undefined where there is none for this machine. */
  filterFd: number | undefined;
}

export const TOOLS = ["bwrap", "setpriv", "prlimit", "unshare", "sh"] as const;
export type Tool = (typeof TOOLS)[number];

/** A user that nothing else runs as, so that it can neither read, signal nor trace what is not its own. */
const OWN_USER = "65533";
const OWN = ["--reuid", OWN_USER, "--regid", OWN_USER, "--clear-groups"];
const NO_RIGHTS = ["--no-new-privs", "--inh-caps=-all"];
const DIES_WITH_PARENT = ["--pdeathsig", "SIGKILL"];
const MOST_PROCESSES = 64;

/** The words that start `command` in this way, or what is missing for it. */
export function wrapped(
  { kind, by }: Way,
  command: readonly string[],
  mounts: readonly Mount[],
  limits: Limits,
  at: Surroundings,
  { room, proc }: Needs = {},
): { argv: string[] } | { missing: string } {
  if (by === "root" && !at.isRoot) return { missing: "this is not root" };
  const needed = needs[kind].filter((tool) => at.tools[tool] === undefined);
  if (needed.length > 0) return { missing: `${needed.join(", ")} not installed` };
  // What can start processes is shut in by all that there is, or not run.
  if (room !== undefined && kind !== "bwrap") return { missing: "takes no program of many processes" };
  if (proc === true && kind === "unshare") return { missing: "gives no /proc" };
  const tool = (name: Tool) => at.tools[name] ?? name;
  const limit = at.tools.prlimit === undefined ? [] : [tool("prlimit"), ...limitWords(limits, room), "--"];
  const own = at.isRoot && by === "user" ? OWN : [];
  const priv = at.tools.setpriv === undefined ? [] : [tool("setpriv"), ...own, ...NO_RIGHTS];
  // A step of its own, since a change of user forgets it.
  const dies = [tool("setpriv"), ...DIES_WITH_PARENT];
  // Root gives up being root as the last thing before the program, when all is mounted.
  const last = [tool("setpriv"), ...OWN, ...NO_RIGHTS, "--bounding-set=-all", ...dies];
  switch (kind) {
    case "bwrap": {
      const words = [tool("bwrap"), ...bwrapWords(mounts, at.filterFd, { room, proc })];
      if (by === "root") return { argv: [...limit, ...words, ...ROOT_KEEPS, "--", ...last, ...command] };
      return { argv: [...limit, ...priv, ...words, ...OWN_NAMES, "--", ...command] };
    }
    case "unshare": {
      const inner = by === "root" ? last : [tool("setpriv"), ...NO_RIGHTS, ...dies.slice(1)];
      const asNobody = by === "root" ? [] : ["--user", `--map-user=${OWN_USER}`, `--map-group=${OWN_USER}`];
      const chroot = [tool("unshare"), ...asNobody, `--root=${ROOT}`, "--wd=/", "--", ...inner, ...command];
      const asRoot = by === "root" ? [] : [tool("unshare"), "--user", "--map-root-user", "--"];
      const apart = [...dies, tool("unshare"), ...NAMESPACES, "--", tool("sh"), "-c"];
      const most = by === "root" ? [] : ["most", String(MOST_PROCESSES)];
      const script = [SCRIPT, "sandbox", ...mounts.flatMap(scriptWords), ...most, "--", ...chroot];
      return { argv: [...limit, ...priv, ...asRoot, ...apart, ...script] };
    }
    case "none":
      return { argv: [...limit, ...priv, ...(priv.length === 0 ? [] : dies), ...command] };
    default:
      return kind satisfies never;
  }
}

const needs: Readonly<Record<SandboxKind, readonly Tool[]>> = {
  bwrap: ["bwrap", "setpriv", "prlimit"],
  unshare: ["unshare", "setpriv", "prlimit", "sh"],
  none: [],
};

/** Tools that the way's last step runs inside, where they must be seen. */
export function toolsInside({ kind, by }: Way): Tool[] {
  return kind === "unshare" || (kind === "bwrap" && by === "root") ? ["setpriv"] : [];
}

const bytesOf = (mb: number) => mb * 1024 * 1024;

function limitWords({ dataMb, cpuSeconds }: Limits, room: Room | undefined): string[] {
  const [bytes, written] = [bytesOf(dataMb), bytesOf(room?.tempMb ?? 0)];
  const files = room === undefined ? 128 : 4096;
  return [
    "--core=0:0",
    `--fsize=${written}:${written}`,
    `--nofile=${files}:${files}`,
    ...(room === undefined ? [] : [`--nproc=${room.tasks}:${room.tasks}`]),
    `--data=${bytes}:${bytes}`,
    `--cpu=${cpuSeconds}:${cpuSeconds}`,
  ];
}

// The program is the first process of its own. By root it is not: its wrapper, which gave up every right, could not take
// it along when it ends, while the end of a first process takes all others along.
const OWN_NAMES = ["--as-pid-1", "--unshare-user", "--uid", OWN_USER, "--gid", OWN_USER];
const ROOT_KEEPS = ["CAP_SETUID", "CAP_SETGID", "CAP_SETPCAP"].flatMap((right) => ["--cap-add", right]);

const APART = "--unshare-pid --unshare-net --unshare-ipc --unshare-uts --unshare-cgroup-try".split(" ");

function bwrapWords(mounts: readonly Mount[], filterFd: number | undefined, { room, proc }: Needs): string[] {
  return [
    ...APART,
    "--die-with-parent",
    "--new-session",
    // Said, since bwrap as root would make them for root alone.
    ...foldersAbove(mounts).flatMap((folder) => ["--perms", "0755", "--dir", folder]),
    ...mounts.flatMap((mount) =>
      mount.kind === "link" ? ["--symlink", mount.target, mount.path] : ["--ro-bind", mount.path, mount.path],
    ),
    ...(room !== undefined || proc === true ? ["--proc", "/proc"] : []),
    ...(room === undefined ? [] : roomWords(room)),
    "--remount-ro",
    "/",
    "--chdir",
    "/",
    ...(filterFd === undefined ? [] : ["--seccomp", String(filterFd)]),
  ];
}

// Files in /dev would have no bound.
function roomWords({ tempMb }: Room): string[] {
  const temp = ["--perms", "1777", "--size", String(bytesOf(tempMb)), "--tmpfs", "/tmp"];
  return ["--dev", "/dev", "--remount-ro", "/dev", ...temp];
}

const NAMESPACES = ["--mount", "--net", "--pid", "--ipc", "--uts", "--fork", "--kill-child"];

/** Where the new root is put together, in a mount namespace of its own: a folder that is always there and holds nothing that is mounted. */
const ROOT = "/sys";

const scriptWords = (mount: Mount) =>
  mount.kind === "link" ? ["link", mount.path, mount.target] : [mount.kind, mount.path];

// What bwrap does with --ro-bind, by the shell.
const SCRIPT = `set -eu
root=${ROOT}
mount -t tmpfs -o mode=755,size=1m tmpfs "$root"
shut() { mount --bind "$1" "$root$1"; mount -o remount,bind,ro,nosuid,nodev "$root$1"; }
while [ "$1" != -- ]; do
  case $1 in
    link) mkdir -p "$root\${2%/*}"; ln -s "$3" "$root$2"; shift 3;;
    folder) mkdir -p "$root$2"; shut "$2"; shift 2;;
    file) mkdir -p "$root\${2%/*}"; : >"$root$2"; shut "$2"; shift 2;;
    most) prlimit --nproc="$2:$2" --pid $$; shift 2;;
  esac
done
shift
mount -o remount,bind,ro "$root"
exec "$@"`;
