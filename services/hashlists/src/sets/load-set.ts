import { callerOf, type CallContext } from "@ntd/rpc";
import type { Document } from "@ntd/store";
import { noSuchSet, requireMember, type Act } from "../members/members.ts";
import type { HashSetState } from "./hash-set.ts";
import { requireInUse } from "./require-in-use.ts";
import type { Collections } from "../store.ts";

/** @throws Problem NOT_FOUND. */
export async function loadSet({ sets }: Pick<Collections, "sets">, setId: string): Promise<Document<HashSetState>> {
  const found = await sets.load(setId);
  if (found === undefined) throw noSuchSet();
  return found;
}

/**
 * A set for somebody who wants to do something in it. Operators, who run all of it, may look.
 *
 * @throws Problem NOT_FOUND also to who is no member, NOT_ALLOWED to a member who may not, WRONG_STATE when the set is retired
 *   and something is to come into force.
 */
export async function loadSetFor(
  collections: Pick<Collections, "sets">,
  setId: string,
  context: CallContext,
  act: Act,
): Promise<Document<HashSetState>> {
  const found = await loadSet(collections, setId);
  const { kind, person } = callerOf(context);
  if (kind !== "operator" || act !== "see") requireMember(found.state, person, act);
  if (act === "upload" || act === "approve" || act === "opine" || act === "disable") requireInUse(found.state);
  return found;
}
