import { derivedId } from "@ntd/service";
import { many, type Collection, type Store } from "@ntd/store";
import { untold, type ProposalState } from "./proposal.ts";

/** Of which files a case has spoken, by its id. */
export interface ProposingCase {
  schemaVersion: 1;
  /** Of the case, the newest that is known. */
  version: number;
  /** SHA-256, the newest at the end. */
  files: string[];
}

export interface ProposalCollections {
  /** By their files. */
  proposals: Collection<ProposalState, "rank" | "toList" | "falls" | "untold" | "entry">;
  proposingCases: Collection<ProposingCase>;
}

export async function openProposals(store: Store): Promise<ProposalCollections> {
  return {
    proposals: await store.collection({
      name: "proposals",
      fields: {
        rank: rankOf,
        toList: ({ stage, proposedTime }) => (isToList(stage.name) ? proposedTime : undefined),
        falls: ({ stage }) => stage.name === "falling" || undefined,
        untold: (proposal) => untold(proposal) !== undefined || undefined,
        entry: many(({ stage }) => ("listing" in stage && stage.name !== "revoked" ? stage.listing.entryIds : [])),
      },
      // A person's no, and what is taken back.
      journaled: ({ stage }) => ["refused", "falling", "revoked"].includes(stage.name),
    }),
    proposingCases: await store.collection({ name: "proposing-cases", fields: {} }),
  };
}

/** The list is to grow by it, to lose it, or its entries are to be told something: nobody waits for the next minute. */
export function asksForMore(proposal: ProposalState): boolean {
  const { name } = proposal.stage;
  return isToList(name) || name === "falling" || untold(proposal) !== undefined;
}

export function proposalIdOf(sha256: string): string {
  return derivedId("proposal", sha256);
}

/** What waits for a person first, the oldest first. */
export function rankOf({ stage, proposedTime }: ProposalState): string {
  return `${RANKS[stage.name]} ${proposedTime.toISOString()}`;
}

function isToList(name: ProposalState["stage"]["name"]): boolean {
  return name === "confirmed" || name === "listing";
}

const RANKS: Record<ProposalState["stage"]["name"], number> = {
  proposed: 0,
  confirmed: 1,
  listing: 1,
  falling: 2,
  listed: 3,
  withdrawn: 4,
  refused: 4,
  revoked: 4,
};
