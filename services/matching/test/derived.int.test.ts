import { randomUUID } from "node:crypto";
import { nouns } from "@ntd/bus";
import type { Content, Derived } from "@ntd/proto/prober/v1/target";
import { systemClock } from "@ntd/service";
import { eventually, startTestBed, type TestBed } from "@ntd/testing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { contentOfPicture, entry, listed, policy, publishTarget, putInForce, startMatching } from "./bed.ts";
import { fakeHashlists, type FakeHashlists } from "./fake-hashlists.ts";

let bed: TestBed;
let hashlists: FakeHashlists;
let matching: Awaited<ReturnType<typeof startMatching>>;
beforeEach(async () => {
  bed = await startTestBed();
  hashlists = await fakeHashlists(bed);
  matching = await startMatching(bed, hashlists, systemClock);
});
afterEach(async () => {
  await matching[Symbol.asyncDispose]();
  await hashlists[Symbol.asyncDispose]();
  await bed[Symbol.asyncDispose]();
});

/** As if an edit had made the picture of this content. */
function derivedAs(...contents: Content[]): Derived {
  const fingerprints = contents.map((content, at) => {
    const { value: pdq, quality } = listed(content, "ALGORITHM_PDQ");
    return { edit: `crop ${at + 5} %`, pdq, quality };
  });
  return { contents: [{ episode: 1, revision: 1, fingerprints }] };
}

const toldOf = async (targetId: string) =>
  (await bed.published(nouns.match)).filter(({ data }) => data.targetId === targetId).map(({ data }) => data.hits);
const lastOf = async (targetId: string) => (await toldOf(targetId)).at(-1);
const isNominated = (targetId: string, parentId: string) =>
  eventually("it is like what was decided", async () => (await lastOf(targetId))?.[0]?.entryId === parentId);

describe("what a picture that was decided illegal would be after an edit", () => {
  const [parentId = "", otherId = "", laterId = ""] = Array.from({ length: 3 }, () => randomUUID().replaceAll("-", ""));
  let [own, edited]: Content[] = [];
  beforeEach(async () => {
    [own, edited] = [await contentOfPicture(1), await contentOfPicture(2)];
    await publishTarget(bed, { targetId: parentId, version: 1, content: own });
    await publishTarget(bed, { targetId: otherId, version: 1, content: edited });
    await eventually("both are looked up", async () =>
      [await lastOf(parentId), await lastOf(otherId)].every((hits) => hits?.length === 0),
    );
    await publishTarget(bed, {
      targetId: parentId,
      version: 2,
      content: own,
      derived: derivedAs(edited as Content, own as Content),
    });
    await isNominated(otherId, parentId);
  });

  test("nominates what was there before and what comes later, names the edit, and votes for nothing", async () => {
    const told = {
      setId: "own/derived",
      setOwner: "this platform",
      setRole: "SET_ROLE_DERIVED",
      derivedEdit: "crop 5 %",
      nominatesOnly: true,
      votes: 0,
      autoIssue: false,
      minVotes: 0,
      algorithm: "ALGORITHM_PDQ",
      distance: 0,
      threshold: 31,
      vetoedBySet: "",
    };
    expect(await lastOf(otherId)).toMatchObject([told]);
    expect((await lastOf(otherId))?.[0]?.classification).toBeUndefined();
    await publishTarget(bed, { targetId: laterId, version: 1, content: edited });
    await isNominated(laterId, parentId);
    // Nothing of it is the target's own: the picture itself is what was decided.
    expect(await toldOf(parentId)).toEqual([[]]);
  });

  test("goes when the decision falls, and what was before that comes too late", async () => {
    await publishTarget(bed, { targetId: parentId, version: 4, content: own, derived: { contents: [] } });
    await eventually("it is like nothing any more", async () => (await lastOf(otherId))?.length === 0);
    await publishTarget(bed, { targetId: parentId, version: 3, content: own, derived: derivedAs(edited as Content) });
    await publishTarget(bed, { targetId: laterId, version: 1, content: edited });
    await eventually("the later one is looked up", async () => (await lastOf(laterId)) !== undefined);
    expect([await lastOf(laterId), await lastOf(otherId)]).toEqual([[], []]);
  });

  test("is there after a restart, and asks nobody", async () => {
    await matching[Symbol.asyncDispose]();
    matching = await startMatching(bed, hashlists, systemClock, { STORE_URL: matching.storeUrl });
    await publishTarget(bed, { targetId: laterId, version: 1, content: edited });
    await isNominated(laterId, parentId);
    expect(hashlists.asked).toEqual([]);
  });

  test("vetoes nothing, and is vetoed", async () => {
    const pdq = [entry(listed(edited as Content, "ALGORITHM_PDQ"))];
    await putInForce(bed, hashlists, { setId: "known", counter: 1 }, pdq);
    await eventually("both are hit", async () => (await lastOf(otherId))?.length === 2);
    for (const { vetoedBySet } of (await lastOf(otherId)) ?? []) expect(vetoedBySet).toBe("");
    expect((await lastOf(otherId))?.map(({ setId }) => setId)).toEqual(["known", "own/derived"]);
    const negative = { ...policy, role: "SET_ROLE_NEGATIVE", autoIssue: false } as const;
    await putInForce(bed, hashlists, { setId: "not-this", counter: 1, policy: negative }, [
      entry(listed(edited as Content, "ALGORITHM_PDQ")),
    ]);
    await eventually("all three are hit", async () => (await lastOf(otherId))?.length === 3);
    const vetoed = ((await lastOf(otherId)) ?? []).filter(({ vetoedBySet }) => vetoedBySet === "not-this");
    expect(vetoed.map(({ setId }) => setId)).toEqual(["known", "own/derived"]);
  });
});
