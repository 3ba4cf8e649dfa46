import { ConfirmWithdrawalsRequest, type ConfirmWithdrawalsResponse } from "@ntd/proto/casework/v1/withdrawal_service";
import { bodyDigest, callerOf, requireRequestId, scopedRequestId, type CallContext } from "@ntd/rpc";
import { gather, Problem } from "@ntd/service";
import { requireReason } from "../cases/fields.ts";
import type { Deps } from "../deps.ts";
import { casesOfCause, requireBulkCause } from "./cases-of-cause.ts";
import { picturesOf, type Picture } from "./pictures.ts";
import { runBulk } from "./run-bulk.ts";

const MAX = 1000;

/** A second person's word against the "illegal" of each named picture. */
export function confirmWithdrawals(deps: Deps) {
  return async (request: ConfirmWithdrawalsRequest, context: CallContext): Promise<ConfirmWithdrawalsResponse> => {
    const { person } = callerOf(context);
    const { id, what } = gather({
      id: () => requireRequestId(request.requestId),
      what: () => requireBulkCause(request.cause),
      pictures: () => requirePictures(request.pictures),
      reason: () => requireReason(request.reason),
    });
    const requestId = scopedRequestId(person, "ConfirmWithdrawals", id);
    const named = new Set(request.pictures);
    const digest = bodyDigest(ConfirmWithdrawalsRequest.encode(request).finish());
    const freeze = async (now: Date) => {
      const { files } = await casesOfCause(deps, what, "STANDING_IN_DOUBT");
      const known = picturesOf(files, person);
      const pictures = [...named].flatMap((picture) => known.get(picture) ?? []);
      requireAnother(pictures);
      const changedPictures = [...named].filter((picture) => !known.has(picture));
      const items = pictures.flatMap((picture) => picture.items);
      return { items, reason: deps.sealer.seal(request.reason, "words", now), changedPictures };
    };
    const call = { person, requestId, digest, what: "withdraw" as const, freeze };
    const { doneCount: withdrawnCount, leftCount, changedPictures } = await runBulk(deps, call, context.signal);
    return { withdrawnCount, leftCount, changedPictures };
  };
}

function requirePictures(named: readonly string[]): void {
  if (named.length < 1 || named.length > MAX) {
    const description = `names ${named.length}; it takes 1 to ${MAX}, as ListWithdrawals names them`;
    throw Problem.fields({ field: "pictures", description });
  }
  const faults = named.flatMap((picture, nth) =>
    picture === "" ? [{ field: `pictures[${nth}]`, description: "is empty; name it as ListWithdrawals does" }] : [],
  );
  if (faults.length > 0) throw Problem.fields(...faults);
}

function requireAnother(pictures: readonly Picture[]): void {
  if (pictures.length === 0 || pictures.some(({ row }) => row.ownWordCount < row.caseCount)) return;
  const detail =
    "This takes a second person: you alone have a word against all of these, under whatever kind of identity.";
  throw new Problem("SAME_PERSON", detail);
}
