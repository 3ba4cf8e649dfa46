import type { DataOf } from "@ntd/bus";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { claimed } from "../src/claims/claim.ts";
import { releaseClaims } from "../src/claims/every-second-release-claims.ts";
import { openHandlers, matchEvent, reportEvent, targetEvent, type Handlers } from "./bed.ts";
import { decide } from "./decide.ts";
import { hit, later, md5, noon, sha1, sha256, takenBack } from "./facts.ts";
import { caseIdOf } from "../src/store.ts";
import { writeCase } from "../src/cases/write-case.ts";

let ntd: Handlers;
beforeEach(async () => {
  ntd = await openHandlers();
});
afterEach(() => ntd[Symbol.asyncDispose]());

const gone = (seconds: number) => targetEvent({ state: "TARGET_STATE_GONE", goneTime: later(seconds) });

describe("from report to decision", () => {
  test("a report waits for its case, and joins it when the target appears", async () => {
    await ntd.report(reportEvent("r1", noon));
    expect((await ntd.deps.links.count()).count).toBe(1);
    await ntd.target(targetEvent({ state: "TARGET_STATE_NEW", content: undefined }));
    expect(await ntd.caseOf(1)).toMatchObject({ progress: { kind: "open" }, reports: { count: 1, ids: ["r1"] } });
  });

  test("a deciding hit decides once, with what takedown needs to act alone", async () => {
    await ntd.target(targetEvent());
    await ntd.match(matchEvent([hit()]));
    const file = await ntd.caseOf(1);
    expect(file).toMatchObject({
      progress: { kind: "auto_decided" },
      decisions: [{ verdict: "VERDICT_ILLEGAL", decidedBy: "machine", classifications: [{ code: "BASELINE" }] }],
    });
    expect(file?.decisions[0]?.basis).toBe(
      "PDQ distance 12 of 31; set national, release release-1, entry entry-1, votes 2",
    );
    await ntd.match(matchEvent([hit()]));
    await ntd.target(targetEvent());
    expect(await ntd.caseOf(1)).toEqual(file);
    expect(await ntd.verbs(1)).toEqual(["opened", "auto_decided"]);
  });

  test("MD5 alone waits in its lane, with what is known of what was seen", async () => {
    const content = { ...targetEvent().content, format: "jpeg", sizeBytes: 7000 } as DataOf<"target">["content"];
    await ntd.target(targetEvent({ content }));
    await ntd.match(matchEvent([md5()]));
    expect(await ntd.told(1)).toMatchObject({ queueReason: "QUEUE_REASON_WEAK_EQUALITY", decision: undefined });
    await ntd.target(targetEvent({ state: "TARGET_STATE_UNSEEN", content: undefined }), 2);
    expect((await ntd.caseOf(1))?.target).toMatchObject({ format: "jpeg", sizeBytes: 7000 });
    await ntd.match(matchEvent([md5(), sha1()]), 2);
    expect((await ntd.caseOf(1))?.progress).toEqual({ kind: "auto_decided" });
  });

  test("why an entry was taken back, in words of a newer release, is refused by name: it topples nothing meanwhile", async () => {
    await ntd.target(targetEvent());
    await ntd.match(matchEvent([hit()]));
    const revokedHits = [{ setId: "national", entryId: "entry-1", cause: "UNRECOGNIZED" as const, revokedBy: [] }];
    await expect(ntd.match(matchEvent([], { revokedHits }), 2)).rejects.toMatchObject({
      reason: "EVENT_UNREADABLE",
      message: expect.stringContaining("revoked_hits.cause"),
    });
    expect(await ntd.told(1)).toMatchObject({ state: "CASE_STATE_AUTO_DECIDED", doubt: undefined });
  });

  test("a match that comes before its target waits: a decision names its address", async () => {
    await ntd.match(matchEvent([sha256()]));
    expect((await ntd.caseOf(1))?.progress).toEqual({ kind: "open" });
    await ntd.target(targetEvent());
    expect((await ntd.caseOf(1))?.progress).toEqual({ kind: "auto_decided" });
  });

  test("a report that arrives after match and decision changes nothing but the count", async () => {
    await ntd.target(targetEvent());
    await ntd.match(matchEvent([hit()]));
    const before = await ntd.caseOf(1);
    await ntd.report(reportEvent("r1", noon));
    const counted = { count: 1, ids: ["r1"], raised: false, police: false, newestTime: noon, firstTime: noon };
    expect(await ntd.caseOf(1)).toEqual({ ...before, reports: counted, firstReportRevision: 1 });
    expect(await ntd.verbs(1)).toEqual(["opened", "auto_decided", "updated"]);
  });

  test("a report that is known changes nothing, and one that names a target twice counts once", async () => {
    await ntd.target(targetEvent());
    const twice = reportEvent("r1", noon);
    await ntd.report({ ...twice, targets: [...twice.targets, ...twice.targets] });
    const [before, sent] = [await ntd.caseOf(1), await ntd.verbs(1)];
    await ntd.report(twice);
    expect(before?.reports.count).toBe(1);
    expect(await ntd.caseOf(1)).toEqual(before);
    expect(await ntd.verbs(1)).toEqual(sent);
  });

  test("a case names the newest 20 of its reports and counts all of them", async () => {
    await ntd.target(targetEvent());
    const order = Array.from({ length: 23 }, (_, n) => (n * 7) % 23);
    for (const n of order) await ntd.report(reportEvent(`r${n}`, later(n)));
    const { reports } = (await ntd.caseOf(1)) ?? {};
    expect(reports?.count).toBe(23);
    expect(reports?.ids).toEqual(Array.from({ length: 20 }, (_, n) => `r${22 - n}`));
  });

  test("many reports at the same time are all counted", async () => {
    await ntd.target(targetEvent());
    await Promise.all(Array.from({ length: 8 }, (_, n) => ntd.report(reportEvent(`r${n}`, later(n)))));
    expect((await ntd.caseOf(1))?.reports.count).toBe(8);
  });
});

