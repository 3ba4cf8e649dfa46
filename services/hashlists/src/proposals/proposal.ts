import { isSamePerson } from "@ntd/facts";
import type { Fingerprint } from "@ntd/proto/common/v1/common";
import type { AnsweredRequest } from "@ntd/rpc";

/** A file that a person saw and decided to be illegal, and that the national set may list. One for each file. */
export interface ProposalState {
  schemaVersion: 1;
  proposalId: string;
  /** Of the file, SHA-256 first. */
  fingerprints: Fingerprint[];
  /** What the first decision called it; absent where it named no class. */
  classification?: { scheme: string; code: string };
  proposedTime: Date;
  /** What cases say of it, by their ids. */
  cases: Record<string, CaseWord>;
  /** Who saw it and said the same outside of a case. */
  confirmedBy: string[];
  stage: ProposalStage;
  /** What its entries were told that speaks against them; absent where nothing does. */
  told?: ToldEntries;
  requests: AnsweredRequest<true>[];
}

/** What the newest decision of a case says of the file. */
export interface CaseWord {
  /** Of the case. */
  version: number;
  /**
   * Illegal, not illegal by a person who saw it, or nothing any more; `waits`: illegal, in force, and a person has it again;
   * `doubted`: it was illegal, and is in doubt, or one person's word alone is against it.
   */
  says: "illegal" | "not_illegal" | "waits" | "doubted" | "nothing";
  /** Who decided, or whose word took that back. */
  by: string[];
  /** When a doubt lapses; absent of one that lasts. */
  untilTime?: Date;
}

/** What speaks against a file that is listed, while no decision on it has fallen. */
export type Against =
  /** No decision that calls it illegal is in force; absent: until one is, or falls. */
  | { name: "doubt"; untilTime?: Date }
  /** Decided illegal in one case, and not illegal in another one. */
  | { name: "contradiction" };

/** Entries, and the name of what they were told. */
export interface ToldEntries {
  name: string;
  entryIds: string[];
}

/** The entries of a release with which it is listed, without those that the set had before. */
export interface Listing {
  releaseId: string;
  entryIds: string[];
  /** Other releases that were made for it, the newest last: another process may be about to put one in force. */
  earlier?: string[];
}

export type ProposalStage =
  | { name: "proposed" }
  | { name: "confirmed" }
  /** The release is about to come into force, or is. */
  | { name: "listing"; listing: Listing }
  | { name: "listed"; listing: Listing }
  /** Its entries are about to be taken back. */
  | { name: "falling"; listing: Listing; by: string[] }
  | { name: "revoked"; listing: Listing }
  | { name: "withdrawn" }
  | { name: "refused"; by: string; reason: string; time: Date };

const KEEPS: ReadonlySet<CaseWord["says"]> = new Set(["illegal", "waits", "doubted"]);

/** Releases of which no process can be at work any more, with so many behind them. */
const MOST_EARLIER = 10;

/** Cases that are kept with a file; further ones add nothing but contradictions. */
const MOST_CASES = 100;

export type Proposed = Pick<ProposalState, "proposalId" | "fingerprints" | "classification">;

/** A file of which a case speaks the first time. */
export function newProposal(of: Proposed, now: Date): ProposalState {
  const said = { cases: {}, confirmedBy: [], requests: [] };
  return { schemaVersion: 1, ...of, proposedTime: now, stage: { name: "withdrawn" }, ...said };
}

/** What a case says of the file; undefined when a later word of that case is known, or the same one. */
export function heard(proposal: ProposalState, caseId: string, word: CaseWord): ProposalState | undefined {
  const known = proposal.cases[caseId];
  if (known !== undefined && known.version >= word.version) return undefined;
  const isOneMore = known === undefined && Object.keys(proposal.cases).length >= MOST_CASES;
  if (isOneMore && word.says !== "not_illegal") return undefined;
  return settled({ ...proposal, cases: { ...proposal.cases, [caseId]: word } }, word.by);
}

/** A person who saw it says the same; the name of the problem when that cannot be. */
export function confirm(proposal: ProposalState, by: string): ProposalState | "WRONG_STATE" | "SAME_PERSON" {
  if (proposal.stage.name !== "proposed" || !callsIllegal(proposal)) return "WRONG_STATE";
  if (seenBy(proposal).some((one) => isSamePerson(one, by))) return "SAME_PERSON";
  return settled({ ...proposal, confirmedBy: [...proposal.confirmedBy, by] }, []);
}

/** Ends it by one person's word; undefined when it is listed, is about to be, or is over. */
export function refuse(proposal: ProposalState, by: string, reason: string, time: Date): ProposalState | undefined {
  const { name } = proposal.stage;
  if (name !== "proposed" && name !== "confirmed") return undefined;
  return { ...proposal, stage: { name: "refused", by, reason, time } };
}

/** It is about to be listed with a release; undefined when it is not to be any more, or is known to be. */
export function listing(proposal: ProposalState, of: Omit<Listing, "earlier">): ProposalState | undefined {
  const { stage } = proposal;
  if (!mayList(proposal)) return undefined;
  if (stage.name !== "listing") return { ...proposal, stage: { name: "listing", listing: of } };
  if (stage.listing.releaseId === of.releaseId) return undefined;
  const earlier = releasesOf(stage.listing).filter((one) => one !== of.releaseId);
  return { ...proposal, stage: { name: "listing", listing: { ...of, earlier: earlier.slice(-MOST_EARLIER) } } };
}

