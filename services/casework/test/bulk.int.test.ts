import { randomUUID } from "node:crypto";
import type { Cause } from "@ntd/proto/casework/v1/impact";
import { longest, runs } from "@ntd/testing/runs";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { finishBulks } from "../src/bulk/every-second-finish-bulks.ts";
import { confirmWithdrawals } from "../src/bulk/rpc-confirm-withdrawals.ts";
import { listWithdrawals } from "../src/bulk/rpc-list-withdrawals.ts";
import { reopenCases } from "../src/bulk/rpc-reopen-cases.ts";
import { published } from "../src/cases/publish.ts";
import { caseIdOf } from "../src/store.ts";
import { matchEvent, openHandlers, targetEvent, type Handlers } from "./bed.ts";
import { calledBy } from "./called-by.ts";
import { dieAt, untilDone } from "./dying.ts";
import { sha256 } from "./facts.ts";

const [ann, ben, benToo] = ["assessor/ann", "assessor/ben", "police/ben"].map(calledBy) as [Ctx, Ctx, Ctx];
type Ctx = ReturnType<typeof calledBy>;
const cause: Cause = { what: { $case: "entry", value: { setId: "national", entryId: "entry-1" } } };
const reopenRequest = () => ({ requestId: randomUUID(), cause, reason: "the entry is a cartoon" });
const list = async ({ deps }: Handlers, by = ann) =>
  (await listWithdrawals(deps)({ cause, pageSize: 0, pageToken: "" }, by)).pictures;
const confirmRequest = (pictures: readonly string[]) => {
  return { requestId: randomUUID(), cause, pictures: [...pictures], reason: "I looked at each" };
};
const stands = async ({ deps }: Handlers, targetId: string) => {
  const file = (await deps.cases.load(caseIdOf(targetId, 1)))?.state;
  const said = file && published(file);
  return said?.doubt === undefined ? (said?.decision?.confirmedBy === "" ? "in force" : "withdrawn") : "in doubt";
};

/** Decided by a machine by that entry; each has the picture that is named, and perhaps another hit. */
async function decidedBy(ntd: Handlers, targetId: string, picture: number, another = false): Promise<void> {
  const value = new Uint8Array(32).fill(picture);
  const fingerprints = [{ algorithm: "ALGORITHM_SHA256" as const, value, quality: 0 }];
  const { content } = targetEvent();
  await ntd.target(targetEvent({ targetId, content: content && { ...content, fingerprints } }));
  const other = another ? [sha256({ setId: "other", entryId: "o1" })] : [];
  await ntd.match(matchEvent([sha256(), ...other], { targetId }));
}

let ntd: Handlers;
beforeEach(async () => {
  ntd = await openHandlers();
});
afterEach(() => ntd[Symbol.asyncDispose]());

async function fourCases(bed: Handlers): Promise<void> {
  await decidedBy(bed, "a1", 1);
  await decidedBy(bed, "a2", 1);
  await decidedBy(bed, "b", 2);
  await decidedBy(bed, "c", 3, true);
}

