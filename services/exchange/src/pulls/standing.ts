import type { HashSet, ReleaseInfo } from "@ntd/proto/hashlists/v1/hash_list_service";
import { Problem } from "@ntd/service";
import type { ConnectorState } from "../connectors/connector.ts";
import type { Failed } from "../connectors/fault.ts";
import type { Deps } from "../deps.ts";

type Hashlists = Deps["hashlists"];
type Sets = Deps["sets"];

const PAGE_SIZE = 100;
/** A release that is further back is there, and was decided on long ago. */
const MOST_LOOKED = 1000;

/** What a set has in force, and how it stands with the release that is awaited. */
export interface Standing {
  /** Absent: nothing is in force. */
  base: string | undefined;
  /**
   * `overtaken`: something else is in force than what it was made for, so that it never will be; `lost`: hashlists does not
   * have it any more, as after a restore, or has lost what was in force since the two were held against each other.
   */
  last: "decided" | "waits" | "overtaken" | "lost";
  /** When hashlists saw that what was in force is not there. */
  lostTime?: Date;
}

export async function standingOf(
  { hashlists, sets }: Pick<Deps, "hashlists" | "sets">,
  { setId }: { setId: string },
  { awaited, releaseId, comparedTime, createdTime }: Partial<ConnectorState>,
): Promise<Standing | Failed> {
  try {
    const set = await setOf(sets, setId);
    if (set === undefined) throw new Problem("NOT_FOUND");
    if (set.retiredTime !== undefined) return retired(setId);
    const base = set.activeReleaseId === "" ? undefined : set.activeReleaseId;
    if (releaseId === undefined) return { base, last: "decided" };
    const lostTime = set.lostRelease?.time;
    const since = comparedTime ?? createdTime;
    if (lostTime !== undefined && since !== undefined && lostTime > since) return { base, last: "lost", lostTime };
    const release = await lookFor(hashlists, setId, (one) => one.releaseId === releaseId);
    if (release === "none") return { base, last: "lost" };
    if (awaited === undefined || release === "far") return { base, last: "decided" };
    return { base, last: lastOf(release, awaited, base) };
  } catch (error) {
    return failureOf(Problem.from(error));
  }
}

type Awaited = NonNullable<ConnectorState["awaited"]>;

function lastOf({ state }: ReleaseInfo, awaited: Awaited, base: string | undefined): Standing["last"] {
  const isOpen = UNDECIDED.has(state);
  const isOvertaken = (awaited.base ?? awaited.over) !== base;
  // Who refuses a first list that by now would take the place of another one does not refuse to add what it tells.
  const isFirst = awaited.base === undefined && awaited.range.replaces !== true;
  if (isOvertaken && (isOpen || (isFirst && state === "RELEASE_STATE_REFUSED"))) return "overtaken";
  return isOpen ? "waits" : "decided";
}

function retired(setId: string): Failed {
  const sentence = `The set ${setId} is retired: nothing comes into force there any more. Name another set for this connector, or take it out of the file.`;
  return { fault: "SET", sentence, isPassing: false };
}

const UNDECIDED: ReadonlySet<ReleaseInfo["state"]> = new Set([
  "RELEASE_STATE_UPLOADING",
  "RELEASE_STATE_VALIDATED",
  "RELEASE_STATE_QUARANTINED",
  "RELEASE_STATE_APPROVED",
]);

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
export async function releaseOf(
  hashlists: Hashlists,
  setId: string,
  is: (release: ReleaseInfo) => boolean,
): Promise<ReleaseInfo | undefined> {
  const found = await lookFor(hashlists, setId, is);
  return typeof found === "string" ? undefined : found;
}

// None of them is it; or so many are newer that nobody looks further.
async function lookFor(
  hashlists: Hashlists,
  setId: string,
  is: (release: ReleaseInfo) => boolean,
): Promise<ReleaseInfo | "none" | "far"> {
  let pageToken = "";
  for (let looked = 0; looked < MOST_LOOKED; looked += PAGE_SIZE) {
    const { releases, nextPageToken } = await hashlists.listReleases({ setId, pageSize: PAGE_SIZE, pageToken });
    const found = releases.find(is);
    if (found !== undefined) return found;
    if (nextPageToken === "") return "none";
    pageToken = nextPageToken;
  }
  return "far";
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
