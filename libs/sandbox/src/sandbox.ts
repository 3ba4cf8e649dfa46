import { spawn, type ChildProcess, type IOType } from "node:child_process";
import { closeSync, existsSync, openSync } from "node:fs";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { text } from "node:stream/consumers";
import {
  TOOLS,
  toolsInside,
  WAYS,
  wrapped,
  type Limits,
  type Room,
  type SandboxKind,
  type Surroundings,
  type Way,
} from "./degrees.ts";
import { inherited } from "./inherited.ts";
import { layoutOf, sharedLibraries, type Mount } from "./layout.ts";
import { systemCallFilter } from "./system-call-filter.ts";

/** A program that is not trusted once it has read what strangers sent. */
export interface Program {
  /** What runs: an absolute path and its arguments. */
  command: readonly [string, ...string[]];
  /** Its whole environment. */
  env: Readonly<Record<string, string>>;
  /** All that it may read, besides what it is and the libraries that it is linked with; all of it read-only. */
  files: readonly string[];
  limits: Limits;
  /** For a program of many processes; absent, it can start none, opens no socket and writes nothing. */
  room?: Room;
  /** Whether it has `/proc` of itself, by which it opens anew what it was handed open: in `bwrap` or `none` only. */
  proc?: boolean;
  /**
   * Whether it has an IPC channel ("advanced" serialization), as a child of `fork` does, over which it can hand over what
   * it listens on. Node itself reads what comes there, however long it is, and throws over what it cannot read: whoever
   * takes such a program over can end this process.
   */
  ipc?: boolean;
}

/** A way to start a program shut in, that was tried on this machine. */
export interface Sandbox {
  readonly kind: SandboxKind;
  /** Why nothing closer than `kind` is used; empty if it is the closest. */
  readonly why: string;
  /**
   * A child with its standard error as a pipe, that dies with this process. Its `pid` may be a wrapper's: `innermost` tells the program's own.
   *
   * @param given arguments behind those of the program, and what it has open from `FIRST_HANDED` on: descriptors of this
   *   process, and pipes to it, which carry bytes both ways.
   */
  start(given?: { words?: readonly string[]; handed?: readonly (number | "pipe")[] }): ChildProcess;
}

const TRIAL_MS = 10_000;

/**
 * The closest sandbox that works here for this program: each way is tried, with a Node that looks whether it can read
 * the program's files. With `wish` only ways of that kind are.
 *
 * @throws Error when no way of the kind that was wished for works; it says why.
 */
export async function prepareSandbox(program: Program, wish: SandboxKind | "auto" = "auto"): Promise<Sandbox> {
  const refusals: string[] = [];
  for (const way of WAYS.filter(({ kind }) => wish === "auto" || kind === wish)) {
    const prepared = prepare(way, program);
    const refusal = "missing" in prepared ? prepared.missing : await trial(prepared, program);
    if (refusal === undefined && "argv" in prepared) {
      const { command } = program;
      return {
        kind: way.kind,
        why: refusals.join("; "),
        start: ({ words = [], handed } = {}) => launch(prepared.argv([...command, ...words]), program, handed),
      };
    }
    // That root's ways are closed to others is no news.
    if (way.by === "user" || surroundings().isRoot) refusals.push(`${way.kind} by ${way.by}: ${refusal}`);
  }
  throw new Error(`No sandbox of the kind ${wish} works here (${refusals.join("; ")}).`);
}

type Prepared = { argv: (command: readonly string[]) => string[]; files: readonly string[] } | { missing: string };

function prepare(way: Way, { command, files, limits, ...needs }: Program): Prepared {
  const at = surroundings();
  const inside = toolsInside(way).flatMap((tool) => at.tools[tool] ?? []);
  const seen = [command[0], process.execPath, ...files];
  const mounts: Mount[] = layoutOf([...seen, ...inside, ...sharedLibraries([...seen, ...inside])]);
  const tried = wrapped(way, command, mounts, limits, at, needs);
  if ("missing" in tried) return tried;
  const argv = (of: readonly string[]) => {
    const words = wrapped(way, of, mounts, limits, at, needs);
    return "argv" in words ? words.argv : [];
  };
  return { argv, files: mounts.filter(({ kind }) => kind !== "link").map(({ path }) => path) };
}

const LOOK = 'for (const file of process.argv.slice(1)) require("node:fs").accessSync(file, 4)';

/** Why it does not work, if it does not. */
async function trial({ argv, files }: Exclude<Prepared, { missing: string }>, program: Program) {
  const child = launch(argv([process.execPath, "-e", LOOK, ...files]), { ...program, ipc: false });
  const timer = setTimeout(() => child.kill("SIGKILL"), TRIAL_MS);
  const ended = new Promise<number | string | null>((resolve) => {
    child.once("exit", (code, signal) => resolve(code ?? signal));
    child.once("error", ({ message }) => resolve(message));
  });
  const [end, said] = await Promise.all([ended, text(child.stderr as Readable).catch(() => "")]);
  clearTimeout(timer);
  if (end === 0) return undefined;
  return said.split("\n").find((line) => /\S/.test(line) && !line.startsWith("node:")) ?? `it ended with ${end}`;
}

/** Standard input, output and error, the IPC channel if there is one, and what comes then. */
const FILTER_FD = 4;
export const FIRST_HANDED = 5;

function launch(
  argv: readonly string[],
  { env, room, ipc }: Program,
  handed: readonly (number | "pipe")[] = [],
): ChildProcess {
  const [file = "", ...words] = argv;
  const nothing = openSync("/dev/null", "r");
  const stdio: (IOType | "ipc" | number | undefined)[] = ["ignore", "ignore", "pipe", ipc === true ? "ipc" : "ignore"];
  if (words.includes("--seccomp")) stdio[FILTER_FD] = "pipe";
  for (const [at, one] of handed.entries()) stdio[FIRST_HANDED + at] = one;
  // What this process was itself handed open (a lock, a log) would be handed on: wrappers close nothing.
  for (const fd of inherited().filter((open) => open >= stdio.length)) stdio[fd] = nothing;
  const child = spawn(file, words, {
    env,
    serialization: "advanced",
    stdio: Array.from(stdio, (to) => to ?? "ignore"),
  });
  closeSync(nothing);
  const filter = child.stdio[FILTER_FD] as Writable | null | undefined;
  // A wrapper that ends before it has read the filter says why on standard error.
  filter?.on("error", () => undefined).end(systemCallFilter(process.arch, room === undefined ? "alone" : "household"));
  return child;
}

function surroundings(): Surroundings {
  const found = TOOLS.flatMap((tool) => {
    const place = ["/usr/bin", "/bin", "/usr/local/bin"].map((folder) => join(folder, tool)).find(existsSync);
    return place === undefined ? [] : [[tool, place] as const];
  });
  return {
    isRoot: process.getuid?.() === 0,
    tools: Object.fromEntries(found),
    filterFd: systemCallFilter(process.arch) === undefined ? undefined : FILTER_FD,
  };
}
