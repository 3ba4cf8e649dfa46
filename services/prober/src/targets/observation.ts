import type { PageView } from "../page/illegal.ts";
import type { DerivedFingerprint } from "@ntd/proto/common/v1/common";
import type { Content } from "@ntd/proto/prober/v1/target";
import { likeness, type Likeness } from "./likeness.ts";
import { openPhase } from "./published-facts.ts";
import { pageSays, type MediaMark, type PageTime } from "./page-says.ts";
import type { Reason, Said, Seen, Target, View } from "./target-state.ts";

/** What one eye found at an address, before it is compared with what was seen there. */
export type Finding =
  | {
      is: "content";
      as: Seen["as"];
      content: Content;
      instead?: Instead;
      ip: string;
      /** What the picture would be after edits that hide it, where that was asked. */
      derived?: DerivedFingerprint[];
      /** Of a picture. */
      sides?: readonly [number, number];
      /** Of a page on which something illegal is known. */
      page?: PageView;
    }
  | { is: "absent"; reason: Reason; ip: string }
  | { is: "blind"; reason: Reason; ip: string };

/** What stands in place of a picture is, by what its host answers for what cannot exist and at its root (`soft-404.ts`). */
export type Instead = "REPLACED" | "WALL" | "UNCLEAR";

/** What one look by one eye says about the material. */
export type Observation =
  | { is: "SEEN"; as: Seen["as"]; content: Content; likeness: Likeness }
  | { is: "REPLACED"; reason: Reason; as: Seen["as"]; content: Content; media?: MediaMark }
  | { is: "ABSENT"; reason: Reason }
  /** `other`: what was shown, when the host shows something else at every look. */
  | { is: "BLIND"; reason: Reason; other?: Content; media?: MediaMark };

/**
 * The finding relative to what was seen at the target. Whatever is there and can be judged is the material or something
 * else; what cannot be judged is blind, and nothing is undecided for ever.
 *
 * @param before what else the eye was shown last in place of the material.
 */
export function observationOf(
  target: Pick<Target, "seen" | "phase">,
  finding: Finding,
  { other, media }: Pick<View, "other" | "media"> = {},
  page: PageTime = { at: new Date(0), againMs: 0 },
): Observation {
  if (finding.is === "absent") return { is: "ABSENT", reason: finding.reason };
  if (finding.is === "blind") return { is: "BLIND", reason: finding.reason };
  const { as, content } = finding;
  const like = likeness(target.seen?.content, content);
  const seen: Observation = { is: "SEEN", as, content, likeness: like };
  const byItems = finding.page && target.seen?.as.is !== "PRESENT" && pageSays(finding.page, media, page);
  if (byItems === "SEEN") return seen;
  if (byItems) return byItems.is === "REPLACED" ? { ...byItems, as, content } : byItems;
  if (like === "identical" || like === "same") return seen;
  if (isFirstSight(target, finding)) return seen;
  const blind = cannotJudge(target.seen, finding);
  if (blind !== undefined) return { is: "BLIND", reason: blind };
  // Another picture at every look is a host that plays: two looks must be shown the same.
  const restless = as.is === "PRESENT" && other !== undefined && likeness(other, content) === "other";
  return restless
    ? { is: "BLIND", reason: "UNSTABLE", other: content }
    : { is: "REPLACED", reason: "OTHER_CONTENT", as, content };
}

/** A page changes its bytes at will: as long as the address answers, it counts as there. */
function isFirstSight({ seen, phase }: Pick<Target, "seen" | "phase">, { as }: { as: Seen["as"] }): boolean {
  const open = openPhase(phase);
  if (open.is === "GONE") return seen === undefined && as.is === "PRESENT";
  return seen === undefined || !wasFile(seen);
}

/** A picture or a film was seen, judged or not: what stands in its place is something else. */
export function wasFile(seen: Target["seen"]): seen is Seen {
  return seen !== undefined && (seen.as.is === "PRESENT" || unseenFilm.has(seen.as.reason));
}

function cannotJudge(
  seen: Target["seen"],
  { as, content, instead }: Extract<Finding, { is: "content" }>,
): Reason | undefined {
  // A picture too: what answers for a blocked name may answer everything with one.
  if (instead === "WALL") return "WALL";
  // Coded anew it may be the film of which no frame was looked at.
  if (as.is === "PRESENT") return seen?.as.is === "NOT_MEDIA" && content.film ? seen.as.reason : undefined;
  if (undecodable.has(as.reason)) return as.reason;
  return instead === "UNCLEAR" ? "UNCLEAR_PAGE" : undefined;
}

/** Of films that are known by their bytes alone. */
const unseenFilm: ReadonlySet<Reason> = new Set<Reason>(["FILM_TOO_LARGE", "FILM_NOT_DECODED", "FILM_BROKEN"]);

/** It may still be the material, in a form that cannot be read. */
const undecodable: ReadonlySet<Reason> = new Set<Reason>([
  "PICTURE_TOO_LARGE",
  "PICTURE_BROKEN",
  "DECODE_TIMED_OUT",
  "BODY_TOO_LARGE",
  ...unseenFilm,
]);

/** Something is there that no machine can judge: longer watching will not help, so a person is asked after k slots. */
export function isUnjudgeable(reason: Reason): boolean {
  return undecodable.has(reason) || reason === "DYNAMIC" || reason === "UNCLEAR_PAGE" || reason === "PERSON_ONLY";
}

/** The host said it to this eye, rather than that nothing came through. */
export function isHostsWord(said: Said): boolean {
  return said.is === "ABSENT" || said.is === "REPLACED" || (said.is === "BLIND" && !unheard.has(said.reason));
}

const unheard: ReadonlySet<Reason> = new Set<Reason>(["TIMED_OUT", "REFUSED", "SERVER_ERROR", "TLS_FAILED"]);

/** Without what it saw. */
export function saidOf(observation: Observation): Said {
  return observation.is === "SEEN" ? { is: "SEEN" } : { is: observation.is, reason: observation.reason };
}
