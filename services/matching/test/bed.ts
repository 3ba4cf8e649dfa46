import { randomUUID } from "node:crypto";
import { nouns, type DataOf } from "@ntd/bus";
import { hashPicture } from "@ntd/imagehash";
import { generatePicture } from "@ntd/imagehash/generated";
import type { Algorithm, Fingerprint, RevocationCause } from "@ntd/proto/common/v1/common";
import type { Entry } from "@ntd/proto/hashlists/v1/hash_list_service";
import type { CheckTerms, SetPolicy } from "@ntd/proto/hashlists/v1/release";
import { MatchServiceService } from "@ntd/proto/matching/v1/match_service";
import type { Content, Derived } from "@ntd/proto/prober/v1/target";
import { connect } from "@ntd/rpc";
import type { Clock } from "@ntd/service";
import type { TestBed } from "@ntd/testing";
import { unobserved } from "@ntd/testing";
import { readMatchingConfig } from "../src/config.ts";
import { start } from "../src/service.ts";
import type { KnownSet } from "../src/store.ts";
import type { FakeHashlists } from "./fake-hashlists.ts";

/** The service under test and casework's client to it; its own STORE_URL lets it continue where another one stopped. */
export async function startMatching(
  bed: TestBed,
  hashlists: FakeHashlists,
  clock: Clock,
  settings: Record<string, string> = {},
) {
  await using stack = new AsyncDisposableStack();
  const environment = await bed.environment("matching", settings);
  const config = readMatchingConfig({ ...environment, NTD_HASHLISTS_ADDRESS: hashlists.address });
  const { address } = stack.use(await start(config, { clock }));
  const identityDir = await bed.identity("service", "casework");
  const client = stack.use(connect(MatchServiceService, { address, identityDir }));
  const held = stack.move();
  return { address, client, storeUrl: config.storeUrl, [Symbol.asyncDispose]: () => held.disposeAsync() };
}

export const thresholds = { pdq: 31, blockhash: 12, pdqQuality: 50, blockhashTransitions: 60 };
export const policy: SetPolicy = {
  owner: "Hotline",
  role: "SET_ROLE_POSITIVE",
  autoIssue: true,
  minVotes: 2,
  thresholds,
};

export function entry(fingerprint: Fingerprint, changes: Partial<Entry> = {}): Entry {
  return { entryId: randomUUID(), fingerprint, classification: undefined, votes: 3, ...changes };
}

/** Publishes that a release of a set is in force; the counter is the set's version too. */
export async function putInForce(
  bed: TestBed,
  hashlists: FakeHashlists,
  set: { setId: string; counter: number; policy?: SetPolicy },
  entries: Entry[],
): Promise<string> {
  const activeReleaseId = randomUUID();
  hashlists.releases.set(activeReleaseId, entries);
  const step = { counter: set.counter, releaseId: activeReleaseId };
  hashlists.history.set(set.setId, [...(hashlists.history.get(set.setId) ?? []), step]);
  hashlists.counters.set(set.setId, Math.max(set.counter, hashlists.counters.get(set.setId) ?? 0));
  await publishRelease(bed, { ...set, activeReleaseId, entryCount: entries.length });
  return activeReleaseId;
}

/** Publishes that entries of a set's active release were given back. */
export async function restore(
  bed: TestBed,
  hashlists: FakeHashlists,
  set: { setId: string; counter: number; activeReleaseId: string },
  entryIds: string[],
): Promise<void> {
  const { setId, counter } = set;
  hashlists.restorations.set(setId, [...(hashlists.restorations.get(setId) ?? []), { counter, entryIds }]);
  hashlists.counters.set(setId, counter);
  const entryCount = hashlists.releases.get(set.activeReleaseId)?.length ?? 0;
  await publishRelease(bed, { ...set, entryCount, restoredCounter: counter });
}

/** Publishes that a set was retired: nothing of it is in force any more. */
export async function retire(bed: TestBed, hashlists: FakeHashlists, set: { setId: string; counter: number }) {
  const { setId, counter } = set;
  hashlists.history.set(setId, [...(hashlists.history.get(setId) ?? []), { counter, releaseId: "" }]);
  hashlists.releases.set("", []);
  hashlists.counters.set(setId, counter);
  await publishRelease(bed, { ...set, activeReleaseId: "", entryCount: 0, retiredCounter: counter });
}

