import type { ProposeSetChangeRequest } from "@ntd/proto/hashlists/v1/hash_list_service";
import { gather, Problem, shown } from "@ntd/service";
import { validReason } from "../sets/valid-reason.ts";
import type { HashSetState } from "../sets/hash-set.ts";
import type { Collections } from "../store.ts";
import type { Wanted } from "./set-change.ts";

/**
 * The way back, or a set's end, of which each stands for itself; undefined when neither is wanted.
 *
 * @throws Problem FIELD_INVALID when something else comes with it, or there is no such way back.
 */
export async function wantedAlone(
  collections: Pick<Collections, "releases">,
  request: ProposeSetChangeRequest,
  set: HashSetState,
): Promise<(Wanted & { reason: string }) | undefined> {
  const { rollbackToReleaseId: releaseId, retire = false, policy, members, terms, recipients } = request;
  if (releaseId === undefined && !retire) return undefined;
  const field = retire ? "retire" : "rollback_to_release_id";
  if (policy || members || terms || recipients || (retire && releaseId !== undefined)) {
    throw Problem.fields({ field, description: "comes with something else; propose that by itself" });
  }
  const { reason } = gather({ reason: () => validReason(request.reason) });
  if (releaseId === undefined) return { reason, retire: true };
  const entryCount = await entriesOfEarlier(collections, set, releaseId);
  return { reason, rollback: { releaseId, entryCount } };
}

async function entriesOfEarlier({ releases }: Pick<Collections, "releases">, set: HashSetState, releaseId: string) {
  const fault = (what: string) =>
    Problem.fields({ field: "rollback_to_release_id", description: `${shown(releaseId)} ${what}` });
  const isEarlier = set.activations.some((activation) => activation.releaseId === releaseId);
  const stage = isEarlier ? (await releases.load(releaseId))?.state.stage : undefined;
  if (stage?.name !== "approved") throw fault("was not in force in this set; a release that was not yet is activated");
  if (set.active?.releaseId === releaseId) throw fault("is in force already");
  return stage.entryCount;
}
