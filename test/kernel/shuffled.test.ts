import { rm } from "node:fs/promises";
import { join } from "node:path";
import { applyBus, nouns, streamOf } from "@ntd/bus";
import { generatePicture, reencode } from "@ntd/imagehash/generated";
import type { Case } from "@ntd/proto/casework/v1/case";
import { eventually } from "@ntd/testing";
import { long } from "@ntd/testing/runs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { watchAs } from "../stories/isp.ts";
import { startStage, type Stage } from "../stories/stage.ts";

test(
  "a reader that lost its store and gets the facts in any order, under fresh ids, comes to the same cases and notices",
  async () => {
    await using stage = await startStage();
    const picture = await generatePicture(81);
    await stage.list("national", [picture]);
    await stage.registerProvider("alpha", "alpha");
    await using isp = await watchAs(stage, "alpha");
    stage.host.put("/81.jpg", picture);
    const url = stage.url("alpha", "/81.jpg");
    const report = await stage.report(url);
    const notice = await isp.noticeFor(url);
    stage.clock.advance(1000);
    stage.host.remove("/81.jpg");
    await isp.answer(notice);
    await stage.untilGone(report);
    stage.host.put("/81.jpg", await reencode(picture, { quality: 60 }));
    await stage.report(url);
    await eventually("the second episode has its notice", async () => (await stage.facts(report)).notices.length === 2);
    const before = await endOf(stage, report);
    const facts = await factsForCasework(stage);
    expect(facts.length).toBeGreaterThan(6);

    // In the short form the same three orders at each run, each unlike the order in which things happened.
    for (const order of fc.sample(fc.shuffledSubarray(facts, { minLength: facts.length }), {
      numRuns: long ? 30 : 3,
      ...(!long && { seed: 20261124 }),
    })) {
      await loseCasework(stage);
      for (const publish of order) await publish();
      await stage.start("casework");
      await eventually("the same end", async () => {
        expect(await endOf(stage, report)).toEqual(before);
        return true;
      });
      expect((await stage.facts(report)).notices.length).toBe(2);
    }
  },
  long ? 900_000 : 60_000,
);

type Publish = () => Promise<void>;

/** Everything that casework reads, each to be published again under a fresh id. */
async function factsForCasework({ bed }: Stage): Promise<Publish[]> {
  const again = <T>(noun: Parameters<typeof bed.publish<T>>[0], id: (data: T) => string) =>
    bed.published(noun).then((all) =>
      all.map(
        ({ verb, version, data, headers }): Publish =>
          () =>
            bed.publish(noun, verb, headers["ce-subject"] ?? id(data), version, data),
      ),
    );
  const lists = [
    await again(nouns.report, (r) => r.reportId),
    await again(nouns.target, (t) => t.targetId),
    await again(nouns.match, (m) => m.targetId),
    await again(nouns.notice, (n) => n.noticeId),
  ];
  return lists.flat();
}

/** Casework's own store and the streams it reads are gone; the case stream is emptied, so that only new facts count. */
async function loseCasework(stage: Stage): Promise<void> {
  await stage.stop("casework");
  await rm(join(stage.bed.dir, "stores", "casework"), { recursive: true, force: true });
  const { manager } = stage.bed.bus;
  for (const producer of ["intake", "prober", "matching", "casework"] as const)
    await manager.streams.delete(streamOf(producer));
  await applyBus(manager, { ackWaitMs: 1000 });
  expect((await stage.bed.published(nouns.case)).length).toBe(0);
}

async function endOf(stage: Stage, report: string): Promise<unknown[]> {
  const { cases } = await stage.facts(report);
  return cases.toSorted((a, b) => a.episode - b.episode).map(withoutTimes);
}

// What is decided again is decided at another time, by the same machine on the same grounds; and how often another report
// turned out to be the first one depends on the order.
function withoutTimes(found: Case): unknown {
  const decision = found.decision && { ...found.decision, decidedTime: undefined };
  const passing = { decision, openedTime: undefined, address: undefined, firstReportRevision: undefined };
  return { ...found, ...passing, reportIds: found.reportIds.toSorted() };
}
