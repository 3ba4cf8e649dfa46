import { remember, remembered, type AnsweredRequest } from "@ntd/rpc";
import { Problem } from "@ntd/service";
import { change, type Collection } from "@ntd/store";

/** Of one person: what a call does to many cases is listed before the first of them is written. */
export interface FrozenList<O, A> {
  schemaVersion: 1;
  /** That of the newest call; absent once all of it is done. */
  open?: O;
  requests: AnsweredRequest<A>[];
}

/** A call's scoped request id and the digest of its body. */
interface Call {
  requestId: string;
  digest: string;
}

/** Answers kept for a person: repeats come soon or never. */
const KEPT = 10;

/**
 * The list of a call: frozen now, or by the same call before a crash, or the answer that it was given. Where another call
 * of the person left one, `left` says whether that is to be ended first, or is dropped.
 *
 * @throws Problem REQUEST_ID_REUSED, or what `freeze` refuses.
 */
export async function frozenList<O extends Call, A, F extends string>(
  lists: Collection<FrozenList<O, A>, F>,
  person: string,
  { requestId, digest }: Call,
  { freeze, left }: { freeze: () => Promise<O>; left: "ended" | "dropped" },
): Promise<{ open: O } | { answer: A }> {
  let found: { open: O } | { answer: A } | undefined;
  await change(lists, person, async (list) => {
    const first = remembered(list?.requests ?? [], requestId, digest);
    if (first instanceof Problem) throw first;
    if (first !== "new") return void (found = first);
    const { open } = list ?? {};
    if (open?.requestId === requestId && open.digest !== digest) throw new Problem("REQUEST_ID_REUSED");
    if (open !== undefined && (open.requestId === requestId || left === "ended")) return void (found = { open });
    const frozen = await freeze();
    found = { open: frozen };
    const state: FrozenList<O, A> = { schemaVersion: 1, open: frozen, requests: list?.requests ?? [] };
    return { state };
  });
  if (found === undefined) throw new Problem("INTERNAL");
  return found;
}

/** All of a list is done: the answer is kept. One that came again meanwhile may have answered first. */
export async function endedList<O extends Call, A, F extends string>(
  lists: Collection<FrozenList<O, A>, F>,
  person: string,
  { requestId, digest }: Call,
  counted: A,
): Promise<A> {
  let answer = counted;
  await change(lists, person, (list) => {
    const first = remembered(list?.requests ?? [], requestId, digest);
    if (first instanceof Problem) throw first;
    if (first !== "new") return void (answer = first.answer);
    const requests = remember(list?.requests ?? [], { requestId, digest, answer: counted }, KEPT);
    const open = list?.open?.requestId === requestId ? undefined : list?.open;
    const state: FrozenList<O, A> = { schemaVersion: 1, ...(open && { open }), requests };
    return { state };
  });
  return answer;
}
