import type { RevocationCause } from "@ntd/proto/common/v1/common";
import { EntryServiceService, type Entry, type StreamChangesRequest } from "@ntd/proto/hashlists/v1/hash_list_service";
import {
  EntryStandingServiceService,
  type EntryStanding,
  type StreamStandingsRequest,
} from "@ntd/proto/hashlists/v1/opinion_service";
import { service, startRpcServer } from "@ntd/rpc";
import { createLog, Health, Problem } from "@ntd/service";
import type { TestBed } from "@ntd/testing";

/** What took effect with a counter; without a cause none was told. */
interface RevokedThen {
  counter: number;
  entryIds: string[];
  cause?: RevocationCause;
  revokedBy?: string[];
}

const silent = createLog("hashlists", "silent");

type ToldStanding = { counter: number } & EntryStanding;

/** Hashlists as matching sees it: entries by release, and a switch that makes it fail. */
export interface FakeHashlists extends AsyncDisposable {
  address: string;
  releases: Map<string, Entry[]>;
  revocations: Map<string, RevokedThen[]>;
  /** What was given back, and with which counters. */
  restorations: Map<string, { counter: number; entryIds: string[] }[]>;
  /** Which release was in force from which counter on. */
  history: Map<string, { counter: number; releaseId: string }[]>;
  /** What members of a set say that counts, by the counter with which it was told. Absent: no such service is there. */
  standings: Map<string, ToldStanding[]> | undefined;
  /** With which counters another policy came into force. */
  policyChanges: Map<string, number[]>;
  /** Each set's counter, as its last event told it. */
  counters: Map<string, number>;
  /** Releases, and sets whose revocations were asked for, so far. */
  asked: string[];
  changesAsked: StreamChangesRequest[];
  down: boolean;
  /** Releases that it cannot tell to their end. */
  half: Set<string>;
  /** No release is sent whole before this resolves. */
  hold: Promise<void>;
}

export async function fakeHashlists(bed: TestBed, withStandings = false): Promise<FakeHashlists> {
  const fake = nothingTold(withStandings);
  async function* streamEntries({ releaseId }: { releaseId: string }) {
    fake.asked.push(releaseId);
    const entries = fake.releases.get(releaseId);
    if (fake.down || entries === undefined) throw new Problem("STORE_UNAVAILABLE");
    for (let at = 0; at < entries.length; at += 2) {
      if (at > 0) await fake.hold;
      if (at > 0 && fake.half.has(releaseId)) throw new Problem("WRONG_STATE");
      yield { entries: entries.slice(at, at + 2) };
    }
  }
  async function* streamRevocations({ setId, afterCounter }: { setId: string; afterCounter: bigint }) {
    fake.asked.push(setId);
    if (fake.down) throw new Problem("STORE_UNAVAILABLE");
    const throughCounter = BigInt(fake.counters.get(setId) ?? 0);
    const unspecified = "REVOCATION_CAUSE_UNSPECIFIED" as const;
    for (const { counter, entryIds, cause = unspecified, revokedBy = [] } of revokedAt(fake, setId, Infinity)) {
      if (counter > afterCounter) yield { counter: BigInt(counter), entryIds, throughCounter, cause, revokedBy };
    }
    yield { counter: 0n, entryIds: [], throughCounter, cause: unspecified, revokedBy: [] };
  }
  async function* streamChanges({ setId, afterCounter, throughCounter }: StreamChangesRequest) {
    if (fake.down) throw new Problem("STORE_UNAVAILABLE");
    const [then, now] = [entriesAt(fake, setId, Number(afterCounter)), entriesAt(fake, setId, Number(throughCounter))];
    const historyUnknown = then === undefined || now === undefined;
    const told = whatWas(fake, setId, afterCounter, throughCounter);
    const nothing = { header: undefined, added: [], changed: [], removedEntryIds: [], restated: [] };
    fake.changesAsked.push({ setId, afterCounter, throughCounter });
    yield { ...nothing, header: { historyUnknown, throughCounter, ...told } };
    if (historyUnknown) return;
    for (const [id, one] of now) {
      const before = then.get(id);
      if (before === undefined) yield { ...nothing, added: [one] };
      else if (before.votes !== one.votes) yield { ...nothing, changed: [one] };
    }
    const since = revokedAt(fake, setId, Number(throughCounter)).filter(({ counter }) => counter > afterCounter);
    const restated = restatedIn(fake, setId, Number(afterCounter), now);
    const gone = [...then.keys()].filter((id) => !now.has(id));
    yield { ...nothing, restated, removedEntryIds: [...gone, ...since.flatMap(({ entryIds }) => entryIds)] };
  }
  const identityDir = await bed.identity("service", "hashlists");
  const served = { listen: "127.0.0.1:0", identityDir, access: { ...access, ...(withStandings && standingAccess) } };
  const server = await startRpcServer({ ...served, health: new Health(silent), log: silent }, [
    service(EntryServiceService, { streamEntries, streamRevocations, streamChanges }),
    ...(withStandings ? [service(EntryStandingServiceService, { streamStandings: standingsOf(fake) })] : []),
  ]);
  return Object.assign(fake, { address: server.address, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() });
}