describe("priority", () => {
  const fingerprints = [{ algorithm: "ALGORITHM_MD5" as const, value: new Uint8Array(16), quality: 0 }];

  test.each([
    ["listed", "SET_ROLE_POSITIVE"],
    ["reported by a child", "SET_ROLE_VICTIM_REPORTED"],
  ] as const)("the reporter's own %s fingerprint raises the priority and decides nothing", async (_, setRole) => {
    ntd.listed.hits = [sha256({ setRole })];
    await ntd.target(targetEvent());
    await ntd.match(matchEvent([]));
    await ntd.report(reportEvent("r1", noon, { fingerprints }));
    expect(await ntd.caseOf(1)).toMatchObject({
      progress: { kind: "queued", reason: "QUEUE_REASON_NO_HIT" },
      reports: { raised: true },
      decisions: [],
      evidenceRevision: 1,
    });
  });

  test("one that is not listed, or listed as innocent, does not", async () => {
    await ntd.target(targetEvent());
    await ntd.report(reportEvent("r1", noon, { fingerprints }));
    ntd.listed.hits = [sha256({ setRole: "SET_ROLE_NEGATIVE" })];
    await ntd.report(reportEvent("r2", noon, { fingerprints }));
    expect((await ntd.caseOf(1))?.reports).toMatchObject({ raised: false, count: 2 });
  });

  test("while matching does not answer the report counts, and it comes again for its fingerprint", async () => {
    ntd.listed.hits = undefined;
    await ntd.target(targetEvent());
    const report = reportEvent("r1", noon, { fingerprints });
    await expect(ntd.report(report)).rejects.toMatchObject({ reason: "PEER_UNAVAILABLE", handling: "retry" });
    expect((await ntd.caseOf(1))?.reports).toMatchObject({ raised: false, count: 1 });
    ntd.listed.hits = [sha256()];
    await ntd.report(report);
    expect((await ntd.caseOf(1))?.reports).toMatchObject({ raised: true, count: 1 });
  });

  test("police raise it", async () => {
    await ntd.target(targetEvent());
    await ntd.report(reportEvent("r1", noon, { channel: "CHANNEL_POLICE" }));
    expect((await ntd.caseOf(1))?.reports.raised).toBe(true);
  });
});

