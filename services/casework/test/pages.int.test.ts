import { randomUUID } from "node:crypto";
import type { DataOf } from "@ntd/bus";
import { decisionInForce } from "@ntd/facts";
import type { DecideCaseRequest } from "@ntd/proto/casework/v1/case_service";
import { sealer } from "@ntd/service";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { decideCase } from "../src/cases/rpc-decide-case.ts";
import { claimCase } from "../src/claims/rpc-claim-case.ts";
import { settlePages } from "../src/pages/every-second-settle-pages.ts";
import { listQueue } from "../src/queue/rpc-list-queue.ts";
import { reopenCase } from "../src/queue/rpc-reopen-case.ts";
import { caseIdOf } from "../src/store.ts";
import { matchEvent, openHandlers, targetEvent, testSealer, type Handlers } from "./bed.ts";
import { calledBy } from "./called-by.ts";
import { hit, noon } from "./facts.ts";

const ann = calledBy("assessor/ann");
const PAGE = "target-1";
let ntd: Handlers;
beforeEach(async () => {
  ntd = await openHandlers();
});
afterEach(() => ntd[Symbol.asyncDispose]());

const addressOf = (url: string) =>
  testSealer.seal(JSON.stringify({ original: url, fetch: url, key: url }), "address", noon);

/** What the prober says of a page, and matching of what it shows. */
async function aPage(items: string[], url = "http://forum.test/thread/7"): Promise<void> {
  const notMedia = { state: "TARGET_STATE_NOT_MEDIA", reason: "PROBE_REASON_NOT_A_PICTURE" } as const;
  await ntd.target(targetEvent({ ...notMedia, address: addressOf(url), content: undefined }));
  await ntd.match(matchOf(items));
}

function matchOf(items: string[], unknown = 3): DataOf<"match"> {
  const itemCounts = { known: items.length, near: 0, unknown, notJudged: 1 };
  return matchEvent([], { items: items.map((itemTargetId) => ({ itemTargetId, hits: [hit()] })), itemCounts });
}

/** An item that is a target and a case of its own by now. */
async function anItem(targetId: string, change: Partial<DataOf<"target">> = {}): Promise<void> {
  const address = addressOf(`http://files.test/${targetId}.png`);
  await ntd.target(targetEvent({ targetId, address, foundOnTargetId: PAGE, ...change }));
  await ntd.match(matchEvent([hit({ autoIssue: false })], { targetId }));
}

async function decide(targetId: string, change: Partial<DecideCaseRequest> = {}): Promise<void> {
  const caseId = caseIdOf(targetId, 1);
  await claimCase(ntd.deps)({ requestId: randomUUID(), caseId }, ann);
  const expectedVersion = (await ntd.deps.cases.load(caseId))?.state.evidenceRevision ?? 0;
  const request = { caseId, expectedVersion, decision: "VERDICT_ILLEGAL", basis: "section 4" } as const;
  const rest = { classifications: [], reason: "", despiteGone: false, inDoubt: false };
  await decideCase(ntd.deps)({ requestId: randomUUID(), ...request, ...rest, ...change }, ann);
}

const withdraw = (targetId: string) =>
  reopenCase(ntd.deps)(
    { requestId: randomUUID(), caseId: caseIdOf(targetId, 1), reason: "wrong", claim: false, keepInForce: false },
    ann,
  );

test("a page on which something listed is waits for a person, with what it shows, whatever its sets allow", async () => {
  await aPage(["item-1"]);
  expect(await ntd.told(1)).toMatchObject({
    state: "CASE_STATE_QUEUED",
    queueReason: "QUEUE_REASON_PAGE_ITEMS",
    pageItems: { items: [{ itemTargetId: "item-1" }], counts: { known: 1, unknown: 3, notJudged: 1 } },
    evidenceRevision: 2,
  });
});

