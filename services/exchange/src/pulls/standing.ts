import type { HashSet, ReleaseInfo } from "@ntd/proto/hashlists/v1/hash_list_service";
import { Problem } from "@ntd/service";
import type { ConnectorState } from "../connectors/connector.ts";
import type { Failed } from "../connectors/fault.ts";
import type { Deps } from "../deps.ts";

type Hashlists = Deps["hashlists"];
type Sets = Deps["sets"];

const PAGE_SIZE = 100;
/** A release that is further back was decided on long ago. */
const MOST_LOOKED = 1000;

/** What a set has in force, and how it stands with the release that is awaited. */
export interface Standing {
  /** Absent: nothing is in force. */
  base: string | undefined;
  /** `overtaken`: something else is in force than what it is a delta of, so that it never will be. */
  last: "decided" | "waits" | "overtaken";
}

export async function standingOf(
  { hashlists, sets }: Pick<Deps, "hashlists" | "sets">,
  { setId }: { setId: string },
  { awaited, releaseId }: Pick<ConnectorState, "awaited" | "releaseId">,
): Promise<Standing | Failed> {
  try {
    const base = await inForce(sets, setId);
    if (awaited === undefined) return { base, last: "decided" };
    const release = await releaseOf(hashlists, setId, (one) => one.releaseId === releaseId);
    if (release === undefined || !UNDECIDED.has(release.state)) return { base, last: "decided" };
    const isOvertaken = awaited.base !== undefined && awaited.base !== base;
    return { base, last: isOvertaken ? "overtaken" : "waits" };
  } catch (error) {
    return failureOf(Problem.from(error));
  }
}

const UNDECIDED: ReadonlySet<ReleaseInfo["state"]> = new Set([
  "RELEASE_STATE_UPLOADING",
  "RELEASE_STATE_VALIDATED",
  "RELEASE_STATE_QUARANTINED",
  "RELEASE_STATE_APPROVED",
]);

async function inForce(sets: Sets, setId: string): Promise<string | undefined> {
  const found = await setOf(sets, setId);
  if (found === undefined) throw new Problem("NOT_FOUND");
  return found.activeReleaseId === "" ? undefined : found.activeReleaseId;
}

/** As its members see it; undefined when service/exchange is none of them. */
export async function setOf(sets: Sets, setId: string): Promise<HashSet | undefined> {
  try {
    return (await sets.getSet({ setId })).set;
  } catch (error) {
    if (Problem.from(error).reason === "NOT_FOUND") return undefined;
    throw error;
  }
}

/** @throws Problem what hashlists says. */
export async function releaseOf(hashlists: Hashlists, setId: string, is: (release: ReleaseInfo) => boolean) {
  let pageToken = "";
  for (let looked = 0; looked < MOST_LOOKED; looked += PAGE_SIZE) {
    const { releases, nextPageToken } = await hashlists.listReleases({ setId, pageSize: PAGE_SIZE, pageToken });
    const found = releases.find(is);
    if (found !== undefined || nextPageToken === "") return found;
    pageToken = nextPageToken;
  }
  return undefined;
}

/** Why hashlists did not do what was asked of it. */
export function failureOf({ reason, message, handling }: Problem): Failed {
  if (reason === "NOT_FOUND" || reason === "NOT_ALLOWED") {
    const sentence =
      "hashlists knows no such set of which service/exchange is a contributor: ntd set change SET --member service/exchange:contributor";
    return { fault: "SET", sentence, isPassing: false };
  }
  if (reason === "FIELD_INVALID" || reason === "TOO_LARGE") {
    return { fault: "LIST", sentence: `hashlists does not take what came: ${message}`, isPassing: false };
  }
  const sentence = `hashlists does not answer as it should (${reason}).`;
  return { fault: "HASHLISTS", sentence, isPassing: handling !== "terminal" };
}
