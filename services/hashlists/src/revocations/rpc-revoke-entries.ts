import { RevokeEntriesRequest, type RevokeEntriesResponse } from "@ntd/proto/hashlists/v1/hash_list_service";
import { bodyDigest, callerOf, requireRequestId, scopedRequestId, type CallContext } from "@ntd/rpc";
import { derivedId, inSlices, Problem } from "@ntd/service";
import { change } from "@ntd/store";
import { requireEntries } from "../entries/find-entries.ts";
import type { Deps } from "../deps.ts";
import type { HashSetState } from "../sets/hash-set.ts";
import { loadRevocation } from "./load-revocation.ts";
import { loadSet, loadSetFor } from "../sets/load-set.ts";
import { asAsked, newRevocation, type RevocationState } from "./revocation.ts";
import { validRevokeRequest, type WantedEntries } from "./revoke-request.ts";
import { ofSameFiles } from "./same-files.ts";
import { requireFew, withFiles } from "./with-files.ts";
import { aloneIdOf, sharesBefore, withoutShares, type AloneState } from "../sets/alone.ts";
import { countAlone, type TakenAlone, type WantedAlone } from "./taken-alone.ts";
import { freezeIds } from "./store-revocations.ts";
import { finishRevocation } from "../sets/take-effect.ts";
import { toRevocationInfo } from "./revocation-message.ts";

/** Takes entries back: what is frozen in a document takes effect at once, or waits for a second person. */
export function revokeEntries(deps: Deps) {
  return async (request: RevokeEntriesRequest, context: CallContext): Promise<RevokeEntriesResponse> => {
    const { person, id: callerId } = callerOf(context);
    const requestId = scopedRequestId(callerId, "RevokeEntries", requireRequestId(request.requestId));
    await loadSetFor(deps, request.setId, context, "revoke");
    const wanted = await inSlices(validRevokeRequest(request));
    const digest = bodyDigest(RevokeEntriesRequest.encode({ ...request, requestId: "" }).finish());
    const revocationId = derivedId("revocation", requestId);
    const there =
      (await deps.revocations.load(revocationId)) ??
      (await freeze(
        deps,
        wanted,
        { revocationId, digest, requestedBy: person, setId: request.setId, ...withFiles(request) },
        context.signal,
      ));
    if (there.state.digest !== digest) throw new Problem("REQUEST_ID_REUSED");
    return { revocation: await answer(deps, there.state) };
  };
}

async function freeze(
  deps: Deps,
  { reason, cause, entries }: WantedEntries,
  asked: Pick<RevocationState, "revocationId" | "digest" | "requestedBy" | "setId" | "withItsFiles">,
  signal: AbortSignal,
) {
  const { revocations, clock } = deps;
  const { revocationId, digest } = asked;
  const { state: set } = await loadSet(deps, asked.setId);
  const { fresh, revokedBefore, files } = await toTakeBack(deps, set, entries, asked, signal);
  // Named for all that decides what is in it: an attempt that was cut off leaves nothing that another one would take.
  const list = asked.withItsFiles === true && files !== undefined ? [files.releaseId] : [];
  const part = derivedId("revoked", revocationId, digest, set.counter, ...list);
  await freezeIds(deps, part, fresh);
  const now = clock.now();
  const share = { by: asked.requestedBy, revocationId, entryCount: fresh.length };
  const counts = { entryCount: fresh.length, alreadyRevoked: revokedBefore, ...(await counted(deps, share, now)) };
  const told = { reason, cause, part, requestedTime: now, ...(files && { sameFiles: files.count }) };
  const state = newRevocation({ ...asked, ...counts, ...told, setId: set.setId }, set.counter);
  return (await revocations.insert(revocationId, state)) ?? (await loadRevocation(deps, revocationId));
}

/** Of a longer list the entries of the same files are looked for only if they are to be taken back, or before that. */
const COUNTED_IN = 1_000_000;

/**
 * Of what is named that which is not taken back yet, and how many others are of the same files: with them, if that is
 * asked for.
 *
 * @throws Problem NOT_FOUND for what is no entry, FIELD_INVALID for more than one call takes.
 */
export async function toTakeBack(
  deps: Deps,
  set: HashSetState,
  entries: ReadonlyMap<string, string>,
  { withItsFiles = false, isCounted = withItsFiles }: { withItsFiles?: boolean; isCounted?: boolean },
  signal: AbortSignal,
) {
  const revoked = (await deps.revokedIn(set)).among(entries.keys());
  const named = [...entries.keys()].filter((id) => !revoked.has(id));
  await requireEntries(deps, set, new Map(named.map((id) => [id, entries.get(id) ?? ""])), signal);
  const limits = { ...(!isCounted && { most: COUNTED_IN }), signal };
  const looked = await ofSameFiles(deps, set, new Set(entries.keys()), limits);
  const gone = looked && (await deps.revokedIn(set)).among(looked.ids);
  const others = looked?.ids.filter((id) => gone?.has(id) !== true) ?? [];
  const fresh = withItsFiles ? [...named, ...others] : named;
  if (withItsFiles) requireFew(fresh.length);
  const files = looked && { releaseId: looked.releaseId, count: others.length };
  return { fresh, revokedBefore: revoked.size, files };
}

/** How many persons it would take if somebody took back so many entries; nothing is counted of it. */
export async function personsToTakeBack(
  deps: Pick<Deps, "takenAlone" | "revocations" | "clock">,
  by: string,
  entryCount: number,
): Promise<1 | 2> {
  const now = deps.clock.now();
  const held = (await deps.takenAlone.load(aloneIdOf("taken-alone", by)))?.state;
  const idle = await idleShares(deps, held, now);
  return countAlone(withoutShares(held, idle), { by, revocationId: "", entryCount }, now).persons;
}

// Before the revocation is there: of calls at once, in whatever sets, none has more than its share.
async function counted(deps: Pick<Deps, "takenAlone" | "revocations">, wanted: WantedAlone, now: Date) {
  const told: { counted?: { persons: 1 | 2; takenAlone: number } } = {};
  const id = aloneIdOf("taken-alone", wanted.by);
  const idle = await idleShares(deps, (await deps.takenAlone.load(id))?.state, now);
  await change(deps.takenAlone, id, (held) => {
    const { persons, before, state } = countAlone(withoutShares(held, idle), wanted, now);
    told.counted = { persons, takenAlone: before };
    return state && { state };
  });
  if (told.counted === undefined) throw new Problem("INTERNAL");
  return told.counted;
}

// Of requests that were cut off: there is no revocation.
async function idleShares(
  { revocations }: Pick<Deps, "revocations">,
  held: AloneState<TakenAlone> | undefined,
  now: Date,
) {
  const idle: TakenAlone[] = [];
  for (const share of sharesBefore(held, now)) {
    if ((await revocations.load(share.of)) === undefined) idle.push(share);
  }
  return idle;
}

async function answer(deps: Deps, revocation: RevocationState) {
  if (revocation.stage.name === "pending") deps.assessSoon();
  if (revocation.stage.name === "approved") await finishRevocation(deps, revocation);
  const { state: set } = await loadSet(deps, revocation.setId);
  const { state: now } = await loadRevocation(deps, revocation.revocationId);
  return toRevocationInfo(asAsked(now), set);
}
