import { nouns } from "@ntd/bus";
import type { Fingerprint } from "@ntd/proto/common/v1/common";
import { ListImpactServiceService, type AssessAddedRequest } from "@ntd/proto/matching/v1/list_impact_service";
import { connect, type RpcClient } from "@ntd/rpc";
import { systemClock } from "@ntd/service";
import { eventually, startTestBed, type TestBed } from "@ntd/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { contentOfPicture, entry, listed, policy, publishTarget, putInForce, startMatching } from "./bed.ts";
import { fakeHashlists, type FakeHashlists } from "./fake-hashlists.ts";

let bed: TestBed;
let hashlists: FakeHashlists;
let matching: Awaited<ReturnType<typeof startMatching>>;
let client: RpcClient<typeof ListImpactServiceService>;
let contents: Awaited<ReturnType<typeof contentOfPicture>>[];
beforeAll(async () => {
  bed = await startTestBed();
  hashlists = await fakeHashlists(bed);
  matching = await startMatching(bed, hashlists, systemClock);
  const identityDir = await bed.identity("service", "hashlists");
  client = connect(ListImpactServiceService, { address: matching.address, identityDir });
  contents = await Promise.all([1, 2, 3].map((seed) => contentOfPicture(seed)));
  const innocent = [entry(of(1, "ALGORITHM_PDQ")), entry(of(1, "ALGORITHM_SHA256"))];
  await putInForce(bed, hashlists, { setId: "innocent", counter: 1, policy: NEGATIVE }, innocent);
  await putInForce(bed, hashlists, { setId: "national", counter: 1 }, [entry(of(3, "ALGORITHM_MD5"))]);
  for (const [nth, content] of contents.entries()) {
    if (nth !== 2) await publishTarget(bed, { targetId: `t${nth}`, version: 1, content });
  }
  const isLooked = async () => new Set((await bed.published(nouns.match)).map(({ data }) => data.targetId)).size === 2;
  await eventually("both were looked up", isLooked);
  // Sets are loaded in their own time.
  await eventually("the innocent are known, and the set", async () => {
    const answer = await assess("national", [of(1, "ALGORITHM_SHA256")]).catch(() => undefined);
    return answer?.nearNegativeCount === 1;
  });
});
afterAll(async () => {
  await client[Symbol.asyncDispose]();
  await matching[Symbol.asyncDispose]();
  await hashlists[Symbol.asyncDispose]();
  await bed[Symbol.asyncDispose]();
});

const NEGATIVE = { ...policy, role: "SET_ROLE_NEGATIVE", autoIssue: false } as const;
/** Of the picture with that seed. */
function of(seed: number, algorithm: Fingerprint["algorithm"]): Fingerprint {
  const content = contents[seed - 1];
  if (content === undefined) throw new Error("no such picture");
  return listed(content, algorithm);
}
/** Some bits away. */
function near(fingerprint: Fingerprint, bits: number): Fingerprint {
  const value = Uint8Array.from(fingerprint.value);
  for (let bit = 0; bit < bits; bit++) value[bit] = (value[bit] ?? 0) ^ 1;
  return { ...fingerprint, value };
}
async function* sent(setId: string, ...batches: Fingerprint[][]): AsyncGenerator<AssessAddedRequest> {
  yield { part: { $case: "setId", value: setId } };
  for (const fingerprints of batches) yield { part: { $case: "entries", value: { fingerprints } } };
}
const assess = (setId: string, ...batches: Fingerprint[][]) => client.assessAdded(sent(setId, ...batches));

test("what lies near a negative set is counted, equal or alike, and what is farther is not", async () => {
  const pdq = of(1, "ALGORITHM_PDQ");
  const answer = await assess(
    "national",
    [pdq, near(pdq, 20), near(pdq, 32)],
    [of(1, "ALGORITHM_SHA256"), of(2, "ALGORITHM_PDQ")],
  );
  expect(answer).toMatchObject({ entryCount: 5, nearNegativeCount: 3 });
});

test("a negative set is near others, not itself", async () => {
  expect(await assess("innocent", [of(1, "ALGORITHM_PDQ")])).toMatchObject({ nearNegativeCount: 0 });
});

test("of a negative set it is counted what lies near a positive one; of a positive set nobody asks", async () => {
  const nears = async (setId: string) =>
    (await assess(setId, [of(3, "ALGORITHM_MD5"), of(1, "ALGORITHM_MD5"), of(1, "ALGORITHM_PDQ")])).nearPositiveCount;
  // The positive set is loaded in its own time, too.
  await eventually("what the positive set has is found", async () => (await nears("innocent")) === 1);
  expect(await nears("national")).toBeUndefined();
});

test("what was seen already and would be hit is counted, and by how many entries", async () => {
  const answer = await assess("national", [
    of(2, "ALGORITHM_PDQ"),
    near(of(2, "ALGORITHM_PDQ"), 10),
    of(2, "ALGORITHM_SHA256"),
    of(1, "ALGORITHM_MD5"),
    of(3, "ALGORITHM_SHA256"),
  ]);
  expect(answer).toEqual({
    entryCount: 5,
    nearNegativeCount: 0,
    metEntryCount: 4,
    metRowCount: 2,
    rowCount: 2,
    isMore: false,
  });
});

test("nothing is told of it to anybody, and no row is written", async () => {
  await assess("national", [of(2, "ALGORITHM_PDQ")]);
  const after = await bed.published(nouns.match);
  expect(after.flatMap(({ data }) => data.hits).filter(({ setId }) => setId !== "innocent")).toEqual([]);
});

test("a set that is not known, one that is not named, and others than hashlists are refused", async () => {
  await expect(assess("unknown", [])).rejects.toMatchObject({ reason: "PEER_UNAVAILABLE" });
  await expect(assess("", [])).rejects.toMatchObject({ fields: [{ field: "set_id" }] });
  const identityDir = await bed.identity("service", "casework");
  await using casework = connect(ListImpactServiceService, { address: matching.address, identityDir });
  await expect(casework.assessAdded(sent("national"))).rejects.toMatchObject({ reason: "NOT_ALLOWED" });
});
