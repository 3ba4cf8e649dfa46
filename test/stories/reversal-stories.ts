import { randomUUID } from "node:crypto";
import { generatePicture, reencode } from "@ntd/imagehash/generated";
import { CaseServiceService } from "@ntd/proto/casework/v1/case_service";
import { ComplianceServiceService, type Figure } from "@ntd/proto/compliance/v1/compliance_service";
import type { Notice, NoticeState } from "@ntd/proto/takedown/v1/notice";
import { ProviderServiceService, type ProviderEdit } from "@ntd/proto/takedown/v1/provider_service";
import { editWith, eventually, type Pairing } from "@ntd/testing";
import { expect, test } from "vitest";
import { decide, queued, reopen } from "./assessor.ts";
import { watchAs } from "./isp.ts";
import { startStage, type Stage } from "./stage.ts";

const HOUR_MS = 3_600_000;

/** Decisions that are taken back, told the same by each pairing of servers. */
export function reversalStories(pairing: Pairing): void {
  test("a wrong click is undone within the hold-back, and nobody hears of it", async () => {
    const settings = { casework: { HOLD_BACK_MS: "60000" } };
    await using stage = await startStage({ pairing, settings });
    await stage.registerProvider("alpha", "alpha");
    await using isp = await watchAs(stage, "alpha");
    const { report, caseId } = await unlisted(stage, "/click.jpg", 801);
    await decide(stage, caseId, "VERDICT_ILLEGAL");
    stage.clock.advance(30_000);
    const chandra = await stage.client(CaseServiceService, "casework", "assessor", "chandra");
    await chandra.undoDecision({ requestId: randomUUID(), caseId });
    stage.clock.advance(HOUR_MS);
    await decide(stage, caseId, "VERDICT_NOT_ILLEGAL");
    stage.clock.advance(60_000);
    await eventually("told", async () => (await stage.facts(report)).case?.state === "CASE_STATE_DECIDED");
    expect((await stage.facts(report)).notices).toEqual([]);
    expect(isp.received).toEqual([]);
  });

  test("what was removed on a wrong decision is restored on two persons' words, and not noticed again though it is still listed", async () => {
    await using stage = await startStage({ pairing });
    const picture = await generatePicture(802);
    await stage.list("national", [picture]);
    await stage.registerProvider("alpha", "alpha");
    await using isp = await watchAs(stage, "alpha");
    stage.host.put("/802.jpg", picture);
    const url = stage.url("alpha", "/802.jpg");
    const report = await stage.report(url);
    await removed(stage, isp, { url, path: "/802.jpg", report });

    const { caseId = "" } = (await stage.facts(report)).case ?? {};
    await reopen(stage, caseId, "dewi");
    await decide(stage, caseId, "VERDICT_NOT_ILLEGAL", { by: "emil" });
    const restore = await isp.asked(url, "ACTION_RESTORE");
    stage.host.put("/802.jpg", picture);
    await isp.answer(restore, "OUTCOME_RESTORED");
    await inSlots(stage, "it is seen there again", async () => {
      const [notice] = (await stage.facts(report)).notices;
      return notice?.state === "NOTICE_STATE_RESTORED" && notice;
    });
    // Not even when it is reported once more: the first report's decision is a person's.
    await stage.report(url);
    await queued(stage, report, "QUEUE_REASON_REPORTED_AGAIN");
    const { target, cases, notices } = await stage.facts(report);
    expect(target).toMatchObject({ episode: 1, state: "TARGET_STATE_PRESENT" });
    expect([cases.length, notices.length]).toEqual([1, 1]);
    const figures = await figuresOnce(stage, ({ restored }) => restored === 1);
    expect(figures).toMatchObject({ issued: 1, withdrawn: 1, observed_gone: 0, open: 0 });
  });

  test("a doubt that nobody confirms lapses: the provider is told to wait, and after four hours to act", async () => {
    await using stage = await startStage({ pairing });
    await stage.registerProvider("alpha", "alpha");
    await using isp = await watchAs(stage, "alpha");
    const { report, caseId, url } = await unlisted(stage, "/lapse.jpg", 803);
    await decide(stage, caseId, "VERDICT_ILLEGAL");
    await isp.asked(url, "ACTION_REMOVE");
    await reopen(stage, caseId, "dewi");
    const wait = await isp.asked(url, "ACTION_SUSPEND");
    await isp.client.acknowledgeNotice({ noticeId: wait.noticeId, revision: wait.revision });
    await noticeIn(stage, report, "NOTICE_STATE_SUSPENDED");
    stage.clock.advance(4 * HOUR_MS);
    await eventually("told to act again", () => isp.received.find((n) => n.revision > wait.revision));
    // The notice is with its provider before its event is with us.
    const notice = await eventually("its third revision", async () => {
      const [found] = (await stage.facts(report)).notices;
      return found?.revision === 3 && found;
    });
    expect(notice).toMatchObject({
      action: "ACTION_REMOVE",
      suspensions: [{ ending: "SUSPENSION_END_LAPSED", cause: "DOUBT_CAUSE_REOPENED" }],
    });
    // What a cut stream carried is sent again, as the same revision.
    expect([...new Set(isp.received.map(({ revision }) => revision))]).toEqual([1, 2, 3]);
  });

  test("a decision that stands after all is reinstated, and the provider's clock has stood still meanwhile", async () => {
    await using stage = await startStage({ pairing });
    await stage.registerProvider("alpha", "alpha");
    await using isp = await watchAs(stage, "alpha");
    const { report, caseId, url } = await unlisted(stage, "/stands.jpg", 804);
    await decide(stage, caseId, "VERDICT_ILLEGAL");
    await isp.asked(url, "ACTION_REMOVE");
    await reopen(stage, caseId, "dewi");
    await isp.asked(url, "ACTION_SUSPEND");
    stage.clock.advance(3 * HOUR_MS);
    await decide(stage, caseId, "VERDICT_ILLEGAL", { by: "dewi" });
    await noticeIn(stage, report, "NOTICE_STATE_ISSUED");
    await removed(stage, isp, { url, path: "/stands.jpg", report });
    const figures = await figuresOnce(stage, ({ observed_gone: gone }) => gone === 1);
    const median = figures["observed_removal_time_median"];
    expect(median).toBeGreaterThan(0);
    expect(median).toBeLessThan((2 * HOUR_MS) / 1000);
  });

  test("a provider is renamed while reports come: every notice goes to it, and nobody else gets its domain", async () => {
    await using stage = await startStage({ pairing });
    const picture = await generatePicture(805);
    await stage.list("national", [picture]);
    for (const name of ["alpha", "beta"]) await stage.registerProvider(name, name);
    const paths = Array.from({ length: 20 }, (_, n) => `/load-${n}.jpg`);
    for (const path of paths) stage.host.put(path, picture);
    const operator = await stage.client(ProviderServiceService, "takedown", "operator", "admin");
    const edit = (providerId: string, change: Partial<ProviderEdit>) =>
      operator.editProvider({
        requestId: randomUUID(),
        providerId,
        edit: editWith(change),
        reason: "a new name",
        over: [],
        dryRun: false,
      });
    const reports: string[] = [];
    for (let round = 0; round < 5; round++) {
      const some = paths.slice(4 * round, 4 * round + 4).map((path) => stage.report(stage.url("alpha", path)));
      const [names] = await Promise.all([Promise.all(some), edit("alpha", { displayName: `Alpha, the ${round}th` })]);
      reports.push(...names);
    }
    const taken = edit("beta", { addDomains: ["pictures.alpha.example"] });
    await expect(taken).rejects.toMatchObject({ message: expect.stringContaining("alpha") });
    const addressees = await eventually("every notice is there", async () => {
      const facts = await Promise.all(reports.map((report) => stage.facts(report)));
      const found = facts.flatMap(({ notices }) => notices.map(({ providerId }) => providerId));
      return found.length === paths.length && found;
    });
    expect(new Set(addressees)).toEqual(new Set(["alpha"]));
    const { providers } = await operator.listProviders({ pageSize: 10, pageToken: "" });
    expect(providers.find(({ providerId }) => providerId === "alpha")).toMatchObject({
      displayName: "Alpha, the 4th",
      domains: ["alpha.example"],
    });
  });
}