test("a page on which nothing is listed waits as one, and the queue says how many things it shows", async () => {
  const notMedia = { state: "TARGET_STATE_NOT_MEDIA", reason: "PROBE_REASON_NOT_A_PICTURE" } as const;
  await ntd.target(targetEvent({ ...notMedia, content: undefined }));
  const queue = () => listQueue(ntd.deps)({ pageSize: 10, pageToken: "", queueReason: "QUEUE_REASON_UNSPECIFIED" });
  expect((await queue()).cases).toMatchObject([{ queueReason: "QUEUE_REASON_NOT_MEDIA" }]);
  await ntd.match(matchOf([], 80));
  const pageCounts = { known: 0, near: 0, unknown: 80, notJudged: 1 };
  expect((await queue()).cases).toMatchObject([{ queueReason: "QUEUE_REASON_PAGE_ITEMS", pageCounts }]);
  await decide(PAGE, { decision: "VERDICT_NOT_ILLEGAL", basis: "" });
  await ntd.match(matchOf([], 81), 2);
  expect(await ntd.told(1)).toMatchObject({ state: "CASE_STATE_DECIDED" });
});

test("what a page shows is a case of its own, which says where it was found", async () => {
  await anItem("item-1");
  const item = await ntd.deps.cases.outbox.read(caseIdOf("item-1", 1));
  expect(item.length).toBeGreaterThan(0);
  expect((await ntd.deps.cases.load(caseIdOf("item-1", 1)))?.state.target?.foundOn).toBe(PAGE);
});

test("something else on it that is listed brings back what a person decided of the page", async () => {
  await aPage(["item-1"]);
  await decide(PAGE, { decision: "VERDICT_NOT_ILLEGAL", basis: "" });
  await ntd.match(matchOf(["item-1"]), 2);
  expect(await ntd.told(1)).toMatchObject({ state: "CASE_STATE_DECIDED" });
  await ntd.match(matchOf(["item-1", "item-2"]), 3);
  expect(await ntd.told(1)).toMatchObject({ queueReason: "QUEUE_REASON_NEW_EVIDENCE" });
});

describe("a page is decided illegal for what it embeds", () => {
  test("once that is, by several at once, with their addresses", async () => {
    await aPage(["item-1"]);
    await anItem("item-1");
    await anItem("item-2");
    await decide("item-1");
    await decide("item-2");
    await decide(PAGE, { embedded: { targetIds: ["item-1", "item-2"] } });
    const told = await ntd.told(1);
    expect(told).toMatchObject({ state: "CASE_STATE_DECIDED", decision: { verdict: "VERDICT_ILLEGAL" } });
    expect(told?.decision?.embedded?.items.map(({ targetId }) => targetId)).toEqual(["item-1", "item-2"]);
  });

  test.each([
    ["nothing", [], "has 0 entries; it takes 1 to 50"],
    ["one twice", ["item-1", "item-1"], "is named twice"],
    ["what is not on it", ["another"], "is nothing that this page is known to show"],
    ["what nobody decided", ["item-2"], "is not decided illegal"],
    ["what has no case", ["item-3"], "has no case yet"],
  ])("and refused where it names %s", async (_, targetIds, description) => {
    await aPage(["item-1", "item-2", "item-3"]);
    await anItem("item-1");
    await anItem("item-2");
    await decide("item-1");
    await expect(decide(PAGE, { embedded: { targetIds } })).rejects.toMatchObject({
      reason: "FIELD_INVALID",
      message: expect.stringContaining(description) as string,
    });
  });

  test("and nothing else is", async () => {
    await aPage(["item-1"]);
    const embedded = { targetIds: ["item-1"] };
    await expect(decide(PAGE, { decision: "VERDICT_NOT_ILLEGAL", embedded })).rejects.toMatchObject({
      fields: [{ field: "embedded" }],
    });
  });

  test("a page whose address is erased can still be decided", async () => {
    const erased = sealer(new Map([["2019-01", new Uint8Array(32).fill(9)]]));
    const address = erased.seal(JSON.stringify({ original: "x", fetch: "x", key: "x" }), "address", noon);
    const notMedia = { state: "TARGET_STATE_NOT_MEDIA", reason: "PROBE_REASON_NOT_A_PICTURE" } as const;
    await ntd.target(targetEvent({ ...notMedia, address, content: undefined }));
    await ntd.match(matchOf(["item-1"]));
    await decide(PAGE);
    expect(await ntd.told(1)).toMatchObject({ decision: { verdict: "VERDICT_ILLEGAL" } });
  });

  test("a page that shows whatever others put there is never asked to be removed itself", async () => {
    await aPage(["item-1"], "http://forum.test/search?q=x");
    await expect(decide(PAGE)).rejects.toMatchObject({ fields: [{ field: "embedded" }] });
    await anItem("item-1");
    await decide("item-1");
    await decide(PAGE, { embedded: { targetIds: ["item-1"] } });
    expect(await ntd.told(1)).toMatchObject({ decision: { embedded: { items: [{ targetId: "item-1" }] } } });
  });
});