describe("given what one entry has decided", () => {
  test("one person puts all of it in doubt that rests on the entry alone; another withdraws picture by picture", async () => {
    await fourCases(ntd);
    expect(await reopenCases(ntd.deps)(reopenRequest(), ben)).toEqual({ reopenedCount: 3, leftCount: 0 });
    expect(await Promise.all(["a1", "a2", "b", "c"].map((id) => stands(ntd, id)))).toEqual([
      "in doubt",
      "in doubt",
      "in doubt",
      "in force",
    ]);
    const rows = await list(ntd);
    expect(rows.map(({ caseCount }) => caseCount).toSorted((a, b) => a - b)).toEqual([1, 2]);
    expect(rows.map(({ ownWordCount }) => ownWordCount)).toEqual([0, 0]);
    const twice = rows.find(({ caseCount }) => caseCount === 2);
    const answer = await confirmWithdrawals(ntd.deps)(confirmRequest([twice?.picture ?? ""]), ann);
    expect(answer).toEqual({ withdrawnCount: 2, leftCount: 0, changedPictures: [] });
    expect(await Promise.all(["a1", "a2", "b", "c"].map((id) => stands(ntd, id)))).toEqual([
      "withdrawn",
      "withdrawn",
      "in doubt",
      "in force",
    ]);
    expect((await list(ntd)).map(({ caseCount }) => caseCount)).toEqual([1]);
  });

  test("what the list itself took back takes one person's word", async () => {
    await fourCases(ntd);
    const wrong = { setId: "national", entryId: "entry-1", cause: "REVOCATION_CAUSE_WRONG_FILE" as const };
    await ntd.match(matchEvent([], { targetId: "b", revokedHits: [{ ...wrong, revokedBy: [] }] }), 2);
    const [row] = await list(ntd, ben);
    expect(row).toMatchObject({ caseCount: 1, ownWordCount: 0, exampleCaseId: caseIdOf("b", 1) });
    await confirmWithdrawals(ntd.deps)(confirmRequest([row?.picture ?? ""]), ben);
    expect(await stands(ntd, "b")).toBe("withdrawn");
  });

  test("who put it in doubt confirms none of it, under no kind of identity", async () => {
    await fourCases(ntd);
    await reopenCases(ntd.deps)(reopenRequest(), ben);
    const rows = await list(ntd, benToo);
    expect(rows.map(({ caseCount, ownWordCount }) => caseCount - ownWordCount)).toEqual([0, 0]);
    const request = confirmRequest(rows.map(({ picture }) => picture));
    for (const by of [ben, benToo]) {
      await expect(confirmWithdrawals(ntd.deps)(request, by)).rejects.toMatchObject({ reason: "SAME_PERSON" });
    }
  });

  test("who put it in doubt goes with the list's word that came later, as for a single case", async () => {
    await fourCases(ntd);
    await reopenCases(ntd.deps)(reopenRequest(), ben);
    const wrong = { setId: "national", entryId: "entry-1", cause: "REVOCATION_CAUSE_WRONG_FILE" as const };
    await ntd.match(matchEvent([], { targetId: "b", revokedHits: [{ ...wrong, revokedBy: ["maintainer/max"] }] }), 2);
    const row = (await list(ntd, ben)).find(({ exampleCaseId }) => exampleCaseId === caseIdOf("b", 1));
    expect(row).toMatchObject({ caseCount: 1, ownWordCount: 0 });
    const answer = await confirmWithdrawals(ntd.deps)(confirmRequest([row?.picture ?? ""]), ben);
    expect(answer).toMatchObject({ withdrawnCount: 1, leftCount: 0 });
    expect(await stands(ntd, "b")).toBe("withdrawn");
  });

  test("a picture that has changed since it was listed is left alone, and named", async () => {
    await fourCases(ntd);
    await reopenCases(ntd.deps)(reopenRequest(), ben);
    const seen = (await list(ntd)).map(({ picture }) => picture);
    await ntd.match(matchEvent([sha256(), sha256({ setId: "third", autoIssue: false })], { targetId: "b" }), 2);
    const answer = await confirmWithdrawals(ntd.deps)(confirmRequest(seen), ann);
    expect(answer).toMatchObject({ withdrawnCount: 2, leftCount: 0 });
    expect(answer.changedPictures).toHaveLength(1);
    expect(await stands(ntd, "b")).toBe("in doubt");
  });

  test("a repeat gets the first answer; what is wrong with a request is named", async () => {
    await fourCases(ntd);
    const request = reopenRequest();
    const first = await reopenCases(ntd.deps)(request, ben);
    await decidedBy(ntd, "d", 4);
    expect(await reopenCases(ntd.deps)(request, ben)).toMatchObject({ reopenedCount: first.reopenedCount });
    expect(await stands(ntd, "d")).toBe("in force");
    const refused = (change: object) => reopenCases(ntd.deps)({ ...request, ...change }, ben);
    await expect(refused({ reason: "another" })).rejects.toMatchObject({ reason: "REQUEST_ID_REUSED" });
    await expect(refused({ cause: { what: { $case: "caseId", value: "x" } } })).rejects.toMatchObject({
      fields: [{ field: "cause" }],
    });
    await expect(confirmWithdrawals(ntd.deps)(confirmRequest([]), ann)).rejects.toMatchObject({
      fields: [{ field: "pictures" }],
    });
  });
});

