import { isAbsentFromTheFirst } from "@ntd/facts";
import type { CaseFile } from "../cases/case.ts";
import { judge, type Evidence, type Judgement } from "./policy.ts";
import type { SeenTarget } from "../evidence/seen.ts";

/** What the policy says of all that the platform itself saw of a case. */
export function judgementOf({ target, match }: Pick<CaseFile, "target" | "match">): Judgement {
  return judge({ target: target && whatWasSeen(target), match });
}

function whatWasSeen(target: SeenTarget): Evidence["target"] {
  return { state: target.state, saw: sawIn(target), absentFromTheFirst: isAbsentFromTheFirst(target) };
}

// Only of a picture there is a perceptual hash, and of the pictures that a film shows.
function sawIn({ fingerprints, isFilm }: SeenTarget): "nothing" | "file" | "picture" {
  if (fingerprints.length === 0) return "nothing";
  if (isFilm === true) return "picture";
  return fingerprints.some(({ algorithm }) => algorithm === "ALGORITHM_PDQ") ? "picture" : "file";
}
