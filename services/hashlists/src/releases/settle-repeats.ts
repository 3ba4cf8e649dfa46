import type { Deps } from "../deps.ts";
import { duplicatesIn } from "../entries/find-duplicates.ts";
import { joinRepeats } from "../entries/join-repeats.ts";
import type { LineFault } from "./release.ts";
import type { ReleaseReader } from "./release-reader.ts";

/**
 * What becomes of the hashes that a list has again, as its format has it, and of what the list itself takes back.
 *
 * @returns how many entries are less than were written.
 */
export async function settleRepeats(
  deps: Pick<Deps, "entries">,
  part: string,
  reader: ReleaseReader,
  proceed: () => void,
): Promise<number> {
  const { repeats = "refused" } = reader.format ?? {};
  const tell = ({ line, ...fault }: LineFault) => reader.fault(line, fault);
  if (repeats === "refused") {
    for await (const faults of duplicatesIn(deps, part)) {
      proceed();
      faults.forEach(tell);
    }
    return 0;
  }
  const voterOf = repeats === "first" ? undefined : repeats.voterOf;
  const joined = await joinRepeats(deps, { part, voterOf, withdrawn: reader.withdrawn, proceed });
  joined.faults.forEach(tell);
  const { repeated, otherClass, withdrawn } = joined;
  const became = voterOf === undefined ? "are listed once" : "are listed once, with a vote for each who lists them";
  if (repeated > 0) reader.remark(`${repeated} hashes that stand there again ${became}`);
  if (otherClass > 0 && voterOf !== undefined)
    reader.remark(`${otherClass} of them have another class: the first stands`);
  if (withdrawn > 0) reader.remark(`${withdrawn} entries that the list itself takes back are not listed`);
  return repeated + withdrawn;
}