/** A picture that no list knows, reported, and before a person. */
async function unlisted(stage: Stage, path: string, seed: number) {
  stage.host.put(path, await reencode(await generatePicture(seed), { quality: 80 }));
  const url = stage.url("alpha", path);
  const report = await stage.report(url);
  const { caseId } = await queued(stage, report, "QUEUE_REASON_NO_HIT");
  return { url, report, caseId };
}

async function removed(
  stage: Stage,
  isp: Awaited<ReturnType<typeof watchAs>>,
  { url, path, report }: { url: string; path: string; report: string },
): Promise<void> {
  await isp.noticeFor(url);
  stage.clock.advance(1000);
  stage.host.remove(path, () => stage.clock.advance(1000));
  await isp.answer(isp.received.at(-1) ?? (await isp.noticeFor(url)));
  await stage.untilGone(report);
  await noticeIn(stage, report, "NOTICE_STATE_CLOSED");
}

function noticeIn(stage: Stage, report: string, state: NoticeState): Promise<Notice> {
  return eventually(`its notice: ${state}`, async () => {
    const [notice] = (await stage.facts(report)).notices;
    return notice?.state === state && notice;
  });
}

/** Slot by slot, until it is so. */
function inSlots<T>(stage: Stage, what: string, probe: () => Promise<T | false>): Promise<T> {
  const ask = async () => {
    const found = await probe();
    if (found === false) stage.clock.advance(5000);
    return found;
  };
  return eventually(what, ask, 60_000);
}

/** The figures once the regulator sees it. */
function figuresOnce(stage: Stage, are: (figures: Record<string, number>) => boolean) {
  return eventually("the regulator sees it", async () => {
    const figures = await figuresOf(stage);
    return are(figures) && figures;
  });
}

/** Every figure of the scorecard of all providers by name, durations in seconds; not reached is NaN. */
async function figuresOf(stage: Stage): Promise<Record<string, number>> {
  const regulator = await stage.client(ComplianceServiceService, "compliance", "regulator", "mcr");
  const { figures } = await regulator.getScorecard({ providerId: "", fromTime: new Date(0), toTime: new Date(8e12) });
  return Object.fromEntries(figures.map(({ name, value }) => [name, numberOf(value)]));
}

function numberOf(value: Figure["value"]): number {
  if (value?.$case === "count") return Number(value.value);
  return value?.$case === "duration" ? Number(value.value.seconds) : Number.NaN;
}