/** Whether it is to be listed, and nothing speaks against that meanwhile. */
export function mayList(proposal: ProposalState): boolean {
  const { name } = proposal.stage;
  if (name !== "confirmed" && name !== "listing") return false;
  return proposal.told === undefined && against(proposal) === undefined;
}

/** Every release that was made for it, the newest last. */
export function releasesOf({ releaseId, earlier = [] }: Listing): string[] {
  return [...earlier, releaseId];
}

/** The release is in force; undefined when it was not to be listed any more, or is known to be. */
export function listed(proposal: ProposalState, releaseId: string): ProposalState | undefined {
  const { stage } = proposal;
  if (stage.name !== "listing" || !releasesOf(stage.listing).includes(releaseId)) return undefined;
  const { entryIds } = stage.listing;
  return { ...proposal, stage: { name: "listed", listing: { releaseId, entryIds } } };
}

/** Its entries are taken back, or never were in a release. */
export function fallen(proposal: ProposalState, wasListed: boolean): ProposalState | undefined {
  const { stage } = proposal;
  if (stage.name !== "falling") return undefined;
  if (wasListed) return { ...proposal, stage: { name: "revoked", listing: stage.listing } };
  return settled({ ...proposal, confirmedBy: [], stage: { name: "withdrawn" } }, []);
}

/** Who saw it and says that it is illegal, each person once. */
export function seenBy({ cases, confirmedBy }: ProposalState): string[] {
  const deciders = Object.values(cases).flatMap(({ says, by }) => (says === "illegal" ? by : []));
  const all = [...deciders, ...confirmedBy];
  return all.filter((one, i) => all.findIndex((other) => isSamePerson(other, one)) === i);
}

/** A person who saw it says in a case that it is not illegal. */
export function isContradicted({ cases }: ProposalState): boolean {
  return Object.values(cases).some(({ says }) => says === "not_illegal");
}

/**
 * What speaks against it where it is listed, or about to be. While one decision that calls it illegal is in force, also where
 * a person has that again, no doubt about another one does.
 */
export function against({ stage, cases }: ProposalState): Against | undefined {
  if (stage.name !== "listing" && stage.name !== "listed") return undefined;
  const words = Object.values(cases);
  if (words.some(({ says }) => says === "illegal" || says === "waits")) {
    return words.some(({ says }) => says === "not_illegal") ? { name: "contradiction" } : undefined;
  }
  const doubts = words
    .filter(({ says }) => says === "doubted")
    .map(({ untilTime }) => untilTime?.getTime() ?? Infinity);
  if (doubts.length === 0) return undefined;
  const until = Math.max(...doubts);
  return { name: "doubt", ...(until < Infinity && { untilTime: new Date(until) }) };
}

/** What its entries have not been told yet; undefined where they were told how it is. */
export function untold(proposal: ProposalState): ToldEntries | undefined {
  const { stage, told } = proposal;
  // They are about to be taken back: until then they are as they were.
  if (stage.name === "falling") return undefined;
  const name = nameOf(against(proposal));
  if (name === (told?.name ?? "")) return undefined;
  const listed = name !== "" && "listing" in stage ? stage.listing.entryIds : [];
  return { name, entryIds: [...new Set([...listed, ...(told?.entryIds ?? [])])] };
}

/** Its entries were told; undefined where something else speaks against it by now, or nothing does any more. */
export function afterTold(proposal: ProposalState, one: ToldEntries): ProposalState | undefined {
  if (untold(proposal)?.name !== one.name) return undefined;
  const { told: _, ...rest } = proposal;
  return one.name === "" ? rest : { ...rest, told: one };
}

function nameOf(one: Against | undefined): string {
  if (one?.name !== "doubt") return one?.name ?? "";
  return `doubt until ${one.untilTime?.toISOString() ?? "it is over"}`;
}

function callsIllegal({ cases }: ProposalState): boolean {
  return Object.values(cases).some(({ says }) => says === "illegal");
}

// Where it stands by what is said of it now; `by` said it last.
function settled(proposal: ProposalState, by: string[]): ProposalState {
  const { stage } = proposal;
  const isKept = Object.values(proposal.cases).some(({ says }) => KEEPS.has(says));
  const isReady = callsIllegal(proposal) && !isContradicted(proposal) && seenBy(proposal).length >= 2;
  switch (stage.name) {
    case "proposed":
    case "confirmed":
    case "withdrawn":
      // Who confirmed it before spoke of a decision that is no more.
      if (!isKept) return { ...proposal, confirmedBy: [], stage: { name: "withdrawn" } };
      return { ...proposal, stage: { name: isReady ? "confirmed" : "proposed" } };
    case "listing":
    case "listed":
      return isKept ? proposal : { ...proposal, stage: { name: "falling", listing: stage.listing, by } };
    case "falling":
    case "revoked":
    case "refused":
      return proposal;
    default:
      return stage satisfies never;
  }
}