describe("given a bulk that is cut off", () => {
  test("a loop ends it when nobody calls again, and the repeat gets its answer", async () => {
    await fourCases(ntd);
    const cut = new AbortController();
    const { cases } = ntd.deps;
    const save = cases.save.bind(cases);
    cases.save = (...args) => (cut.abort(), save(...args));
    for (let n = 0; n < 30; n++) await decidedBy(ntd, `more ${n}`, 9);
    const request = reopenRequest();
    await expect(reopenCases(ntd.deps)(request, { ...ben, signal: cut.signal } as Ctx)).rejects.toThrow();
    await finishBulks(ntd.deps, new AbortController().signal);
    expect((await ntd.deps.bulks.load("assessor/ben"))?.state.open).toBeDefined();
    ntd.clock.advance(30_000);
    await finishBulks(ntd.deps, new AbortController().signal);
    expect((await ntd.deps.bulks.load("assessor/ben"))?.state.open).toBeUndefined();
    expect(await reopenCases(ntd.deps)(request, ben)).toEqual({ reopenedCount: 33, leftCount: 0 });
    expect(await stands(ntd, "more 29")).toBe("in doubt");
  });

  test("ended at any of its writes, and called again, it ends the same", { timeout: longest(60_000) }, async () => {
    const deaths = fc.uniqueArray(fc.integer({ min: 1, max: 10 }), { minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(deaths, async (dyingWrites) => {
        await using bed = await openHandlers();
        await fourCases(bed);
        const died = dieAt(bed, dyingWrites);
        const reopening = reopenRequest();
        expect(await untilDone(() => reopenCases(bed.deps)(reopening, ben))).toEqual({
          reopenedCount: 3,
          leftCount: 0,
        });
        const request = confirmRequest((await list(bed)).map(({ picture }) => picture));
        const answer = await untilDone(() => confirmWithdrawals(bed.deps)(request, ann));
        expect(answer).toEqual({ withdrawnCount: 3, leftCount: 0, changedPictures: [] });
        expect(died.count).toBe(dyingWrites.length);
        for (const id of ["a1", "a2", "b"]) {
          const file = (await bed.deps.cases.load(caseIdOf(id, 1)))?.state;
          expect([file?.decisions.length, file?.reopenings?.length, file?.confirmations?.length]).toEqual([2, 1, 1]);
        }
      }),
      { numRuns: runs(15) },
    );
  });
});

test("a thousand cases are in doubt, and withdrawn, in a few seconds", { timeout: longest(120_000) }, async () => {
  for (let n = 0; n < 1000; n += 50) {
    await Promise.all(Array.from({ length: 50 }, (_, i) => decidedBy(ntd, `t${n + i}`, 1 + ((n + i) % 200))));
    ntd.clock.advance(60_000);
  }
  const began = performance.now();
  expect(await reopenCases(ntd.deps)(reopenRequest(), ben)).toEqual({ reopenedCount: 1000, leftCount: 0 });
  const reopened = performance.now();
  const pictures: string[] = [];
  for (let pageToken = ""; ;) {
    const page = await listWithdrawals(ntd.deps)({ cause, pageSize: 150, pageToken }, ann);
    pictures.push(...page.pictures.map(({ picture }) => picture));
    if ((pageToken = page.nextPageToken) === "") break;
  }
  expect(pictures).toHaveLength(200);
  const listed = performance.now();
  const { withdrawnCount } = await confirmWithdrawals(ntd.deps)(confirmRequest(pictures), ann);
  const done = performance.now();
  expect(withdrawnCount).toBe(1000);
  expect([reopened - began, listed - reopened, done - listed].every((ms) => ms < 10_000)).toBe(true);
});
