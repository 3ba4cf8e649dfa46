import {
  ListImpactServiceService as CaseworkService,
  type AssessEntriesRequest,
  type AssessEntriesResponse,
  type AssessPolicyRequest,
  type AssessPolicyResponse,
  type ConflictingEntry,
  type HasSeenRequest,
  type ListConflictsRequest,
} from "@ntd/proto/casework/v1/list_impact_service";
import type { Fingerprint } from "@ntd/proto/common/v1/common";
import {
  ListImpactServiceService as MatchingService,
  type AssessAddedRequest,
  type AssessAddedResponse,
} from "@ntd/proto/matching/v1/list_impact_service";
import { service, startRpcServer, type RpcService } from "@ntd/rpc";
import { createLog, Health, Problem } from "@ntd/service";
import type { TestBed } from "@ntd/testing";

/** Casework and matching as hashlists sees them: what they say, what they were asked, and a switch that makes them fail. */
export interface FakePeers extends AsyncDisposable {
  settings: Record<string, string>;
  down: boolean;
  /** Matching answers nothing before this resolves. */
  hold: Promise<void>;
  entries: Omit<AssessEntriesResponse, "isMore">;
  policy: AssessPolicyResponse;
  added: Omit<AssessAddedResponse, "entryCount">;
  /** By set. */
  conflicts: Map<string, ConflictingEntry[]>;
  /** Who saw every file. */
  seers: string[];
  askedEntries: AssessEntriesRequest[];
  askedPolicies: AssessPolicyRequest[];
  askedAdded: { setId: string; fingerprints: Fingerprint[] }[];
}

export async function fakePeers(bed: TestBed): Promise<FakePeers> {
  const fake = newFake();
  await using stack = new AsyncDisposableStack();
  const log = createLog("peers", "silent");
  const serve = async (name: string, one: RpcService) => {
    const identityDir = await bed.identity("service", name);
    const own = Object.entries(access).filter(([method]) => method.startsWith(`/ntd.${name}.`));
    const listening = { listen: "127.0.0.1:0", identityDir, access: Object.fromEntries(own) };
    return stack.use(await startRpcServer({ ...listening, health: new Health(log), log }, [one])).address;
  };
  const settings = {
    NTD_CASEWORK_ADDRESS: await serve("casework", caseworkOf(fake)),
    NTD_MATCHING_ADDRESS: await serve("matching", matchingOf(fake)),
  };
  const held = stack.move();
  return Object.assign(fake, { settings, [Symbol.asyncDispose]: () => held.disposeAsync() });
}

type Fake = Omit<FakePeers, "settings" | typeof Symbol.asyncDispose>;

function newFake(): Fake {
  const none = { newlyDecidedCount: 0, againstPersonCount: 0, waitingCount: 0, noLongerDecidedCount: 0 };
  return {
    down: false,
    hold: Promise.resolve(),
    entries: NOTHING,
    policy: { caseCount: 0, isMore: false, ...none },
    added: { nearNegativeCount: 0, metEntryCount: 0, metRowCount: 0, rowCount: 0, isMore: false },
    conflicts: new Map(),
    seers: [],
    askedEntries: [],
    askedPolicies: [],
    askedAdded: [],
  };
}

function requireUp({ down }: Fake): void {
  if (down) throw new Problem("STORE_UNAVAILABLE");
}

function caseworkOf(fake: Fake): RpcService {
  return service(CaseworkService, {
    async assessEntries(request: AssessEntriesRequest) {
      requireUp(fake);
      fake.askedEntries.push(request);
      return { ...fake.entries, isMore: false };
    },
    async assessPolicy(request: AssessPolicyRequest) {
      requireUp(fake);
      fake.askedPolicies.push(request);
      return fake.policy;
    },
    async listConflicts({ setId }: ListConflictsRequest) {
      requireUp(fake);
      return { entries: fake.conflicts.get(setId) ?? [], isMore: false };
    },
    async hasSeen({ person }: HasSeenRequest) {
      requireUp(fake);
      return { hasSeen: fake.seers.includes(person) };
    },
  });
}

function matchingOf(fake: Fake): RpcService {
  return service(MatchingService, {
    async assessAdded(requests: AsyncIterable<AssessAddedRequest>) {
      const asked = { setId: "", fingerprints: [] as Fingerprint[] };
      for await (const { part } of requests) {
        if (part?.$case === "setId") asked.setId = part.value;
        if (part?.$case === "entries") asked.fingerprints.push(...part.value.fingerprints);
      }
      requireUp(fake);
      fake.askedAdded.push(asked);
      await fake.hold;
      return { ...fake.added, entryCount: asked.fingerprints.length };
    },
  });
}

const access = {
  "/ntd.casework.v1.ListImpactService/AssessEntries": ["service/hashlists"],
  "/ntd.casework.v1.ListImpactService/AssessPolicy": ["service/hashlists"],
  "/ntd.casework.v1.ListImpactService/ListConflicts": ["service/hashlists"],
  "/ntd.casework.v1.ListImpactService/HasSeen": ["service/hashlists"],
  "/ntd.matching.v1.ListImpactService/AssessAdded": ["service/hashlists"],
};

const NOTHING = {
  caseCount: 0,
  targetCount: 0,
  undecidedCount: 0,
  machineCount: 0,
  personCount: 0,
  inDoubtCount: 0,
  basisRevokedCount: 0,
  withdrawnCount: 0,
  restingCount: 0,
  fallingCount: 0,
  liveEntryCount: 0,
};
