import { captionBar, crop, generatePicture } from "@ntd/imagehash/generated";
import { eventually } from "@ntd/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { confirm, decide, queued, reopen } from "./assessor.ts";
import { startStage, type Stage } from "./stage.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
  for (const name of ["alpha", "beta"]) await stage.registerProvider(name, name);
});
afterAll(() => stage[Symbol.asyncDispose]());

async function reported(domain: string, path: string, picture: Buffer): Promise<string> {
  stage.host.put(path, picture);
  return stage.report(stage.url(domain, path));
}

const waitsAs = (report: string, reason: string) =>
  eventually(`it waits as ${reason}`, async () => {
    const { case: found } = await stage.facts(report);
    return found?.state === "CASE_STATE_QUEUED" && found.queueReason === `QUEUE_REASON_${reason}` && found;
  });

test("a picture that a person decided illegal nominates its edited copies, earlier and later ones, until the decision is taken back", async () => {
  const picture = await generatePicture(1301);
  const earlier = await reported("beta", "/cropped.jpg", await crop(picture, 0.05));
  await queued(stage, earlier, "QUEUE_REASON_NO_HIT");
  const parent = await reported("alpha", "/own.jpg", picture);
  const { caseId, targetId } = await queued(stage, parent, "QUEUE_REASON_NO_HIT");
  await decide(stage, caseId, "VERDICT_ILLEGAL");
  const nominated = await waitsAs(earlier, "NOMINATED_ONLY");
  const [hit] = nominated.hits;
  expect(hit).toMatchObject({ setRole: "SET_ROLE_DERIVED", entryId: targetId, votes: 0, nominatesOnly: true });
  expect(hit?.derivedEdit).toBe("crop 5 %");
  const later = await reported("beta", "/captioned.jpg", await captionBar(picture, 0.1, "below"));
  expect((await waitsAs(later, "NOMINATED_ONLY")).hits[0]?.derivedEdit).toMatch(/^bar below/);
  // Nobody is asked for anything by that alone, and the picture itself is no copy of its own.
  expect([(await stage.facts(earlier)).notices, (await stage.facts(later)).notices]).toEqual([[], []]);
  expect((await stage.facts(parent)).case?.hits).toEqual([]);
  await reopen(stage, caseId, "ann");
  await confirm(stage, caseId, "ben");
  for (const report of [earlier, later]) expect((await waitsAs(report, "NO_HIT")).hits).toEqual([]);
});
