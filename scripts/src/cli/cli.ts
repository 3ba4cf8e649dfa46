import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { Readable } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import type { Bus } from "@ntd/bus";
import type { connect, RpcClient } from "@ntd/rpc";
import { Problem, shown } from "@ntd/service/problem";
import { certificateIn } from "./certificate.ts";
import { addressOf, readEndpoints, servicesIn } from "./endpoints.ts";
import { UsageError } from "./failure.ts";
import { jsonItems, presented, toJson } from "./output.ts";
import { openProgress, type Progress, type Task } from "./progress.ts";
import { typedText } from "./typed-text.ts";
import { PLAIN, timeZoneOf, wantsColour, type Presentation } from "./presentation.ts";

/** Where a command line comes from and where its words go. */
export interface Io {
  out: (text: string) => void;
  err: (text: string) => void;
  /** Resolves once what was told to `out` has left; absent: it does at once. */
  drained?: () => Promise<void>;
  /** What comes on standard input; absent: nothing. */
  input?: () => AsyncIterable<Uint8Array>;
  /** One line of whoever sits there; absent where nobody does. */
  answer?: () => Promise<string>;
  /** The terminal that `out` goes to; absent where it goes elsewhere. */
  terminal?: { columns: number };
  /** Whether `err` goes to a terminal. */
  isWatched?: boolean;
  environment: Readonly<Record<string, string | undefined>>;
}

export interface GlobalOptions {
  identity?: string;
  endpoints?: string;
  requestId?: string;
  json?: boolean;
  color?: string;
}

type Definition = Parameters<typeof connect>[0];

/** What every command works with. */
export interface Cli {
  /** Calls a service of the platform, by its name in the endpoints file. */
  call<D extends Definition, R>(
    service: string,
    definition: D,
    use: (client: RpcClient<D>) => Promise<R>,
    deadlineMs?: number,
  ): Promise<R>;
  bus<R>(use: (bus: Bus) => Promise<R>): Promise<R>;
  /** The request id given, else a new one. */
  requestId(): string;
  /** Whether whoever sits there says yes. @throws UsageError where nobody does. */
  ask(question: string): Promise<boolean>;
  /** Whether what is printed is for a program. */
  isJson(): boolean;
  /** Whether somebody sits there. */
  isAttended: boolean;
  /** What whoever sits there types; where nobody does, `flag` is asked for in the failure. */
  askFor(question: string, flag: string): Promise<string>;
  /** What somebody wrote in a file or, for "-", on standard input; `option` names it. @throws UsageError if it cannot be read. */
  written(file: string, option: string): Promise<string>;
  /** Prints `value` as JSON, or what `human` makes of it. */
  print(value: unknown, human: () => string): void;
  /** Tells what is waited for; no part of the answer. */
  tell(line: string): void;
  /** Prints some things at a time, as a list of JSON or what `human` makes of each page of them, and holds none of them. */
  printEach<T>(pages: AsyncIterable<readonly T[]>, human: (page: readonly T[], nth: number) => string): Promise<void>;
  /** Tells how far something is that takes its time. */
  progress(task: Task): Progress;
  /** Empties the terminal, if there is one and it is read by people. */
  clear(): void;
  /** The services that the endpoints file names. */
  services(): { name: string; address: string }[];
  /** The folder of the identity in use. @throws UsageError when none is named. */
  identityDir(): string;
  /** Looks at what does not depend on the command. @throws UsageError for a time zone that is none. */
  prepare(): void;
}

const DEADLINE_MS = 10_000;
const BUS_DEADLINE_MS = 5000;

export function openCli(io: Io, options: () => GlobalOptions): Cli {
  const identityDir = () => {
    const dir = options().identity ?? io.environment["NTD_IDENTITY_DIR"] ?? "";
    if (dir === "") throw new UsageError("no identity; name its folder with --identity DIR or NTD_IDENTITY_DIR");
    return dir;
  };
  let looks = PLAIN;
  const address = (name: string) => addressOf(readEndpoints(options().endpoints, io.environment), name);
  return {
    async call(service, definition, use, deadlineMs = DEADLINE_MS) {
      const where = address(service);
      const dir = identityDir();
      // Loaded when it is used: help needs nobody to talk to.
      const { connect } = await import("@ntd/rpc");
      await using client = connect(definition, {
        address: where,
        identityDir: dir,
        deadlineMs,
        onCut: (most) => io.err(`A page holds ${most} at most: that many are shown.\n`),
      });
      return await use(client).catch((error: unknown) => {
        throw silent(error) ? doesNotAnswer(service, where, error) : error;
      });
    },
    async bus(use) {
      const [natsUrl, dir] = [address("nats"), identityDir()];
      await requireOperator(dir);
      const [{ connectBus, whyNoBus }, { createLog }] = await Promise.all([import("@ntd/bus"), import("@ntd/service")]);
      const log = createLog("ntd", "silent");
      const where = { natsUrl, identityDir: dir };
      await using bus = await soon(connectBus({ name: "ntd", ...where, log }), () => noBus(whyNoBus(where), natsUrl));
      return await use(bus);
    },
    requestId: () => options().requestId ?? randomUUID(),
    ...printing(io, { isJson: () => options().json === true, looks: () => looks }),
    isAttended: io.answer !== undefined,
    async askFor(question, flag) {
      if (io.answer === undefined) throw new UsageError(`say ${flag}: nobody is there to ask`);
      io.err(`${question}: `);
      return (await io.answer()).trim();
    },
    async ask(question) {
      if (io.answer === undefined)
        throw new UsageError(`nobody is there to ask: ${question} Say --yes to confirm all.`);
      io.err(`${question} [y/N] `);
      return /^y(es)?$/i.test((await io.answer()).trim());
    },
    written: (file, option) => typedText(file, io.input?.() ?? Readable.from([]), option),
    ...telling(io),
    clear() {
      if (io.terminal !== undefined && options().json !== true) io.out("\u001b[2J\u001b[H");
    },
    services: () => servicesIn(readEndpoints(options().endpoints, io.environment)),
    identityDir,
    prepare() {
      looks = presentationOf(io, options().color);
    },
  };
}

