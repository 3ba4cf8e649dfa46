import { createHash } from "node:crypto";
import { isUuid, Problem, shown } from "@ntd/service";

/** A request that was answered: kept in the aggregate it changed, a bounded number of them. */
export interface AnsweredRequest<A> {
  readonly requestId: string;
  readonly digest: string;
  readonly answer: A;
}

/** Whether `requestId` was answered before: its first answer, "new", or the problem that its body is another one. */
export function remembered<A>(
  list: readonly AnsweredRequest<A>[],
  requestId: string,
  digest: string,
): { answer: A } | "new" | Problem {
  const found = list.find((entry) => entry.requestId === requestId);
  if (found === undefined) return "new";
  return found.digest === digest ? { answer: found.answer } : new Problem("REQUEST_ID_REUSED");
}

/** The list with one more entry; the oldest go beyond `max`. */
export function remember<A>(
  list: readonly AnsweredRequest<A>[],
  entry: AnsweredRequest<A>,
  max = 20,
): AnsweredRequest<A>[] {
  return [...list, entry].slice(-max);
}

/** SHA-256 of a request's serialised bytes, as hex. */
export function bodyDigest(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** A request id within its scope, caller and method: what the list holds and what new ids are derived from. */
export function scopedRequestId(person: string, method: string, requestId: string): string {
  return `${person} ${method} ${requestId}`;
}

/**
 * The request id in lower case.
 *
 * @throws Problem FIELD_INVALID when it is no UUID.
 */
export function requireRequestId(id: string): string {
  if (isUuid(id)) return id.toLowerCase();
  throw Problem.fields({ field: "request_id", description: `${shown(id)} is no UUID; draw one for each request` });
}