/** Publishes that entries of a set's active release were revoked. */
export async function revoke(
  bed: TestBed,
  hashlists: FakeHashlists,
  set: { setId: string; counter: number; activeReleaseId: string } & Since,
  entryIds: string[],
  cause: RevocationCause = "REVOCATION_CAUSE_WRONG_FILE",
  revokedBy = ["maintainer/anna"],
): Promise<void> {
  const { setId, counter } = set;
  hashlists.revocations.set(setId, [
    ...(hashlists.revocations.get(setId) ?? []),
    { counter, entryIds, cause, revokedBy },
  ]);
  hashlists.counters.set(setId, counter);
  await publishRelease(bed, { ...set, entryCount: hashlists.releases.get(set.activeReleaseId)?.length ?? 0 });
}

type Since = Partial<Pick<KnownSet, "restoredCounter" | "retiredCounter">>;

export async function publishRelease(
  bed: TestBed,
  of: {
    setId: string;
    counter: number;
    policy?: SetPolicy;
    activeReleaseId: string;
    entryCount: number;
    check?: CheckTerms;
    version?: number;
  } & Since,
): Promise<void> {
  const { setId, counter, activeReleaseId, entryCount, check, version = counter + 1 } = of;
  const terms = check && { check };
  const { restoredCounter, retiredCounter } = of;
  const since = {
    ...(restoredCounter !== undefined && { restoredCounter: BigInt(restoredCounter) }),
    ...(retiredCounter !== undefined && { retiredCounter: BigInt(retiredCounter) }),
  };
  const data = { setId, policy: of.policy ?? policy, activeReleaseId, activatedTime: new Date(), ...terms, ...since };
  const counts = { entryCount: BigInt(entryCount), counter: BigInt(counter) };
  await bed.publish(nouns.release, "activated", setId, version, { ...data, ...counts });
}

export async function publishTarget(
  bed: TestBed,
  of: { targetId: string; version: number; content: Content | undefined; episode?: number; derived?: Derived },
): Promise<void> {
  const { targetId, version, content, episode = 1, derived } = of;
  const now = new Date();
  const data: DataOf<"target"> = {
    targetId,
    episode,
    state: "TARGET_STATE_PRESENT",
    reason: "PROBE_REASON_UNSPECIFIED",
    address: undefined,
    resolvedIp: "192.0.2.1",
    firstSeenTime: now,
    lastSeenTime: now,
    goneTime: undefined,
    slotsRequired: 3,
    content,
    vantage: "here",
    probedTime: now,
    ...unobserved,
    ...(derived && { derived }),
  };
  await bed.publish(nouns.target, "present", targetId, version, data);
}

/** What fingerprint and prober would make of a picture. */
export async function contentOf(bytes: Uint8Array, revision = 1): Promise<Content> {
  const hashed = await hashPicture(bytes);
  if (!hashed.ok) throw new Error(hashed.reason);
  const { sha256, sha1, md5 } = hashed.cryptographic;
  return {
    recipe: "exact-1",
    fingerprints: [
      fingerprint("ALGORITHM_SHA256", Buffer.from(sha256, "hex")),
      fingerprint("ALGORITHM_SHA1", Buffer.from(sha1, "hex")),
      fingerprint("ALGORITHM_MD5", Buffer.from(md5, "hex")),
      fingerprint("ALGORITHM_PDQ", hashed.pdq.forms.original, hashed.pdq.quality),
      fingerprint("ALGORITHM_BLOCKHASH256", hashed.blockhash.hash, hashed.blockhash.transitions),
    ],
    pdqForms: Object.entries(hashed.pdq.forms).map(([form, value]) => ({ form, value })),
    renditions: [],
    degraded: false,
    tooLittleDetail: false,
    format: hashed.format,
    revision,
  };
}

export async function contentOfPicture(seed: number, revision = 1): Promise<Content> {
  return contentOf(await generatePicture(seed, { width: 320, height: 240 }), revision);
}

export function fingerprint(algorithm: Algorithm, value: Uint8Array, quality = 0): Fingerprint {
  return { algorithm, value: Uint8Array.from(value), quality };
}

/** A content's fingerprint by one algorithm, as a list carries it: of a blockhash, without its transitions. */
export function listed(content: Content, algorithm: Algorithm): Fingerprint {
  const found = content.fingerprints.find((one) => one.algorithm === algorithm);
  if (found === undefined) throw new Error(`no ${algorithm}`);
  return algorithm === "ALGORITHM_BLOCKHASH256" ? { ...found, quality: 0 } : found;
}
