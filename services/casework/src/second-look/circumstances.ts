import { nameOf } from "@ntd/facts";
import { namedAddress, openAddress, Problem, type Sealer } from "@ntd/service";
import type { Sealed } from "@ntd/proto/common/v1/common";
import type { Deps } from "../deps.ts";
import { isWholeHost } from "./rules.ts";

/**
 * How many cases `person` has decided, under any kind of identity, that others know of. Closed in bulk is not decided.
 * Where nobody looks second it is not asked.
 */
export async function earlierCountOf(
  { cases, secondLook }: Pick<Deps, "cases" | "secondLook">,
  person: string,
): Promise<number> {
  return secondLook.kind === "none" ? 0 : (await cases.count({ decider: nameOf(person) })).count;
}

/** Whether the address is a whole host's. One that cannot be opened any more may be. */
export function namesWholeHost(sealer: Sealer, address: Sealed | undefined): boolean {
  if (address === undefined) return true;
  try {
    return isWholeHost(namedAddress(openAddress(sealer, address)));
  } catch (error) {
    if (error instanceof Problem && error.reason === "SEALING_KEY_MISSING") return true;
    throw error;
  }
}
