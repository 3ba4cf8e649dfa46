import { Argument, Option, type Command } from "commander";
import { UsageError } from "./failure.ts";

/** What may be named by the beginning of its id: what a list shows. */
export type IdKind =
  | "case"
  | "notice"
  | "target"
  | "release"
  | "review"
  | "change"
  | "set change"
  | "revocation"
  | "proposal";

const LEAST = 6;
/** Whole ids have 36; what is nearly as long was not cut by a person. */
const MOST = 31;

/**
 * Whether it may be the beginning of an id, and no whole one.
 *
 * @throws UsageError for one that is too short to be looked for.
 */
export function isBeginning(typed: string): boolean {
  if (typed.length > MOST || !/^[0-9a-f][0-9a-f-]*$/.test(typed)) return false;
  if (typed.length >= LEAST) return true;
  throw new UsageError(`${typed} is too short to tell ids apart; give ${LEAST} characters of it or more`);
}

/**
 * The one id that begins so.
 *
 * @throws UsageError for none, and for several, which are named.
 */
export function idBeginning(kind: IdKind, typed: string, ids: readonly string[]): string {
  const found = [...new Set(ids)].filter((id) => id.startsWith(typed));
  const [one] = found;
  if (one === undefined)
    throw new UsageError(`no ${kind} that a list shows you begins with ${typed}; give its whole id`);
  if (found.length === 1) return one;
  const some = found.slice(0, 3).join(", ") + (found.length > 3 ? ", ..." : "");
  throw new UsageError(`${typed} begins the ids of ${found.length}: ${some}; give more of it`);
}

const kinds = new WeakMap<Argument | Option, IdKind>();

/** An argument that takes an id, or its beginning. */
export function idArgument(kind: IdKind, name = "<id>"): Argument {
  const argument = new Argument(name, `its id, or the first ${LEAST} characters or more`);
  kinds.set(argument, kind);
  return argument;
}

/** An option that takes an id, or its beginning. */
export function idOption(kind: IdKind, flags: string, description: string): Option {
  const option = new Option(flags, description);
  kinds.set(option, kind);
  return option;
}

/** Puts whole ids in the place of the beginnings that were typed, before the command runs. */
export async function resolveIds(
  command: Command,
  listed: (kind: IdKind) => Promise<readonly string[]>,
): Promise<void> {
  const whole = async (of: Argument | Option, typed: unknown) => {
    const kind = kinds.get(of);
    if (kind === undefined || typeof typed !== "string" || !isBeginning(typed)) return typed;
    return idBeginning(kind, typed, await listed(kind));
  };
  for (const [at, argument] of command.registeredArguments.entries())
    command.processedArgs[at] = await whole(argument, command.processedArgs[at]);
  for (const option of command.options.filter((one) => kinds.has(one))) {
    const name = option.attributeName();
    command.setOptionValue(name, await whole(option, command.getOptionValue(name)));
  }
}
