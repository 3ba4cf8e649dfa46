import { ProposalServiceService } from "@ntd/proto/hashlists/v1/proposal_service";
import { startService, type Overrides, type Running } from "@ntd/host";
import { EntryServiceService, HashListServiceService } from "@ntd/proto/hashlists/v1/hash_list_service";
import { NegativeEntryServiceService } from "@ntd/proto/hashlists/v1/negative_entry_service";
import { ImpactServiceService } from "@ntd/proto/hashlists/v1/impact_service";
import { RevocationServiceService } from "@ntd/proto/hashlists/v1/revocation_service";
import { EntryOpinionServiceService, EntryStandingServiceService } from "@ntd/proto/hashlists/v1/opinion_service";
import { UploadServiceService } from "@ntd/proto/hashlists/v1/upload_service";
import { service } from "@ntd/rpc";
import { readSchemes } from "@ntd/schemes";
import type { Health } from "@ntd/service";
import type { Store } from "@ntd/store";
import { access } from "./access.ts";
import type { HashlistsConfig } from "./config.ts";
import type { Deps } from "./deps.ts";
import { startCleaningUploads } from "./releases/every-second-clean-uploads.ts";
import { startFinishingRevocations } from "./revocations/every-second-finish-revocations.ts";
import { startTellingOpinions } from "./opinions/every-second-tell-opinions.ts";
import { servedOpinions } from "./opinions/served-opinions.ts";
import { streamStandings } from "./standings/rpc-stream-standings.ts";
import { activateRelease } from "./releases/rpc-activate-release.ts";
import { approveRelease } from "./releases/rpc-approve-release.ts";
import { approveRestoration, approveRevocation } from "./revocations/rpc-approve-revocation.ts";
import { compareRelease } from "./comparison/rpc-compare-release.ts";
import { KeptAsks } from "./impact/asks.ts";
import { startAssessing } from "./impact/every-second-assess.ts";
import { peersOf } from "./impact/peers.ts";
import { assessRevocation } from "./impact/rpc-assess-revocation.ts";
import { getRevocationImpact } from "./impact/rpc-get-revocation-impact.ts";
import { listConflicts } from "./impact/rpc-list-conflicts.ts";
import { rejectRelease } from "./releases/rpc-reject-release.ts";
import { startFindingLostReleases } from "./sets/every-hour-find-lost-releases.ts";
import { startExpiringSets } from "./sets/every-second-expire-sets.ts";
import { createSet } from "./sets/rpc-create-set.ts";
import { listReleases } from "./releases/rpc-list-releases.ts";
import { knownRevoked } from "./revoked/known-revoked.ts";
import { listRevocations } from "./revocations/rpc-list-revocations.ts";
import { listSets } from "./sets/rpc-list-sets.ts";
import { restoreEntries } from "./revocations/rpc-restore-entries.ts";
import { withdrawRestoration, withdrawRevocation } from "./revocations/rpc-withdraw-revocation.ts";
import { revokeEntries } from "./revocations/rpc-revoke-entries.ts";
import { approveSetChange, rejectSetChange } from "./set-changes/rpc-decide-set-change.ts";
import { listSetChanges } from "./set-changes/rpc-list-set-changes.ts";
import { proposeSetChange } from "./set-changes/rpc-propose-set-change.ts";
import { streamChanges } from "./entries/rpc-stream-changes.ts";
import { streamEntries } from "./entries/rpc-stream-entries.ts";
import { streamRevocations } from "./revocations/rpc-stream-revocations.ts";
import { servedUploads } from "./uploads/served-uploads.ts";
import { uploadRelease } from "./uploads/rpc-upload-release.ts";
import { approveNegativeEntry } from "./negative-entries/rpc-approve-negative-entry.ts";
import { proposeNegativeEntry } from "./negative-entries/rpc-propose-negative-entry.ts";
import { openCollections } from "./store.ts";
import { startGrowingList } from "./proposals/every-minute-grow-list.ts";
import { onCase } from "./proposals/on-case.ts";
import { confirmProposal, refuseProposal } from "./proposals/rpc-decide-proposal.ts";
import { listProposals } from "./proposals/rpc-list-proposals.ts";
import { views } from "./views/views.ts";

