import { randomUUID } from "node:crypto";
import { nouns } from "@ntd/bus";
import { generatePicture, reencode } from "@ntd/imagehash/generated";
import { AssessmentServiceService } from "@ntd/proto/casework/v1/assessment_service";
import type { Case } from "@ntd/proto/casework/v1/case";
import { eventually, type Pairing } from "@ntd/testing";
import { expect, test } from "vitest";
import { decide, queued, undecidedAt } from "./assessor.ts";
import { watchAs, type Isp } from "./isp.ts";
import { held, hold, mark, moveTo, release, renew } from "./police.ts";
import { startStage, type Stage, type StageOptions } from "./stage.ts";

const HOUR_MS = 3_600_000;
const hour = (n: number) => n * HOUR_MS;

/** What police ask for before anybody is told, the same by each pairing of servers. */
export function policeStories(pairing: Pairing): void {
  test("a marked address is not touched; police are told, and once they let it go it is looked at and decided", async () => {
    await using stage = await staged(pairing);
    const picture = await generatePicture(1101);
    await stage.list("national", [picture]);
    stage.host.put("/marked.jpg", picture);
    const url = stage.url("alpha", "/marked.jpg");
    await mark(stage, "pam", { $case: "address", value: url });
    const before = stage.host.connections();
    const report = await stage.report(url);
    const { caseId } = await eventually("its case", async () => (await stage.facts(report)).case);
    const met = await held(stage, caseId);
    expect(met).toMatchObject({ hold: { cause: "HOLD_CAUSE_MARK" }, reason: expect.any(String) as string });
    expect(stage.host.connections()).toBe(before);
    // Others are looked at meanwhile: nobody stands in the queue behind it.
    stage.host.put("/other.jpg", await generatePicture(1102));
    const other = await stage.report(stage.url("alpha", "/other.jpg"));
    await queued(stage, other, "QUEUE_REASON_NO_HIT");
    stage.clock.advance(hour(3));
    await stage.report(url);
    await eventually(
      "the second report is with the case",
      async () => (await caseNamed(stage, caseId))?.reportCount === 2,
    );
    expect(stage.host.requests("/marked.jpg")).toBe(0);
    await release(stage, { kind: "police", name: "pam" }, met);
    await using isp = await watchAs(stage, "alpha");
    await isp.noticeFor(url);
    expect((await caseNamed(stage, caseId))?.decision).toMatchObject({ decidedBy: "machine" });
  });

  test("a hold before the notice leaves keeps it back and expires at night; one that comes after says already sent", async () => {
    await using stage = await staged(pairing);
    await using isp = await watchAs(stage, "alpha");
    const early = await undecidedAt(stage, "/early.jpg", 1103);
    const { alreadySent, hold: first } = await hold(stage, "pam", early.caseId);
    expect([alreadySent, first?.heldBy]).toEqual([[], "police/pam"]);
    await decide(stage, early.caseId, "VERDICT_ILLEGAL");
    const late = await undecidedAt(stage, "/late.jpg", 1104);
    await decide(stage, late.caseId, "VERDICT_ILLEGAL");
    const sent = await isp.noticeFor(late.url);
    const answer = await hold(stage, "pam", late.caseId);
    expect(answer.alreadySent.map(({ noticeId }) => noticeId)).toEqual([sent.noticeId]);
    expect(noticesFor(isp, early.url)).toBe(0);
    stage.clock.advance(hour(23));
    await eventually(
      "it is held still",
      async () => (await held(stage, early.caseId)).hold?.releasedTime === undefined,
    );
    expect(noticesFor(isp, early.url)).toBe(0);
    stage.clock.advance(hour(1.1));
    await isp.noticeFor(early.url);
    const over = await held(stage, early.caseId, (one) => one.hold?.releasedTime !== undefined);
    expect(over).toMatchObject({ hold: { expired: true }, releasedBy: "" });
  });

  test("it is renewed by a second officer alone, and beyond seven days by two", async () => {
    await using stage = await staged(pairing);
    const { caseId } = await undecidedAt(stage, "/renewed.jpg", 1105);
    await hold(stage, "pam", caseId, hour(0) + 24);
    const lease = await held(stage, caseId);
    await expect(renew(stage, "pam", lease)).rejects.toMatchObject({ reason: "SAME_PERSON" });
    expect(await renew(stage, "quin", lease, 6 * 24)).toBe(false);
    stage.clock.advance(hour(5 * 24));
    expect(await renew(stage, "rhea", lease, 5 * 24)).toBe(true);
    await expect(renew(stage, "rhea", lease, 5 * 24)).rejects.toMatchObject({ reason: "SAME_PERSON" });
    expect(await renew(stage, "saul", lease, 5 * 24)).toBe(false);
    stage.clock.advance(hour(4 * 24));
    const still = await held(stage, caseId, ({ renewals }) => renewals.length === 2);
    expect(still.hold?.releasedTime).toBeUndefined();
    expect(still.renewals.at(-1)?.renewedBy).toEqual(["police/rhea", "police/saul"]);
  });

  test("where life is at risk a hold that is over at 03:00 on a Sunday waits for a supervisor", async () => {
    await using stage = await staged(pairing, { casework: { SUPERVISORS: "sam,sue" } });
    await using isp = await watchAs(stage, "alpha");
    const { caseId, url } = await undecidedAt(stage, "/danger.jpg", 1106);
    const assessor = await stage.client(AssessmentServiceService, "casework", "assessor", "chandra");
    const reason = "the child writes that it is now";
    const flag = { lifeAtRisk: true, youngChild: undefined, reason };
    await assessor.flagCase({ requestId: randomUUID(), caseId, ...flag });
    moveTo(stage, 6, 3);
    await hold(stage, "pam", caseId);
    await decide(stage, caseId, "VERDICT_ILLEGAL");
    moveTo(stage, 0, 3);
    const waits = await held(stage, caseId, (one) => one.hold?.waitsForSupervisor === true);
    expect(waits.hold?.releasedTime).toBeUndefined();
    stage.clock.advance(hour(2));
    expect(noticesFor(isp, url)).toBe(0);
    await expect(release(stage, { kind: "assessor", name: "chandra" }, waits)).rejects.toMatchObject({
      reason: expect.any(String) as string,
    });
    await release(stage, { kind: "assessor", name: "sue" }, waits);
    await isp.noticeFor(url);
  });

  test("police first: unknown material hosted here waits two hours and then leaves by itself; known material does not", async () => {
    await using stage = await staged(pairing, { casework: { POLICE_FIRST_FILE: policeFirst, HOME_COUNTRY: "MY" } });
    await using isp = await watchAs(stage, "alpha");
    const known = await generatePicture(1107);
    await stage.list("national", [known]);
    stage.host.put("/known.jpg", await reencode(known, { quality: 70 }));
    await stage.report(stage.url("alpha", "/known.jpg"));
    await isp.noticeFor(stage.url("alpha", "/known.jpg"));
    const { caseId, url } = await undecidedAt(stage, "/unknown.jpg", 1108);
    await decide(stage, caseId, "VERDICT_ILLEGAL");
    const waits = await held(stage, caseId);
    expect(waits.hold).toMatchObject({ cause: "HOLD_CAUSE_POLICE_FIRST", looksGoOn: true });
    stage.clock.advance(hour(1.9));
    await eventually("it waits", async () => (await held(stage, caseId)).hold?.releasedTime === undefined);
    expect(noticesFor(isp, url)).toBe(0);
    stage.clock.advance(hour(0.2));
    await isp.noticeFor(url);
  });
}

const policeFirst = new URL("../../deploy/policy/police-first.yaml", import.meta.url).pathname;

/** With a provider, and loopback in the country of the hotline. */
async function staged(pairing: Pairing, settings: StageOptions["settings"] = {}): Promise<Stage> {
  const stage = await startStage({ pairing, settings });
  await stage.registerProvider("alpha", "alpha");
  return stage;
}

function noticesFor(isp: Isp, url: string): number {
  return isp.received.filter(({ payload }) => Buffer.from(payload).includes(url)).length;
}

async function caseNamed(stage: Stage, caseId: string): Promise<Case | undefined> {
  const cases = await stage.bed.published(nouns.case);
  return cases.findLast(({ data }) => data.caseId === caseId)?.data;
}
