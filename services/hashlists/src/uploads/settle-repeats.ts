import type { Deps } from "../deps.ts";
import { joinRepeats, type Joining } from "../entries/join-repeats.ts";
import { counted } from "../releases/counted.ts";
import type { ReleaseReader } from "../reading/release-reader.ts";

/** Entries that were written and are none in the end. */
export interface Settled {
  duplicates: number;
  contradicting: number;
  withdrawn: number;
}

/**
 * What becomes of the hashes that a list has again, as its format has it, and of what the list itself takes back.
 *
 * @param refuse told of those that tell a hash otherwise, of which there may be as many as lines.
 */
export async function settleRepeats(
  deps: Pick<Deps, "entries">,
  part: string,
  reader: ReleaseReader,
  { proceed, refuse }: Pick<Joining, "proceed" | "refuse">,
): Promise<Settled> {
  const { repeats = "exactly" } = reader.format ?? {};
  const { repeated, otherClass, contradicting, withdrawn } = await joinRepeats(deps, {
    part,
    repeats,
    withdrawn: reader.withdrawn,
    proceed,
    refuse,
  });
  const votes = typeof repeats === "string" ? "" : ", with a vote for each who lists them";
  const are = (count: number) => (count === 1 ? "is" : "are");
  if (repeated > 0) {
    reader.remark(`${counted(repeated, "hashes told again")} ${are(repeated)} listed once${votes}`);
  }
  if (otherClass > 0) {
    reader.remark(`${otherClass} of them ${otherClass === 1 ? "has" : "have"} another class: the first stands`);
  }
  if (withdrawn > 0) {
    reader.remark(`${counted(withdrawn, "entries that the list itself takes back")} ${are(withdrawn)} not listed`);
  }
  return { duplicates: repeated, contradicting, withdrawn };
}
