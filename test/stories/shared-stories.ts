import { generatePicture, mirror, reencode } from "@ntd/imagehash/generated";
import { ComplianceServiceService } from "@ntd/proto/compliance/v1/compliance_service";
import { eventually, type Pairing } from "@ntd/testing";
import { expect, test } from "vitest";
import { watchAs } from "./isp.ts";
import { startStage } from "./stage.ts";

/** The stories that each pairing of servers must tell the same. */
export function sharedStories(pairing: Pairing): void {
  test("a re-encoded known picture is noticed, removed, seen gone in three slots, and the figures say so", async () => {
    await using stage = await startStage({ pairing });
    const picture = await generatePicture(1);
    await stage.list("national", [picture]);
    await stage.registerProvider("alpha", "alpha");
    await using isp = await watchAs(stage, "alpha");
    stage.host.put("/1.jpg", await reencode(picture, { quality: 50 }));
    const url = stage.url("alpha", "/1.jpg");
    const report = await stage.report(url);
    const notice = await isp.noticeFor(url);
    await isp.client.acknowledgeNotice({ noticeId: notice.noticeId, revision: notice.revision });
    stage.clock.advance(1000);
    // A look may be under way, and has the time at which it ends: the first miss comes later than that.
    stage.host.remove("/1.jpg", () => stage.clock.advance(1000));
    await isp.answer(notice);
    await stage.untilGone(report);
    const { notices, case: found } = await eventually("the notice is closed", async () => {
      const facts = await stage.facts(report);
      return facts.notices[0]?.state === "NOTICE_STATE_CLOSED" && facts;
    });
    expect(found).toMatchObject({
      state: "CASE_STATE_AUTO_DECIDED",
      decision: { verdict: "VERDICT_ILLEGAL", decidedBy: "machine" },
    });
    expect(notices).toMatchObject([{ targets: [{ answers: [{ outcome: "OUTCOME_REMOVED" }] }] }]);
    const regulator = await stage.client(ComplianceServiceService, "compliance", "regulator", "mcr");
    const [time] = await eventually("the regulator sees the removal", async () => {
      const { noticeTimes } = await regulator.listNoticeTimes({
        providerId: "alpha",
        fromTime: new Date(0),
        toTime: new Date(8e12),
        pageSize: 10,
        pageToken: "",
      });
      return noticeTimes[0]?.goneTime !== undefined && noticeTimes;
    });
    expect(time).toMatchObject({
      claimedOutcome: "OUTCOME_REMOVED",
      claimedStillPresent: false,
      goneBeforeOffer: false,
    });
    expect(time?.lastSeenTime?.getTime()).toBeLessThan(time?.goneTime?.getTime() ?? 0);
  });

  test("two reports of one address are one case that holds both, with one notice", async () => {
    await using stage = await startStage({ pairing });
    const picture = await generatePicture(2);
    await stage.list("national", [picture]);
    await stage.registerProvider("alpha", "alpha");
    stage.host.put("/2.jpg", await mirror(picture));
    const url = stage.url("alpha", "/2.jpg");
    const [one] = await Promise.all([stage.report(url), stage.report(url)]);
    const facts = await eventually("the case holds both reports", async () => {
      const now = await stage.facts(one);
      return now.case?.reportCount === 2 && now.notices.length > 0 && now;
    });
    expect([facts.cases.length, facts.notices.length, facts.case?.reportIds.length]).toEqual([1, 1, 2]);
    expect(facts.case?.hits[0]).toMatchObject({ algorithm: "ALGORITHM_PDQ", setId: "national", threshold: 31 });
    expect(facts.case?.hits[0]?.form).not.toBe("original");
  });

  test("after removal the picture comes back, is reported, is probed, and episode 2 has a notice of its own", async () => {
    await using stage = await startStage({ pairing });
    const picture = await generatePicture(3);
    await stage.list("national", [picture]);
    await stage.registerProvider("alpha", "alpha");
    await using isp = await watchAs(stage, "alpha");
    stage.host.put("/3.jpg", picture);
    const url = stage.url("alpha", "/3.jpg");
    const report = await stage.report(url);
    const notice = await isp.noticeFor(url);
    stage.host.remove("/3.jpg");
    await isp.answer(notice);
    await stage.untilGone(report);
    stage.host.put("/3.jpg", await reencode(picture, { quality: 60 }));
    const second = await stage.report(url);
    const facts = await eventually("a second notice", async () => {
      const now = await stage.facts(report);
      return now.notices.length === 2 && now;
    });
    expect(facts.target).toMatchObject({ episode: 2, state: "TARGET_STATE_PRESENT" });
    expect(facts.notices.map((n) => [n.targets[0]?.episode, n.state])).toEqual([
      [1, "NOTICE_STATE_CLOSED"],
      [2, "NOTICE_STATE_ISSUED"],
    ]);
    expect(facts.cases.map((c) => c.episode)).toEqual([1, 2]);
    await eventually("the second report is of the second case", async () =>
      (await stage.facts(report)).cases[1]?.reportIds.includes(second.replace("reports/", "")),
    );
  });

  test("a release activated later matches a target seen earlier", async () => {
    await using stage = await startStage({ pairing });
    const picture = await generatePicture(4);
    await stage.list("other", [await generatePicture(400)]);
    await stage.registerProvider("alpha", "alpha");
    stage.host.put("/4.jpg", await reencode(picture, { quality: 70 }));
    const report = await stage.report(stage.url("alpha", "/4.jpg"));
    await eventually(
      "waits for a person",
      async () => (await stage.facts(report)).case?.queueReason === "QUEUE_REASON_NO_HIT",
    );
    await stage.list("national", [picture]);
    const facts = await eventually("decided by the later release", async () => {
      const now = await stage.facts(report);
      return now.notices.length === 1 && now;
    });
    expect(facts.case).toMatchObject({ state: "CASE_STATE_AUTO_DECIDED", hits: [{ setId: "national" }] });
  });

  test("the provider answers without acknowledging: the answer implies it", async () => {
    await using stage = await startStage({ pairing });
    const picture = await generatePicture(5);
    await stage.list("national", [picture]);
    await stage.registerProvider("alpha", "alpha");
    await using isp = await watchAs(stage, "alpha");
    stage.host.put("/5.jpg", picture);
    const url = stage.url("alpha", "/5.jpg");
    const report = await stage.report(url);
    await isp.answer(await isp.noticeFor(url));
    const [notice] = await eventually("answered", async () => {
      const { notices } = await stage.facts(report);
      return notices[0]?.answeredTime !== undefined && notices;
    });
    expect(notice?.acknowledgedTime).toEqual(notice?.answeredTime);
    expect(notice?.verifiedGoneTime).toBeUndefined();
  });
}
