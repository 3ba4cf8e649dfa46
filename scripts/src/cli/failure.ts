import { Problem, type FieldFault } from "@ntd/service/problem";
import { CommanderError } from "commander";
import { harmless } from "./harmless.ts";

/** What scripts can tell from the exit code. */
export const exitCodes = { ok: 0, refused: 1, usage: 2, unavailable: 3, needsHand: 4 } as const;

/** All was said on standard output; the process ends with this code. */
export class Ended extends Error {
  override name = "Ended";
  readonly exitCode: number;

  constructor(exitCode: number) {
    super(`It ends with ${exitCode}.`);
    this.exitCode = exitCode;
  }
}

/** The command line itself was wrong: nothing was sent. */
export class UsageError extends Error {
  override name = "UsageError";
}

export interface Failure {
  exitCode: number;
  /** A reason of the catalogue, or USAGE. */
  reason: string;
  message: string;
  fields: readonly FieldFault[];
  metadata: Readonly<Record<string, string>>;
}

/** What to say about an error; undefined when there is nothing to say (help was asked for and shown). */
export function failureOf(error: unknown): Failure | undefined {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return undefined;
    const message = error.message.replace(/^error: /, "");
    return usage(message === "(outputHelp)" ? "name a command; they are listed above" : message);
  }
  if (error instanceof UsageError) return usage(error.message);
  const problem = Problem.from(error);
  const { reason, metadata, fields } = problem;
  const named = fileFault(error);
  if (named !== undefined) return usage(named);
  if (reason === "CONFIG_INVALID") return usage(problem.message);
  // Not from a service, which would have sent its own words: this process failed, so its cause is told here.
  const cause = reason === "INTERNAL" && problem.cause instanceof Error ? ` (${problem.cause.message})` : "";
  return { exitCode: exitCodeOf(problem), reason, message: problem.message + cause, fields, metadata };
}

function usage(message: string): Failure {
  return { exitCode: exitCodes.usage, reason: "USAGE", message, fields: [], metadata: {} };
}

/** What is wrong with a file or a folder that was named; whatever else fails with files is a failure of this process. */
const FILE_FAULTS: Readonly<Record<string, string>> = {
  ENOENT: "is not there",
  ENOTDIR: "lies below what is no folder",
  EISDIR: "is a folder",
  EEXIST: "is there already",
  EACCES: "is not open to your user",
  EPERM: "is not open to your user",
  EROFS: "lies on a disk that cannot be written",
  ELOOP: "is a link that leads nowhere",
  ENAMETOOLONG: "is too long for a name",
};

function fileFault(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("path" in error) || !("code" in error)) return undefined;
  const said = FILE_FAULTS[String(error.code)];
  return said && `${String(error.path)} ${said}; name another`;
}

function exitCodeOf(problem: Problem): number {
  return problem.code === "UNAVAILABLE" || problem.code === "DEADLINE_EXCEEDED"
    ? exitCodes.unavailable
    : exitCodes.refused;
}

/**
 * One sentence: reason, message, and the field faults that the message does not name already; it drives no terminal.
 *
 * @param flags of the command: a field of the same name is called as it is typed.
 */
export function sentenceOf({ reason, message, fields }: Failure, flags: readonly string[] = []): string {
  // `members` are given one by one, as --member; `policy.owner` is --owner, what is one of many has no flag of its own.
  const word = (field: string) => dashed(field.includes("[") ? field : field.slice(field.lastIndexOf(".") + 1));
  const typed = (field: string) => flags.find((flag) => [flag, `${flag}s`].includes(word(field))) ?? field;
  const faults = fields.filter((f) => !message.includes(f.description)).map((f) => `${f.field}: ${f.description}`);
  const said = fields.reduce(
    (text, { field, description }) => text.replace(`${field}: ${description}`, () => `${typed(field)}: ${description}`),
    [message, ...faults].join("; "),
  );
  return harmless(`ntd: ${reason}: ${said}`.replaceAll(/\s*\n\s*/g, " "));
}

function dashed(field: string): string {
  return `--${field.replaceAll("_", "-")}`;
}
