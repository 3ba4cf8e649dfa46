import type { Deps } from "../deps.ts";
import { joinRepeats } from "../entries/join-repeats.ts";
import type { ReleaseReader } from "../releases/release-reader.ts";

/** Entries that were written and are none in the end. */
export interface Settled {
  duplicates: number;
  contradicting: number;
  withdrawn: number;
}

/**
 * What becomes of the hashes that a list has again, as its format has it, and of what the list itself takes back.
 *
 * @param keepFaults writes those that were found, of which there may be as many as lines.
 */
export async function settleRepeats(
  deps: Pick<Deps, "entries">,
  part: string,
  reader: ReleaseReader,
  { proceed, keepFaults }: { proceed: () => void; keepFaults: () => Promise<void> },
): Promise<Settled> {
  const { repeats = "exactly" } = reader.format ?? {};
  const { repeated, otherClass, contradicting, withdrawn } = await joinRepeats(deps, {
    part,
    repeats,
    withdrawn: reader.withdrawn,
    proceed,
    refuse: (fault) => {
      reader.refuseEntry(fault);
      return keepFaults();
    },
  });
  const became =
    typeof repeats === "string" ? "are listed once" : "are listed once, with a vote for each who lists them";
  if (repeated > 0) reader.remark(`${repeated} hashes that stand there again ${became}`);
  if (otherClass > 0) reader.remark(`${otherClass} of them have another class: the first stands`);
  if (withdrawn > 0) reader.remark(`${withdrawn} entries that the list itself takes back are not listed`);
  return { duplicates: repeated, contradicting, withdrawn };
}