export function start(config: HashlistsConfig, overrides?: Overrides): Promise<Running> {
  return startService({
    name: "hashlists",
    config,
    overrides,
    access,
    callMs: Object.fromEntries(LONG.map((method) => [`/ntd.hashlists.v1.${method}`, LONG_MS])),
    open: async ({ store, clock, log, health, soon, peer }) => ({
      ...(await opened(store)),
      ...peersOf(config, peer),
      clock,
      log,
      nationalSet: config.nationalSet,
      doubtMs: config.doubtMs,
      growthTurnMs: config.growthTurnMs,
      growSoon: soon("grow"),
      schemes: readSchemes(config.schemesDir, "", "HASHLISTS"),
      ...uploadLimits(config, health),
      comparing: new Map(),
      keptAsks: new KeptAsks(),
      assessSoon: soon("assess"),
      notedStandings: new Map(),
      findLostSoon: soon("lost"),
      kickCleaner: soon("clean"),
    }),
    serve: (deps) => [
      service(HashListServiceService, {
        createSet: createSet(deps),
        listSets: listSets(deps),
        proposeSetChange: proposeSetChange(deps),
        approveSetChange: approveSetChange(deps),
        rejectSetChange: rejectSetChange(deps),
        listSetChanges: listSetChanges(deps),
        uploadRelease: uploadRelease(deps),
        compareRelease: compareRelease(deps),
        approveRelease: approveRelease(deps),
        rejectRelease: rejectRelease(deps),
        activateRelease: activateRelease(deps),
        listReleases: listReleases(deps),
        revokeEntries: revokeEntries(deps),
        approveRevocation: approveRevocation(deps),
        listRevocations: listRevocations(deps),
      }),
      ...views(deps),
      service(ImpactServiceService, impactOf(deps)),
      service(RevocationServiceService, secondThoughts(deps)),
      service(UploadServiceService, servedUploads(deps)),
      service(EntryOpinionServiceService, servedOpinions(deps)),
      ...furtherServices(deps),
    ],
    work: (deps) => ({ case: onCase(deps) }),
    loops: loopsOf,
  });
}

function loopsOf(deps: Deps) {
  return {
    clean: () => startCleaningUploads(deps),
    assess: () => startAssessing(deps),
    finish: () => startFinishingRevocations(deps),
    opinions: () => startTellingOpinions(deps),
    grow: () => startGrowingList(deps),
    expire: () => startExpiringSets(deps),
    lost: () => startFindingLostReleases(deps),
  };
}

async function opened(store: Store) {
  const collections = await openCollections(store);
  return { ...collections, revokedIn: knownRevoked(collections) };
}

function uploadLimits(config: HashlistsConfig, health: Pick<Health, "degrade">) {
  return {
    keptAreFull: (areFull: boolean) => health.degrade("uploads:NOT_KEPT", areFull),
    maxReleaseBytes: config.maxReleaseMb * 1024 * 1024,
    uploadMs: config.uploadMinutes * 60_000,
    uploadSilentMs: config.uploadSilentSeconds * 1000,
    uploadsAtOnce: config.uploadsAtOnce,
    uploadPace: { bytesPerSecond: config.uploadLeastKbPerSecond * 1024, withinMs: PACE_MS },
    maxKeptBytes: config.maxKeptMb * 1024 * 1024,
  };
}

/** So long an upload may trickle before others have its place. */
const PACE_MS = 30_000;

/** Whole lists are read for these. */
const LONG_MS = 300_000;
const LONG = [
  "HashListService/RevokeEntries",
  "RevocationService/RestoreEntries",
  "HashSetViewService/DiffReleases",
  "HashSetViewService/FindEntries",
  "ImpactService/AssessRevocation",
  "EntryOpinionService/GiveOpinions",
  "EntryOpinionService/WithdrawOpinions",
];

function impactOf(deps: Deps) {
  return {
    assessRevocation: assessRevocation(deps),
    getRevocationImpact: getRevocationImpact(deps),
    listConflicts: listConflicts(deps),
  };
}

function secondThoughts(deps: Deps) {
  return {
    withdrawRevocation: withdrawRevocation(deps),
    restoreEntries: restoreEntries(deps),
    approveRestoration: approveRestoration(deps),
    withdrawRestoration: withdrawRestoration(deps),
  };
}

function proposalsOf(deps: Deps) {
  return {
    listProposals: listProposals(deps),
    confirmProposal: confirmProposal(deps),
    refuseProposal: refuseProposal(deps),
  };
}

function furtherServices(deps: Deps) {
  return [
    service(ProposalServiceService, proposalsOf(deps)),
    service(NegativeEntryServiceService, {
      proposeNegativeEntry: proposeNegativeEntry(deps),
      approveNegativeEntry: approveNegativeEntry(deps),
    }),
    service(EntryServiceService, {
      streamEntries: streamEntries(deps),
      streamRevocations: streamRevocations(deps),
      streamChanges: streamChanges(deps),
    }),
    service(EntryStandingServiceService, { streamStandings: streamStandings(deps) }),
  ];
}
