import { nouns } from "@ntd/bus";
import { generatePicture, reencode } from "@ntd/imagehash/generated";
import type { Case } from "@ntd/proto/casework/v1/case";
import { CaseServiceService } from "@ntd/proto/casework/v1/case_service";
import type { Target } from "@ntd/proto/prober/v1/target";
import type { Notice } from "@ntd/proto/takedown/v1/notice";
import { eventually, type Pairing } from "@ntd/testing";
import { browserMissing } from "@ntd/testing/screenshot";
import { expect, test } from "vitest";
import { confirm, decide, queued, reopen } from "./assessor.ts";
import { payloadOf, watchAs } from "./isp.ts";
import { startStage, type Facts, type Stage } from "./stage.ts";

const page = (body: string) =>
  Buffer.from(`<!doctype html><html><head><title>Thread 7</title></head><body>${body}</body>`);
const talk = "<p>Somebody wrote some words about the weather, and somebody else answered at length.</p>";

/** A thread on alpha that shows pictures which beta has. */
function showing(stage: Stage, paths: string[]): Buffer {
  return page(talk + paths.map((path) => `<img src="${stage.url("beta", path)}" width="400">`).join("\n"));
}

/** What was found on the reported page and became a target, with what came of it. */
interface Found {
  target: Target;
  case: Case | undefined;
  notices: Notice[];
}

async function foundOn(stage: Stage, { target: of }: Facts): Promise<Found[]> {
  const notices = await stage.bed.published(nouns.notice);
  const cases = await stage.bed.published(nouns.case);
  const targets = await stage.bed.published(nouns.target);
  const found = targets.filter(({ data }) => of !== undefined && data.foundOnTargetId === of.targetId);
  const newest = new Map(found.map(({ data }) => [data.targetId, data]));
  return [...newest.values()].map((target) => ({
    target,
    case: cases.findLast(({ data }) => data.targetId === target.targetId)?.data,
    notices: [
      ...new Map(
        notices
          .filter(({ data }) => data.targets[0]?.targetId === target.targetId)
          .map(({ data }) => [data.noticeId, data]),
      ).values(),
    ],
  }));
}

/** The one thing that was found on the page, once it says what is asked. */
function oneFound(stage: Stage, report: string, what: string, is: (found: Found) => boolean): Promise<Found> {
  return eventually(what, async () => {
    const [found] = await foundOn(stage, await stage.facts(report));
    return found !== undefined && is(found) && found;
  });
}

/** The page's case, once it waits with just so many known and unknown things. */
function pageWaits(stage: Stage, report: string, shown: { known: number; unknown: number }): Promise<Case> {
  const counts = JSON.stringify({ known: shown.known, near: 0, unknown: shown.unknown, notJudged: 0 });
  return eventually(`a page waits that shows ${counts}`, async () => {
    const { case: found } = await stage.facts(report);
    const { known, near, notJudged, unknown } = found?.pageItems?.counts ?? {};
    const isOfPage = found?.state === "CASE_STATE_QUEUED" && found.queueReason === "QUEUE_REASON_PAGE_ITEMS";
    return isOfPage && JSON.stringify({ known, near, unknown, notJudged }) === counts && found;
  });
}

/** An assessor decides the page illegal for what it embeds. */
function decidePage(stage: Stage, caseId: string, targetIds: string[]): Promise<void> {
  return decide(stage, caseId, "VERDICT_ILLEGAL", { of: { embedded: { targetIds } } });
}

/** A thread on alpha embeds a known picture that beta has, and was reported. */
async function reportedThread(stage: Stage, seed: number) {
  const picture = await generatePicture(seed);
  await stage.list("national", [picture]);
  for (const name of ["alpha", "beta"]) await stage.registerProvider(name, name);
  stage.host.put("/known.jpg", await reencode(picture, { quality: 50 }));
  stage.host.put("/other.jpg", await generatePicture(seed + 1));
  stage.host.put("/thread/7", showing(stage, ["/known.jpg", "/other.jpg"]));
  const report = await stage.report(stage.url("alpha", "/thread/7"));
  return { report, url: stage.url("alpha", "/thread/7"), pictureUrl: stage.url("beta", "/known.jpg") };
}

const noBrowser = browserMissing();
const scripted = "a gallery behind a script: a known picture that only a browser finds is asked for at its host";

