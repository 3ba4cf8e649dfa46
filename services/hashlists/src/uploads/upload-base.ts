import type { UploadHeader } from "@ntd/proto/hashlists/v1/hash_list_service";
import { Problem, shown } from "@ntd/service";
import type { Layer } from "../entries/layers.ts";
import { isEnded } from "../releases/ended.ts";
import { sizedLayersIn } from "../releases/release.ts";
import { isWhole } from "../releases/whole.ts";
import type { Collections } from "../store.ts";
import type { HashSetState } from "../sets/hash-set.ts";

/** What a delta is added to. */
export interface Base {
  releaseId: string;
  /** The oldest first. */
  layers: Layer[];
  entryCount: number;
}

/**
 * The base that a header means; undefined for a whole list.
 *
 * @throws Problem FIELD_INVALID for one that is none.
 */
export async function baseOf(
  collections: Pick<Collections, "releases" | "entries" | "prints">,
  { kind = "UPLOAD_KIND_FULL", baseReleaseId = "" }: Pick<UploadHeader, "kind" | "baseReleaseId">,
  set: HashSetState,
): Promise<Base | undefined> {
  if (kind === "UNRECOGNIZED") throw invalid("kind", "is none that this release knows");
  if (kind !== "UPLOAD_KIND_DELTA") {
    if (baseReleaseId === "") return undefined;
    throw invalid("base_release_id", "goes with a delta alone; leave it out, or say that the file is one");
  }
  const releaseId = baseReleaseId === "" ? (set.active?.releaseId ?? "") : baseReleaseId;
  if (releaseId === "") throw invalid("kind", "is a delta, and nothing is in force that it could be added to");
  const state = (await collections.releases.load(releaseId))?.state;
  if (state?.setId !== set.setId || state.stage.name !== "approved" || isEnded(state, set)) {
    throw invalid("base_release_id", `${shown(releaseId)} is no approved release of this set`);
  }
  if (!(await isWhole(collections, state))) {
    throw invalid("base_release_id", `${shown(releaseId)} is not all there, as after a restore; upload the whole list`);
  }
  return { releaseId, layers: sizedLayersIn(state) ?? [], entryCount: state.stage.entryCount };
}

function invalid(field: "kind" | "base_release_id", description: string): Problem {
  return Problem.fields({ field: `header.${field}`, description });
}
