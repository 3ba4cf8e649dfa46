import { randomUUID } from "node:crypto";
import { FeedSourceServiceService } from "@ntd/proto/hashlists/v1/feed_source_service";
import { EntryServiceService, HashListServiceService } from "@ntd/proto/hashlists/v1/hash_list_service";
import { ImpactServiceService } from "@ntd/proto/hashlists/v1/impact_service";
import { NegativeEntryServiceService } from "@ntd/proto/hashlists/v1/negative_entry_service";
import { EntryOpinionServiceService, EntryStandingServiceService } from "@ntd/proto/hashlists/v1/opinion_service";
import { ProposalServiceService } from "@ntd/proto/hashlists/v1/proposal_service";
import { RevocationServiceService } from "@ntd/proto/hashlists/v1/revocation_service";
import { HashSetViewServiceService } from "@ntd/proto/hashlists/v1/set_view_service";
import { UploadServiceService } from "@ntd/proto/hashlists/v1/upload_service";
import type { connect } from "@ntd/rpc";
import { setMembers } from "@ntd/testing";
import { csvOf, page, policyOf, type InsideSet } from "./outsider-set.ts";
import { uploadOf } from "./seed.ts";

type Definition = Parameters<typeof connect>[0];
type RequestOf<M extends Definition[string]> = ReturnType<M["requestDeserialize"]>;

/** What somebody of the set may ask: a good request, as it is seen when the same is asked by who may. */
export interface Case<R = unknown> {
  /** Of a stream: all its messages. */
  request: (inside: InsideSet, proposalId: string) => R | AsyncIterable<R> | Promise<R>;
  /** Who may, as `kind/name`. */
  by: string;
  /** What becomes of it then. */
  gets?: string;
  /** Outsiders are answered as well: nothing of the set. */
  saysNothing?: true;
  /** Of a set of this role. */
  role?: "SET_ROLE_NEGATIVE";
}

/** A method that has no case does not compile. */
type Cases<D extends Definition> = { [M in keyof D]: Case<RequestOf<D[M]>> };

const ANNA = "maintainer/anna";
const BEN = "maintainer/ben";
const MATCHING = "service/matching";
const FEED = "service/feed";
const ASSESSOR = "assessor/ann";
const PARTNER = "partner/theirs";
const id = () => ({ requestId: randomUUID() });
const reason = "a story";

const lists: Cases<typeof HashListServiceService> = {
  createSet: {
    by: ANNA,
    gets: "ALREADY_EXISTS",
    request: ({ setId }) => ({
      ...id(),
      setId,
      policy: policyOf("SET_ROLE_POSITIVE"),
      members: setMembers("otto", "cora"),
    }),
  },
  listSets: { by: ANNA, request: () => page, saysNothing: true },
  proposeSetChange: { by: ANNA, request: ({ setId }) => ({ ...id(), setId, reason, retire: true }) },
  approveSetChange: {
    by: BEN,
    request: async ({ setId, proposed }) => ({ ...id(), setId, changeId: await proposed([PARTNER]) }),
  },
  rejectSetChange: {
    by: BEN,
    request: async ({ setId, proposed }) => ({ ...id(), setId, changeId: await proposed([PARTNER]) }),
  },
  listSetChanges: { by: ANNA, request: ({ setId }) => ({ setId }) },
  uploadRelease: { by: ANNA, request: ({ setId }) => uploadOf(setId, csvOf(setId, 21)) },
  compareRelease: { by: BEN, request: async ({ uploaded }) => ({ releaseId: await uploaded(21) }) },
  approveRelease: { by: BEN, request: async ({ uploaded }) => ({ ...id(), releaseId: await uploaded(21) }) },
  rejectRelease: { by: BEN, request: async ({ uploaded }) => ({ ...id(), releaseId: await uploaded(21), reason }) },
  activateRelease: { by: BEN, request: async ({ approved }) => ({ ...id(), releaseId: await approved(21) }) },
  listReleases: { by: ANNA, request: ({ setId }) => ({ setId, ...page }) },
  revokeEntries: {
    by: ANNA,
    request: ({ naming }) => ({ ...id(), ...naming(1), cause: "REVOCATION_CAUSE_WRONG_FILE" }),
  },
  approveRevocation: { by: BEN, request: async ({ revoked }) => ({ ...id(), revocationId: await revoked(11) }) },
  listRevocations: { by: ANNA, request: ({ setId }) => ({ setId, ...page }) },
};

const views: Cases<typeof HashSetViewServiceService> = {
  getSet: { by: ANNA, request: ({ setId }) => ({ setId }) },
  listEntries: {
    by: ANNA,
    request: ({ setId, releaseId }) => ({
      setId,
      releaseId,
      ...page,
      algorithm: "ALGORITHM_UNSPECIFIED",
      state: "ENTRY_STATE_UNSPECIFIED",
    }),
  },
  findEntries: {
    by: ANNA,
    request: ({ setId, naming }) => ({
      setId,
      hashes: naming(1).fingerprints.map(({ value }) => Buffer.from(value).toString("hex")),
    }),
  },
  diffReleases: {
    by: ANNA,
    request: async ({ releaseId, approved }) => ({ olderReleaseId: releaseId, newerReleaseId: await approved(21) }),
  },
  listDifferences: {
    by: ANNA,
    request: async ({ releaseId, approved }) => ({
      olderReleaseId: releaseId,
      newerReleaseId: await approved(21),
      ...page,
      kind: "DIFFERENCE_KIND_UNSPECIFIED",
    }),
  },
  listHistory: { by: ANNA, request: ({ setId }) => ({ setId, ...page }) },
  exportRelease: {
    by: ANNA,
    request: ({ setId }) => ({ setId, releaseId: "", format: "EXPORT_FORMAT_NTD_CSV", withRevoked: false, scheme: "" }),
  },
};