/** What pages show, told the same by each pairing of servers. */
export function pageStories(pairing: Pairing): void {
  test("a known picture on a page of another host: its host has a notice at once, the page's none without a person", async () => {
    await using stage = await startStage({ pairing });
    const { report, url, pictureUrl } = await reportedThread(stage, 900);
    await using alpha = await watchAs(stage, "alpha");
    await using beta = await watchAs(stage, "beta");
    const notice = await beta.noticeFor(pictureUrl);
    expect(payloadOf(notice).requestedAction).toBe("ACTION_REMOVE");
    const waiting = await pageWaits(stage, report, { known: 1, unknown: 1 });
    const item = await oneFound(
      stage,
      report,
      "the picture's case is decided",
      (one) => one.case?.decision !== undefined,
    );
    expect(item.case).toMatchObject({ state: "CASE_STATE_AUTO_DECIDED", foundOnTargetId: waiting.targetId });
    expect((await stage.facts(report)).notices).toEqual([]);
    await decidePage(stage, waiting.caseId, [item.target.targetId]);
    const asked = await alpha.asked(url, "ACTION_REMOVE_EMBEDDED");
    expect(payloadOf(asked).targets[0]?.embedded?.urls).toEqual([pictureUrl]);
  });

  test("the picture leaves the page and not its host, and the other way round: each host's time ends with its own", async () => {
    await using stage = await startStage({ pairing });
    const { report, url, pictureUrl } = await reportedThread(stage, 910);
    await using alpha = await watchAs(stage, "alpha");
    await using beta = await watchAs(stage, "beta");
    const waiting = await pageWaits(stage, report, { known: 1, unknown: 1 });
    const item = await oneFound(stage, report, "the picture's notice", (one) => one.notices.length === 1);
    await decidePage(stage, waiting.caseId, [item.target.targetId]);
    await alpha.answer(await alpha.asked(url, "ACTION_REMOVE_EMBEDDED"));
    stage.host.put("/thread/7", showing(stage, ["/other.jpg"]));
    await stage.untilGone(report);
    const still = await oneFound(stage, report, "the picture is looked at", () => true);
    expect(still.target.state).toBe("TARGET_STATE_PRESENT");
    await beta.answer(await beta.asked(pictureUrl, "ACTION_REMOVE"));
    stage.host.remove("/known.jpg");
    await eventually(
      "the picture is gone, too",
      async () => {
        const [found] = await foundOn(stage, await stage.facts(report));
        if (found?.target.state === "TARGET_STATE_GONE") return true;
        stage.clock.advance(15_000);
        return false;
      },
      90_000,
    );
  });

  test("80 unknown pictures of a gallery are one entry of the queue, and one that a later list holds is found on it", async () => {
    await using stage = await startStage({ pairing });
    for (const name of ["alpha", "beta"]) await stage.registerProvider(name, name);
    await using beta = await watchAs(stage, "beta");
    await stage.list("other", [await generatePicture(1000)]);
    const small = { width: 160, height: 120 };
    const paths = Array.from({ length: 80 }, (_, n) => `/gallery/${n}.jpg`);
    for (const [n, path] of paths.entries()) stage.host.put(path, await generatePicture(2000 + n, small));
    stage.host.put("/gallery", showing(stage, paths));
    const report = await stage.report(stage.url("alpha", "/gallery"));
    const { caseId } = await pageWaits(stage, report, { known: 0, unknown: 80 });
    const assessor = await stage.client(CaseServiceService, "casework", "assessor", "chandra");
    const all = { pageSize: 0, pageToken: "", queueReason: "QUEUE_REASON_UNSPECIFIED" } as const;
    const pageCounts = { known: 0, near: 0, unknown: 80, notJudged: 0 };
    expect((await assessor.listQueue(all)).cases).toMatchObject([{ caseId, pageCounts }]);
    expect(await foundOn(stage, await stage.facts(report))).toEqual([]);
    expect(new Set((await stage.bed.published(nouns.case)).map(({ data }) => data.caseId)).size).toBe(1);
    await stage.list("national", [await generatePicture(2041, small)]);
    await beta.noticeFor(stage.url("beta", "/gallery/41.jpg"));
    await pageWaits(stage, report, { known: 1, unknown: 79 });
  });

  test("what was decided of the picture is taken back: the page's provider is told to wait with it", async () => {
    await using stage = await startStage({ pairing });
    const { report, url, pictureUrl } = await reportedThread(stage, 930);
    await using alpha = await watchAs(stage, "alpha");
    await using beta = await watchAs(stage, "beta");
    const waiting = await pageWaits(stage, report, { known: 1, unknown: 1 });
    const item = await oneFound(stage, report, "the picture's notice", (one) => one.notices.length === 1);
    await decidePage(stage, waiting.caseId, [item.target.targetId]);
    await alpha.asked(url, "ACTION_REMOVE_EMBEDDED");
    await beta.asked(pictureUrl, "ACTION_REMOVE");
    const itemCase = item.case?.caseId ?? "";
    await reopen(stage, itemCase, "dewi");
    await beta.asked(pictureUrl, "ACTION_SUSPEND");
    await alpha.asked(url, "ACTION_SUSPEND");
    const page = await queued(stage, report, "QUEUE_REASON_BASIS_REVOKED");
    expect(page.doubt).toMatchObject({ cause: "DOUBT_CAUSE_EMBEDDED_FELL", lasting: true });
    await decide(stage, itemCase, "VERDICT_NOT_ILLEGAL", { by: "dewi" });
    await confirm(stage, itemCase, "emil");
    await beta.asked(pictureUrl, "ACTION_RESTORE");
    await decide(stage, page.caseId, "VERDICT_NOT_ILLEGAL", { by: "dewi" });
    await confirm(stage, page.caseId, "emil");
    await alpha.asked(url, "ACTION_RESTORE");
  });

  test.skipIf(noBrowser !== undefined)(
    noBrowser === undefined ? scripted : `${scripted}: ${noBrowser}`,
    async () => {
      await using stage = await startStage({ pairing, browser: true });
      const picture = await generatePicture(960);
      await stage.list("national", [picture]);
      for (const name of ["alpha", "beta"]) await stage.registerProvider(name, name);
      const paths = ["/known.jpg", "/other.jpg"];
      stage.host.put("/known.jpg", await reencode(picture, { quality: 50 }));
      stage.host.put("/other.jpg", await generatePicture(961));
      stage.host.put("/list.json", Buffer.from(JSON.stringify(paths.map((path) => stage.url("beta", path)))));
      const script = `fetch("/list.json").then((answer) => answer.json()).then((all) => {
      for (const src of all) document.body.append(Object.assign(new Image(), { src })); });`;
      stage.host.put("/gallery", page(`${talk}<script>${script}</script>`));
      const report = await stage.report(stage.url("alpha", "/gallery"));
      await using beta = await watchAs(stage, "beta");
      const notice = await beta.noticeFor(stage.url("beta", "/known.jpg"));
      expect(payloadOf(notice).requestedAction).toBe("ACTION_REMOVE");
      await pageWaits(stage, report, { known: 1, unknown: 1 });
      expect((await stage.facts(report)).notices).toEqual([]);
    },
    180_000,
  );

  test("a page that shows other pictures at every look is not called gone", async () => {
    await using stage = await startStage({ pairing });
    const { report, url } = await reportedThread(stage, 940);
    await using alpha = await watchAs(stage, "alpha");
    const waiting = await pageWaits(stage, report, { known: 1, unknown: 1 });
    const item = await oneFound(stage, report, "the picture's notice", (one) => one.notices.length === 1);
    await decidePage(stage, waiting.caseId, [item.target.targetId]);
    await alpha.answer(await alpha.asked(url, "ACTION_REMOVE_EMBEDDED"));
    const others = await Promise.all([0, 1, 2, 3].map((n) => generatePicture(950 + n)));
    for (const [n, other] of others.entries()) stage.host.put(`/turn-${n}.jpg`, other);
    let turn = 0;
    stage.host.put("/thread/7", () => showing(stage, [`/turn-${turn++ % 4}.jpg`]));
    const before = stage.host.requests("/thread/7");
    await eventually(
      "it is looked at in six slots",
      () => {
        if (stage.host.requests("/thread/7") > before + 12) return true;
        stage.clock.advance(15_000);
        return false;
      },
      90_000,
    );
    expect((await stage.facts(report)).target?.state).not.toBe("TARGET_STATE_GONE");
  });
}
