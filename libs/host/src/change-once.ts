import { bodyDigest, remember, remembered, requireRequestId, scopedRequestId, type AnsweredRequest } from "@ntd/rpc";
import { Problem } from "@ntd/service";
import { change, type Change, type Collection, type Document } from "@ntd/store";

/** A call that may come again. */
export interface RepeatableCall {
  /** Who calls: `person`, or the whole SPIFFE id. Ids of one caller never meet another's. */
  caller: string;
  method: string;
  requestId: string;
  /** The serialised request: the same id with another body is refused. */
  body: Uint8Array;
}

/** What a call decides: the new state, its event if it is news, and the answer that every repeat gets. */
export interface Decided<S, A> extends Change<S> {
  answer: A;
}

/** Answers kept in a document: repeats come soon or never. */
const KEPT = 20;

/**
 * Changes a document once for each request id of a caller and method, in one write: the answer is remembered in the
 * document that it is about, so that a repeat, also one that comes at the same time or to another replica, gets the
 * first answer and changes nothing.
 *
 * @param collection of documents that hold the answers; one of an earlier release may hold none.
 * @param decide as in `change` of the store; it refuses by throwing a Problem.
 * @returns the document as it now is, the answer, and whether it was given before.
 * @throws Problem FIELD_INVALID for an id that is no UUID, REQUEST_ID_REUSED for one that came with another body.
 */
export async function changeOnce<S extends { requests?: readonly AnsweredRequest<A>[] }, F extends string, A>(
  collection: Pick<Collection<S, F>, "load" | "insert" | "save">,
  id: string,
  call: RepeatableCall,
  decide: (state: S | undefined) => Decided<S, A> | Promise<Decided<S, A>>,
  kept = KEPT,
): Promise<{ document: Document<S>; answer: A; isRepeat: boolean }> {
  const requestId = scopedRequestId(call.caller, call.method, requireRequestId(call.requestId));
  const digest = bodyDigest(call.body);
  const told: { answered?: { answer: A; isRepeat: boolean } } = {};
  const document = await change(collection, id, async (state): Promise<Change<S> | undefined> => {
    const first = remembered(state?.requests ?? [], requestId, digest);
    if (first instanceof Problem) throw first;
    if (first !== "new") return void (told.answered = { answer: first.answer, isRepeat: true });
    const { answer, ...decided } = await decide(state);
    told.answered = { answer, isRepeat: false };
    const requests = remember(state?.requests ?? [], { requestId, digest, answer }, kept);
    return { ...decided, state: { ...decided.state, requests } };
  });
  if (document === undefined || told.answered === undefined) throw new Problem("INTERNAL");
  return { document, ...told.answered };
}