function nothingTold(withStandings: boolean): Omit<FakeHashlists, "address" | typeof Symbol.asyncDispose> {
  return {
    releases: new Map<string, Entry[]>(),
    revocations: new Map<string, RevokedThen[]>(),
    restorations: new Map<string, { counter: number; entryIds: string[] }[]>(),
    history: new Map<string, { counter: number; releaseId: string }[]>(),
    standings: withStandings ? new Map<string, ToldStanding[]>() : undefined,
    policyChanges: new Map<string, number[]>(),
    counters: new Map<string, number>(),
    asked: [],
    changesAsked: [],
    down: false,
    half: new Set<string>(),
    hold: Promise.resolve(),
  };
}

const access = {
  "/ntd.hashlists.v1.EntryService/StreamEntries": ["service/matching"],
  "/ntd.hashlists.v1.EntryService/StreamRevocations": ["service/matching"],
  "/ntd.hashlists.v1.EntryService/StreamChanges": ["service/matching"],
};
const standingAccess = { "/ntd.hashlists.v1.EntryStandingService/StreamStandings": ["service/matching"] };

/** What was in force at a counter, and what was changed on the way there. */
function whatWas(
  fake: Pick<FakeHashlists, "history" | "releases" | "policyChanges" | "restorations">,
  setId: string,
  after: bigint,
  through: bigint,
) {
  const steps = fake.history.get(setId) ?? [];
  const releaseId = steps.findLast(({ counter }) => counter <= through)?.releaseId ?? "";
  const entryCount = BigInt(fake.releases.get(releaseId)?.length ?? 0);
  const isBetween = (counter: number) => counter > after && counter <= through;
  const policyChanged = (fake.policyChanges.get(setId) ?? []).some(isBetween);
  const isOther = [...steps, ...(fake.restorations.get(setId) ?? [])].some(({ counter }) => isBetween(counter));
  const othersInBetween = policyChanged || isOther;
  return { releaseId, entryCount, policy: undefined, policyChanged, othersInBetween };
}

function standingsOf(fake: Pick<FakeHashlists, "down" | "counters" | "standings">) {
  return async function* stream({ setId, afterCounter }: StreamStandingsRequest) {
    if (fake.down) throw new Problem("STORE_UNAVAILABLE");
    const throughCounter = BigInt(fake.counters.get(setId) ?? 0);
    const behind = (fake.standings?.get(setId) ?? []).filter(({ counter }) => counter > afterCounter);
    yield { standings: behind, throughCounter };
  };
}

/** Entries of which something else counts behind a counter; whole where they may have come back. */
function restatedIn(
  { standings }: Pick<FakeHashlists, "standings">,
  setId: string,
  after: number,
  now: ReadonlyMap<string, Entry>,
): Entry[] {
  const behind = (standings?.get(setId) ?? []).filter(({ counter }) => counter > after);
  const newest = new Map(behind.map((one) => [one.entryId, one]));
  return [...newest.values()].map(({ entryId, disabled }) => {
    const bare = { entryId, fingerprint: undefined, classification: undefined, votes: 0 };
    return disabled ? bare : (now.get(entryId) ?? bare);
  });
}

/** A set's entries at a counter, by their ids; undefined when nobody knows what was in force. */
function entriesAt(
  fake: Pick<FakeHashlists, "history" | "releases" | "revocations" | "restorations">,
  setId: string,
  counter: number,
): Map<string, Entry> | undefined {
  if (counter === 0) return new Map();
  const step = fake.history.get(setId)?.findLast((one) => one.counter <= counter);
  const listed = step && fake.releases.get(step.releaseId);
  const gone = new Set(revokedAt(fake, setId, counter).flatMap(({ entryIds }) => entryIds));
  return listed && new Map(listed.filter(({ entryId }) => !gone.has(entryId)).map((one) => [one.entryId, one]));
}

/** What was revoked in a set up to a counter, without what was given back up to there. */
function revokedAt(
  fake: Pick<FakeHashlists, "revocations" | "restorations">,
  setId: string,
  through: number,
): RevokedThen[] {
  const back = (fake.restorations.get(setId) ?? []).filter(({ counter }) => counter <= through);
  return (fake.revocations.get(setId) ?? [])
    .filter(({ counter }) => counter <= through)
    .map((one) => {
      const isLeft = (id: string) => !back.some((b) => b.counter > one.counter && b.entryIds.includes(id));
      return { ...one, entryIds: one.entryIds.filter(isLeft) };
    });
}