function telling(io: Io): Pick<Cli, "tell" | "progress"> {
  return {
    tell: (line) => io.err(`${line}\n`),
    progress: (task) => openProgress({ write: io.err, isTerminal: io.isWatched === true }, task),
  };
}

function printing(
  io: Io,
  { isJson, looks }: { isJson: () => boolean; looks: () => Presentation },
): Pick<Cli, "isJson" | "print" | "printEach"> {
  return {
    isJson,
    print: (value, human) => io.out(`${isJson() ? toJson(value) : presented(looks(), human)}\n`),
    printEach: (pages, human) =>
      isJson()
        ? printJsonPages(io, pages)
        : printPages(io, pages, (page, nth) => presented(looks(), () => human(page, nth))),
  };
}

async function printPages<T>(
  io: Io,
  pages: AsyncIterable<readonly T[]>,
  human: (page: readonly T[], nth: number) => string,
): Promise<void> {
  let nth = 0;
  for await (const page of pages) {
    io.out(`${human(page, nth++)}\n`);
    await io.drained?.();
  }
}

async function printJsonPages(io: Io, pages: AsyncIterable<readonly unknown[]>): Promise<void> {
  let items = 0;
  for await (const page of pages) {
    io.out(jsonItems(page, items === 0));
    items += page.length;
    await io.drained?.();
  }
  io.out(items === 0 ? "[]\n" : "\n]\n");
}

function presentationOf({ environment, terminal }: Io, color: string | undefined): Presentation {
  const timeZone = timeZoneOf(environment);
  if (timeZone === undefined) {
    const zone = shown(environment["NTD_TIME_ZONE"]);
    throw new UsageError(`NTD_TIME_ZONE is ${zone}, which is no time zone; take one like Asia/Kuala_Lumpur or UTC`);
  }
  const isTerminal = terminal !== undefined;
  return {
    timeZone,
    hasColour: wantsColour(color, environment, isTerminal),
    hasShortIds: isTerminal,
    // One that does not say how wide it is says 0.
    columns: terminal?.columns || Infinity,
  };
}

// One that has a Problem as its cause was named already, by the call within.
function silent(error: unknown): error is Problem {
  return error instanceof Problem && error.reason === "PEER_UNAVAILABLE" && !(error.cause instanceof Problem);
}

function doesNotAnswer(service: string, where: string, cause: Problem): Problem {
  const { message, metadata } = cause;
  const said =
    "why" in metadata
      ? `${service} at ${where} does not answer: ${message}`
      : `${service} at ${where} does not answer. Start it, or use an identity of its authority.`;
  return new Problem("PEER_UNAVAILABLE", said, { metadata, cause });
}

// The bus gives other identities no answer, which would read like a bus that is down.
async function requireOperator(dir: string): Promise<void> {
  const { identityInNames } = await import("@ntd/rpc");
  const { subjectAltName } = await certificateIn(join(dir, "cert.pem"));
  const caller = identityInNames(subjectAltName);
  if (caller?.kind === "operator") return;
  const who = caller?.person ?? "a certificate without an identity";
  throw new Problem("NOT_ALLOWED", `${who} may not use the bus; use an operator's identity`);
}

// A connection to the bus waits for ever by itself.
async function soon(connecting: Promise<Bus>, why: () => Promise<Problem>): Promise<Bus> {
  const given = new AbortController();
  const tooLate = delay(BUS_DEADLINE_MS, undefined, { signal: given.signal }).then(async () => {
    throw await why();
  });
  try {
    return await Promise.race([connecting, tooLate]);
  } finally {
    given.abort();
    await tooLate.catch(() => undefined);
  }
}

async function noBus(looking: Promise<{ why: string; sentence: string } | undefined>, url: string): Promise<Problem> {
  const why = await looking.catch(() => undefined);
  const said = why?.sentence ?? `The bus at ${url} does not answer. Start it, or use an operator's identity.`;
  return new Problem("BUS_UNAVAILABLE", said, why && { metadata: { why: why.why } });
}
