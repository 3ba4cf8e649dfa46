import { sniff } from "@ntd/imagehash/sniff";
import type { ComputeFilmResponse } from "@ntd/proto/fingerprint/v1/film_service";
import type { Content } from "@ntd/proto/prober/v1/target";
import { Problem } from "@ntd/service";
import { kindOf } from "../answer/kind.ts";
import { wallOf } from "../answer/wall.ts";
import type { PassedBody } from "../fetch/fetch.ts";
import type { Opening } from "../fetch/opening.ts";
import type { Finding } from "../targets/observation.ts";
import type { Reason, Seen, Target } from "../targets/target-state.ts";
import { contentOfFile } from "./content.ts";
import type { Answered } from "./finding.ts";

/** What was handed on while it came, and what was said of it. */
type Passed = Pick<PassedBody, "hashed" | "start" | "head" | "short" | "ip">;

/**
 * What is at an address whose body was handed on.
 *
 * @param isPatient that what passes is waited for: by now nobody had room for it.
 * @throws Problem PEER_UNAVAILABLE where who hashes it may say more of it later.
 */
export function findingOfPassed(passed: Passed, isPatient: boolean): Finding {
  const { hashed, start, head, short, ip } = passed;
  const wall = wallOf(head, start);
  if (wall !== undefined) return { is: "blind", reason: wall, ip };
  const content = contentOfFile(hashed);
  if (content.film !== undefined) return { is: "content", as: { is: "PRESENT" }, content, ip };
  const reason = reasonOf(passed);
  if (reason === "unknown") throw new Problem("PEER_UNAVAILABLE", "The fingerprint service is of a newer release.");
  if (hashed.problem === "FILM_PROBLEM_NO_ROOM" && isPatient)
    throw new Problem("PEER_UNAVAILABLE", "The fingerprint service has no memory for the film.");
  // Hashes of a part are of nothing that anybody lists.
  if (short === true) return { is: "blind", reason: "SERVER_ERROR", ip };
  return { is: "content", as: { is: "NOT_MEDIA", reason }, content, ip };
}

/** Why no frame of it was looked at, or what else it is; "unknown" when the answer is newer than we are. */
function reasonOf({ hashed: { problem }, head, start }: Passed): Reason | "unknown" {
  switch (problem) {
    case "FILM_PROBLEM_NOT_A_FILM":
      if (kindOf(head, start) === "page") return "BODY_TOO_LARGE";
      return sniff(start) === "unknown" || isDocument(start) ? "NOT_A_PICTURE" : "PICTURE_TOO_LARGE";
    case "FILM_PROBLEM_TOO_LARGE":
      return "FILM_TOO_LARGE";
    case "FILM_PROBLEM_NO_DECODER":
    case "FILM_PROBLEM_NO_ROOM":
    case "FILM_PROBLEM_TOO_MUCH_MEMORY":
      return "FILM_NOT_DECODED";
    case "FILM_PROBLEM_UNSPECIFIED":
    case "FILM_PROBLEM_BROKEN":
      return "FILM_BROKEN";
    case "FILM_PROBLEM_TIMED_OUT":
      return "DECODE_TIMED_OUT";
    case "UNRECOGNIZED":
      return "unknown";
    default:
      return problem satisfies never;
  }
}

const isDocument = (start: Uint8Array) => Buffer.from(start.subarray(0, 5)).toString("latin1") === "%PDF-";

/** How what is there begins, and what came of it, so that it is not read again; undefined of what is read at every look. */
export function openingAfter(fetched: Answered, finding: Finding): Opening | undefined {
  if (fetched.is !== "passed") return "opening" in fetched ? fetched.opening : undefined;
  const { opening, hashed, short } = fetched;
  const whole = sha256In(hashed);
  if (finding.is !== "content" || short === true || whole === undefined) return undefined;
  const length = Number(hashed.sizeBytes);
  return { ...opening, length, whole, ...(finding.as.is === "NOT_MEDIA" && { reason: finding.as.reason }) };
}

/**
 * What is there as it was: what was seen, or was shown in its place, and what could not be judged.
 *
 * @param tooLarge of what was hashed by nobody.
 */
export function unchanged(
  { seen, views = {} }: Partial<Pick<Target, "seen" | "views">>,
  { whole, reason }: Opening,
  ip: string,
  tooLarge: { as: Seen["as"]; content: Content },
): Finding {
  if (whole === undefined) {
    const isKnown = seen === undefined || (seen.as.is === "NOT_MEDIA" && seen.as.reason === "BODY_TOO_LARGE");
    return isKnown ? { is: "content", ...tooLarge, ip } : { is: "blind", reason: "BODY_TOO_LARGE", ip };
  }
  if (seen !== undefined && sha256In(seen.content) === whole)
    return { is: "content", as: seen.as, content: seen.content, ip };
  const other = Object.values(views).find((view) => view.other !== undefined && sha256In(view.other) === whole)?.other;
  if (other === undefined) return { is: "blind", reason: reason ?? "BODY_TOO_LARGE", ip };
  return {
    is: "content",
    as: reason === undefined ? { is: "PRESENT" } : { is: "NOT_MEDIA", reason },
    content: other,
    ip,
  };
}

/**
 * How what an eye was shown last began, so that no more of it is read. What an earlier release did not hash is hashed now,
 * and what nothing here could decode is asked for anew once somebody reports it again.
 */
export function openingFor(
  { views = {}, opening: ofAny, seen, reportedTime }: Pick<Target, "views" | "opening" | "seen" | "reportedTime">,
  eye: string,
  maxBytes: number,
): Opening | undefined {
  const opening = views[eye]?.opening ?? ofAny;
  if (opening === undefined) return undefined;
  if (opening.whole === undefined) return (opening.length ?? Infinity) <= maxBytes ? undefined : opening;
  const isAskedAnew = seen !== undefined && reportedTime !== undefined && reportedTime > seen.last;
  return opening.reason === "FILM_NOT_DECODED" && isAskedAnew ? undefined : opening;
}

/** As hex. */
export function sha256In({ fingerprints }: Pick<Content | ComputeFilmResponse, "fingerprints">): string | undefined {
  const found = fingerprints.find(({ algorithm }) => algorithm === "ALGORITHM_SHA256");
  return found && Buffer.from(found.value).toString("hex");
}