const impact: Cases<typeof ImpactServiceService> = {
  assessRevocation: { by: ANNA, request: ({ naming }) => ({ ...naming(1), cause: "REVOCATION_CAUSE_WRONG_FILE" }) },
  getRevocationImpact: { by: ANNA, request: async ({ revoked }) => ({ revocationId: await revoked(11) }) },
  // Casework is not there, whom it asks next.
  listConflicts: { by: ANNA, gets: "PEER_UNAVAILABLE", request: ({ setId }) => ({ setId }) },
};

const secondThoughts: Cases<typeof RevocationServiceService> = {
  withdrawRevocation: { by: ANNA, request: async ({ revoked }) => ({ ...id(), revocationId: await revoked(11) }) },
  restoreEntries: {
    by: ANNA,
    request: async ({ revoked, naming }) => {
      await revoked(1);
      return { ...id(), ...naming(1) };
    },
  },
  approveRestoration: { by: BEN, request: async ({ restoring }) => ({ ...id(), revocationId: await restoring() }) },
  withdrawRestoration: { by: ANNA, request: async ({ restoring }) => ({ ...id(), revocationId: await restoring() }) },
};

const opinions: Cases<typeof EntryOpinionServiceService> = {
  giveOpinions: {
    by: ANNA,
    request: ({ setId, entry }) => ({
      ...id(),
      setId,
      entries: [entry],
      note: "",
      opinion: "ENTRY_OPINION_NEGATIVE",
    }),
  },
  withdrawOpinions: { by: ANNA, request: ({ setId, entry }) => ({ ...id(), setId, entries: [entry] }) },
  addEntryNote: { by: ANNA, request: ({ setId, entry }) => ({ ...id(), setId, entry, text: reason }) },
  disableEntry: { by: ANNA, request: ({ setId, entry }) => ({ ...id(), setId, entry, days: 1, reason }) },
  enableEntry: {
    by: BEN,
    request: async ({ setId, entry, disabled }) => {
      await disabled();
      return { ...id(), setId, entry };
    },
  },
  getEntryOpinions: { by: ANNA, request: ({ setId, entry }) => ({ setId, entry }) },
  listEntryOpinions: { by: ANNA, request: ({ setId }) => ({ setId, ...page }) },
};

const standings: Cases<typeof EntryStandingServiceService> = {
  streamStandings: { by: MATCHING, request: ({ setId }) => ({ setId, afterCounter: 0n }) },
};

const innocent = {
  fingerprints: [{ algorithm: "ALGORITHM_SHA256" as const, value: Buffer.alloc(32, "abc"), quality: 0 }],
  reason: "NEGATIVE_REASON_INNOCENT_OBJECT" as const,
  note: "a cat",
  perceptual: false,
};

const negatives: Cases<typeof NegativeEntryServiceService> = {
  proposeNegativeEntry: {
    by: ANNA,
    role: "SET_ROLE_NEGATIVE",
    request: ({ setId }) => ({ ...id(), setId, ...innocent }),
  },
  approveNegativeEntry: {
    by: BEN,
    role: "SET_ROLE_NEGATIVE",
    request: async ({ innocentProposed }) => ({ ...id(), releaseId: await innocentProposed(innocent) }),
  },
};

const uploads: Cases<typeof UploadServiceService> = {
  getUpload: { by: ANNA, request: ({ setId }) => ({ setId, uploadRequestId: randomUUID() }) },
  listRefusedRows: { by: ANNA, request: async ({ uploaded }) => ({ releaseId: await uploaded(21), ...page }) },
};

const sources: Cases<typeof FeedSourceServiceService> = {
  readSource: {
    by: FEED,
    request: async ({ setId, shared }) => {
      await shared(PARTNER);
      return { setId, partner: PARTNER, checkpoint: "", pageSize: 100 };
    },
  },
  listRecipients: { by: FEED, request: () => page },
};

/** They are of the national set, and come before assessors: of whom each may say no, and who saw the file yes. */
const proposals: Cases<typeof ProposalServiceService> = {
  listProposals: { by: ASSESSOR, request: () => page },
  // Nor is who could say who saw it.
  confirmProposal: { by: ASSESSOR, gets: "WRONG_STATE", request: (_, proposalId) => ({ ...id(), proposalId }) },
  refuseProposal: { by: ASSESSOR, request: (_, proposalId) => ({ ...id(), proposalId, reason }) },
};

const entries: Cases<typeof EntryServiceService> = {
  streamEntries: { by: MATCHING, request: ({ releaseId }) => ({ releaseId }) },
  streamRevocations: { by: MATCHING, request: ({ setId }) => ({ setId, afterCounter: 0n }) },
  streamChanges: { by: MATCHING, request: ({ setId }) => ({ setId, afterCounter: 0n, throughCounter: 0n }) },
};

/** Every service of hashlists, and its cases. */
export const CASES: readonly { definition: Definition; cases: Readonly<Record<string, Case>> }[] = [
  { definition: HashListServiceService, cases: lists },
  { definition: HashSetViewServiceService, cases: views },
  { definition: ImpactServiceService, cases: impact },
  { definition: RevocationServiceService, cases: secondThoughts },
  { definition: EntryOpinionServiceService, cases: opinions },
  { definition: EntryStandingServiceService, cases: standings },
  { definition: NegativeEntryServiceService, cases: negatives },
  { definition: UploadServiceService, cases: uploads },
  { definition: FeedSourceServiceService, cases: sources },
  { definition: ProposalServiceService, cases: proposals },
  { definition: EntryServiceService, cases: entries },
];
