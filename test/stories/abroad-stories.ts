import { rm } from "node:fs/promises";
import { generatePicture } from "@ntd/imagehash/generated";
import { ReviewServiceService } from "@ntd/proto/casework/v1/review_service";
import { eventually, type Pairing } from "@ntd/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { abroad, actionsOf, answering, registerHotline } from "./hotline.ts";
import { ABROAD, startStage, type Stage } from "./stage.ts";

const HOUR = 3_600_000;

/** A hotline that removes, one that has another law, and one that never answers. */
const rules = [
  {
    country: "NL",
    answers: [
      { action: "REPORTED_TO_PROVIDER", after: "10m" },
      { action: "CONTENT_REMOVED", after: "1h" },
    ],
  },
  { country: "DE", answers: [{ action: "NOT_ILLEGAL", reason: "VIRTUAL_MATERIAL", after: "10m" }] },
];

/** Material abroad, through the stub of the link between hotlines. */
export function abroadStories(pairing: Pairing): void {
  let stage: Stage;
  let dir: string;
  let picture: Uint8Array;
  beforeAll(async () => {
    const answers = await answering(rules);
    dir = answers.dir;
    stage = await startStage({ pairing, settings: { ...answers.settings, takedown: { HOME_COUNTRY: "MY" } } });
    picture = await generatePicture(731);
    await stage.list("national", [picture]);
    await registerHotline(stage, "hotline-nl", "NL");
    await registerHotline(stage, "hotline-de", "DE", "delta");
    await registerHotline(stage, "hotline-fr", "FR", "epsilon");
  }, 120_000);
  afterAll(async () => {
    await stage[Symbol.asyncDispose]();
    await rm(dir, { recursive: true });
  });

  async function reported(domain: string, path: string): Promise<string> {
    stage.host.put(path, picture);
    return stage.report(stage.url(domain, path));
  }

  test("a hotline is sent a record, says what it does, and we see for ourselves that it is gone", async () => {
    const report = await reported(ABROAD, "/abroad-1.png");
    const sent = await abroad(stage, report, "the link took it", (n) => n.acknowledgedTime !== undefined);
    expect(sent).toMatchObject({ route: "ROUTE_HOTLINE", country: "NL", providerId: "hotline-nl", revision: 1 });
    expect(sent.offeredTime?.getTime()).toBeLessThanOrEqual(sent.acknowledgedTime?.getTime() ?? 0);
    stage.clock.advance(HOUR);
    const answered = await abroad(stage, report, "the hotline says removed", (n) => n.answeredTime !== undefined);
    expect(actionsOf(answered)).toEqual(["REPORTED_TO_PROVIDER", "CONTENT_REMOVED"]);
    // What it claims is one thing, what is seen another.
    expect(answered.targets[0]?.goneTime).toBeUndefined();
    stage.host.remove("/abroad-1.png");
    await stage.untilGone(report);
    await abroad(stage, report, "verified gone and closed", (n) => n.state === "NOTICE_STATE_CLOSED");
  });

  test("a hotline to which it is not illegal disputes it, which a person reviews", async () => {
    const report = await reported("delta", "/abroad-2.png");
    await abroad(stage, report, "the link took it", (n) => n.acknowledgedTime !== undefined);
    stage.clock.advance(HOUR / 6);
    const { caseId } = await abroad(stage, report, "disputed", (n) => actionsOf(n).includes("NOT_ILLEGAL"));
    const reviewer = await stage.client(ReviewServiceService, "casework", "assessor", "rita");
    await eventually("a review of it", async () => {
      const { reviews } = await reviewer.listReviews({ pageSize: 100, pageToken: "" });
      return reviews.find((review) => review.caseId === caseId && review.kind === "REVIEW_KIND_DISPUTE");
    });
  });

  test("the link is down for an hour: what is decided meanwhile waits, and each is one record then", async () => {
    await stage.stop("hotline-link");
    const reports = [await reported("epsilon", "/abroad-3.png"), await reported("epsilon", "/abroad-4.png")];
    for (const report of reports) {
      await eventually("a notice", async () => (await stage.facts(report)).notices.length === 1);
    }
    for (let minutes = 0; minutes < 60; minutes += 10) {
      stage.clock.advance(HOUR / 6);
      for (const report of reports) expect((await stage.facts(report)).notices[0]?.acknowledgedTime).toBeUndefined();
    }
    await stage.start("hotline-link");
    for (const report of reports) {
      const sent = await abroad(stage, report, "taken", (n) => n.acknowledgedTime !== undefined);
      expect(sent).toMatchObject({ revision: 1, providerId: "hotline-fr", state: "NOTICE_STATE_ACKNOWLEDGED" });
      // It never answers: that stays open, and is a figure.
      expect(actionsOf(sent)).toEqual([]);
    }
  });
}
