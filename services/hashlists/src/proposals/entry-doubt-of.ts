import type { EntryDoubt } from "../opinions/entry-doubt.ts";
import { against, type ProposalState } from "./proposal.ts";

/**
 * What speaks against an entry that these files are listed with: pictures that look alike have one. Nothing, while any of
 * them is listed for a decision that stands; nor where none is listed any more.
 */
export function entryDoubtOf(files: readonly ProposalState[], now: Date): EntryDoubt | undefined {
  const all = files.filter(isListed).map(against);
  if (all.length === 0 || all.includes(undefined)) return undefined;
  // It is found again as soon as it would be for any of them.
  const untils = all.map((one) => (one?.name === "doubt" ? (one.untilTime?.getTime() ?? Infinity) : 0));
  const until = Math.min(...untils);
  if (until <= now.getTime()) return { suspended: false };
  return { suspended: true, ...(until < Infinity && { untilTime: new Date(until) }) };
}

/** Whether it is listed, and nothing speaks against it. */
export function stands(file: ProposalState): boolean {
  return isListed(file) && against(file) === undefined;
}

function isListed({ stage }: ProposalState): boolean {
  return stage.name === "listing" || stage.name === "listed";
}