describe("a decision about a page", () => {
  beforeEach(async () => {
    await aPage(["item-1", "item-2"]);
    for (const item of ["item-1", "item-2"]) {
      await anItem(item);
      await decide(item);
    }
    await decide(PAGE, { embedded: { targetIds: ["item-1", "item-2"] } });
    await settlePages(ntd.deps);
  });

  test("falls with the last item that it rests on, and stays so until a person decides", async () => {
    await withdraw("item-1");
    await settlePages(ntd.deps);
    expect((await ntd.told(1))?.doubt).toBeUndefined();
    await withdraw("item-2");
    await settlePages(ntd.deps);
    const told = await ntd.told(1);
    expect(told).toMatchObject({ queueReason: "QUEUE_REASON_BASIS_REVOKED", doubt: { lasting: true } });
    expect(told?.doubt?.cause).toBe("DOUBT_CAUSE_EMBEDDED_FELL");
  });

  test("is in force again when one of them is", async () => {
    for (const item of ["item-1", "item-2"]) await withdraw(item);
    await settlePages(ntd.deps);
    await decide("item-2");
    await settlePages(ntd.deps);
    const told = await ntd.told(1);
    expect(told).toMatchObject({ state: "CASE_STATE_DECIDED", decision: { verdict: "VERDICT_ILLEGAL" } });
    expect(told?.doubt).toBeUndefined();
    expect(told && decisionInForce(told)).toEqual(told?.decision);
  });

  test("that is in force again stays with who has it in hand meanwhile", async () => {
    for (const item of ["item-1", "item-2"]) await withdraw(item);
    await settlePages(ntd.deps);
    await claimCase(ntd.deps)({ requestId: randomUUID(), caseId: caseIdOf(PAGE, 1) }, ann);
    await decide("item-2");
    await settlePages(ntd.deps);
    const told = await ntd.told(1);
    expect(told).toMatchObject({ state: "CASE_STATE_CLAIMED", queueReason: "QUEUE_REASON_NEW_EVIDENCE" });
    expect(told && decisionInForce(told)).toEqual(told?.decision);
    await decide(PAGE, { embedded: { targetIds: ["item-2"] } });
    expect(await ntd.told(1)).toMatchObject({ state: "CASE_STATE_DECIDED" });
  });

  test("is left alone by what is settled already, and by a second run", async () => {
    const before = await ntd.caseOf(1);
    await settlePages(ntd.deps);
    expect(await ntd.caseOf(1)).toEqual(before);
    expect(await ntd.deps.cases.count({ standingUntold: { gte: new Date(0) } })).toMatchObject({ count: 0 });
    expect(await ntd.deps.cases.count({ embedsUnchecked: { gte: new Date(0) } })).toMatchObject({ count: 0 });
  });
});

test("a page that is decided while its last item falls finds that when it is told", async () => {
  await aPage(["item-1"]);
  await anItem("item-1");
  await decide("item-1");
  await decide(PAGE, { embedded: { targetIds: ["item-1"] } });
  await withdraw("item-1");
  // Whoever told the item's pages looked before this one was there.
  const item = caseIdOf("item-1", 1);
  const found = await ntd.deps.cases.load(item);
  if (found === undefined) throw new Error("no case");
  const { decisions, doubt } = found.state;
  const standingTold = `fell ${decisions.at(-1)?.decisionId} ${doubt?.sinceTime.getTime()}`;
  await ntd.deps.cases.save(found, { ...found.state, standingTold });
  await settlePages(ntd.deps);
  expect((await ntd.told(1))?.doubt?.cause).toBe("DOUBT_CAUSE_EMBEDDED_FELL");
});