describe("afterwards", () => {
  test("material that is present again is a new case, which the report that led to it joins", async () => {
    await ntd.report(reportEvent("r1", noon));
    await ntd.target(targetEvent(), 1);
    await ntd.match(matchEvent([hit()]), 1);
    await ntd.target(gone(100), 2);
    await ntd.report(reportEvent("r2", later(200)));
    expect((await ntd.caseOf(1))?.reports.ids).toEqual(["r2", "r1"]);
    await ntd.target(targetEvent({ episode: 2 }), 3);
    await ntd.match(matchEvent([hit()], { episode: 2 }), 2);
    expect((await ntd.caseOf(1))?.reports.ids).toEqual(["r1"]);
    expect(await ntd.caseOf(2)).toMatchObject({ progress: { kind: "auto_decided" }, reports: { ids: ["r2"] } });
    const [one, two] = [await ntd.caseOf(1), await ntd.caseOf(2)];
    expect(one?.decisions[0]?.decisionId).not.toBe(two?.decisions[0]?.decisionId);
  });

  test("a new report of what was judged NOT_ILLEGAL is queued again; one from before the decision is not", async () => {
    await ntd.target(targetEvent());
    await ntd.match(matchEvent([]));
    ntd.clock.advance(60_000);
    await decide(ntd, "VERDICT_NOT_ILLEGAL");
    await ntd.report(reportEvent("r1", later(59)));
    expect((await ntd.caseOf(1))?.progress.kind).toBe("decided");
    await ntd.report(reportEvent("r2", later(61)));
    const progress = { kind: "queued", reason: "QUEUE_REASON_REPORTED_AGAIN" };
    expect(await ntd.caseOf(1)).toMatchObject({ progress, decisions: [{ decisionId: "by ann" }], evidenceRevision: 1 });
  });

  test("a person's decision stands when a match arrives later", async () => {
    await ntd.target(targetEvent());
    await ntd.match(matchEvent([]), 1);
    await decide(ntd, "VERDICT_NOT_ILLEGAL");
    await ntd.match(matchEvent([sha256()]), 2);
    expect(await ntd.caseOf(1)).toMatchObject({
      progress: { kind: "queued", reason: "QUEUE_REASON_NEW_EVIDENCE" },
      decisions: [{ verdict: "VERDICT_NOT_ILLEGAL", decidedBy: "assessor/ann" }],
      evidenceRevision: 2,
    });
  });

  test("an automatic decision whose entry is revoked is queued, also after the material has gone", async () => {
    await ntd.target(targetEvent(), 1);
    await ntd.match(matchEvent([hit()]), 1);
    await ntd.target(gone(100), 2);
    await ntd.match(matchEvent([]), 2);
    expect((await ntd.caseOf(1))?.progress).toEqual({ kind: "auto_decided" });
    await ntd.match({ ...matchEvent([]), revokedHits: takenBack(3).revoked ?? [] }, 3);
    expect(await ntd.caseOf(1)).toMatchObject({
      progress: { kind: "queued", reason: "QUEUE_REASON_BASIS_REVOKED" },
      decisions: [{ decidedBy: "machine" }],
      target: { state: "TARGET_STATE_GONE" },
    });
  });

  test("an address that cannot be reached is queued, and decided when its picture is seen after all", async () => {
    const unseen = targetEvent({
      state: "TARGET_STATE_UNREACHABLE",
      reason: "PROBE_REASON_TIMED_OUT",
      content: undefined,
    });
    await ntd.target(unseen, 1);
    expect((await ntd.caseOf(1))?.progress).toMatchObject({ reason: "QUEUE_REASON_UNREACHABLE" });
    await ntd.target(targetEvent(), 2);
    expect((await ntd.caseOf(1))?.progress).toMatchObject({ reason: "QUEUE_REASON_UNREACHABLE" });
    await ntd.match(matchEvent([hit()]));
    expect((await ntd.caseOf(1))?.progress).toEqual({ kind: "auto_decided" });
  });

  test("a probe that changes nothing that others may know sends no event", async () => {
    await ntd.target(targetEvent(), 1);
    await ntd.target(targetEvent({ probedTime: later(60), lastSeenTime: later(60) }), 2);
    expect(await ntd.verbs(1)).toEqual(["opened"]);
  });

  test("a claim that is over goes back to the queue, and says so once", async () => {
    await ntd.target(targetEvent());
    await ntd.match(matchEvent([]));
    await writeCase(ntd.deps, caseIdOf("target-1", 1), (file) => {
      const held = file && claimed(file, "assessor/ann", noon, 1_800_000);
      return held === undefined || "refused" in held ? undefined : held;
    });
    ntd.clock.advance(1_799_999);
    await releaseClaims(ntd.deps);
    expect((await ntd.caseOf(1))?.progress.kind).toBe("claimed");
    ntd.clock.advance(1);
    await releaseClaims(ntd.deps);
    await releaseClaims(ntd.deps);
    expect((await ntd.caseOf(1))?.progress).toMatchObject({ kind: "queued", queuedTime: noon });
    expect(await ntd.verbs(1)).toEqual(["opened", "queued", "claimed", "released"]);
  });
});

test("a set decides so many cases in a minute, the others queue for a person", async () => {
  await using slow = await openHandlers({ autoPerMinute: 2 });
  const ids = ["a", "b", "c", "d"];
  const kindOf = async (targetId: string) => {
    return (await slow.deps.cases.load(caseIdOf(targetId, 1)))?.state.progress;
  };
  const seen = async (targetId: string, setId: string) => {
    await slow.target(targetEvent({ targetId }));
    await slow.match(matchEvent([hit({ setId })], { targetId }));
  };
  for (const id of ids.slice(0, 3)) await seen(id, "national");
  expect(await Promise.all(ids.slice(0, 3).map(kindOf))).toMatchObject([
    { kind: "auto_decided" },
    { kind: "auto_decided" },
    { kind: "queued", reason: "QUEUE_REASON_RATE_LIMITED" },
  ]);
  await seen("d", "another");
  expect(await kindOf("d")).toEqual({ kind: "auto_decided" });
  slow.clock.advance(60_000);
  await seen("c", "national");
  expect(await kindOf("c")).toMatchObject({ reason: "QUEUE_REASON_RATE_LIMITED" });
  await seen("e", "national");
  expect(await kindOf("e")).toEqual({ kind: "auto_decided" });
});
