import { randomUUID } from "node:crypto";
import { eventually, type SharedFault } from "@ntd/testing";
import { expect, test } from "vitest";
import { MINUTE, startPartnerGround, type PartnerGround } from "./partner-ground.ts";

/** What a line of a status says. */
const of = (status: string, name: string) => new RegExp(`(?:^|\\n)${name} {2,}(.*)\\n`).exec(status)?.[1] ?? "";

const untilStatus = (stage: PartnerGround, what: string, is: (status: string) => boolean) =>
  eventually(what, async () => {
    const status = await stage.ntd("exchange", "status", "npo");
    return is(status) && status;
  });

const changed =
  (change: (body: string) => string): SharedFault =>
  (answer) => ({ ...answer, body: change(answer.body) });

test("whatever comes wrong, its operator is told what came, what to do and when it is tried again; nothing of it is lost", async () => {
  await using stage = await startPartnerGround();
  const { clock, server } = stage;
  server.pageSize = 2;
  stage.share(1, 2, 3, 4, 5);
  clock.advance(MINUTE);
  let first = "";
  const faults: [string, SharedFault[], fault: string, why: RegExp, mend: RegExp][] = [
    ["half a page", [changed((body) => body.slice(0, -60))], "page", /half a page/, /asked for again by itself/],
    [
      "the page before once more",
      [changed((body) => (first = body)), changed(() => first)],
      "page",
      /once more/,
      /asked for again by itself/,
    ],
    [
      "a schema that nobody knows",
      [changed((body) => body.replaceAll(/(<\/?)image>/g, "$1hologram>"))],
      "page",
      /images\/hologram, which is not known here/,
      /needs a new release of ntd/,
    ],
    [
      "an expired token",
      [(answer) => ({ ...answer, status: 401 })],
      "credentials",
      /401/,
      /into the files .* ntd exchange pull npo/,
    ],
  ];
  // Each meets the first page of what is left, in this order.
  for (const [, some] of faults) server.faults.push(...some);
  await stage.connect();
  for (const [what, , fault, why, mend] of faults) {
    const status = await untilStatus(stage, what, (text) => why.test(of(text, "why")));
    expect([what, of(status, "fault"), of(status, "what to do")]).toEqual([what, fault, expect.stringMatching(mend)]);
    const next = new Date(of(status, "tried again")).getTime() - clock.now().getTime();
    expect([what, next > 0, next <= 60 * MINUTE]).toEqual([what, true, true]);
    clock.advance(next);
  }
  expect((await stage.waiting(1)).entryCount).toBe(5n);
}, 120_000);

test("a partner that lost half of what it shared: all is read anew, and the difference waits for two in quarantine", async () => {
  await using stage = await startPartnerGround();
  const { clock, server } = stage;
  const all = Array.from({ length: 40 }, (_, n) => n);
  stage.share(...all);
  clock.advance(MINUTE);
  await stage.connect();
  await stage.putInForce((await stage.waiting(1)).releaseId);
  // Brought back from its own backup it tells no tombstones of what it has no more.
  server.entries.splice(0, 20);
  clock.advance(5 * MINUTE);
  expect(await stage.ntd("exchange", "pull", "npo", "--all")).toContain("all of it");
  const { releaseId } = await stage.waiting(2);
  const [amina, budi, carol] = [await stage.as("amina"), await stage.as("budi"), await stage.as("carol")];
  const comparison = await eventually("it is compared", async () => {
    const { comparison: made } = await amina.compareRelease({ releaseId });
    return made;
  });
  expect(comparison).toMatchObject({ added: 0n, removed: 20n, quarantineReasons: [expect.stringContaining("SHRINK")] });
  const approved = await budi.approveRelease({ requestId: randomUUID(), releaseId, confirmRemoved: 20n });
  expect(approved.release?.state).toBe("RELEASE_STATE_QUARANTINED");
  await carol.approveRelease({ requestId: randomUUID(), releaseId, confirmRemoved: 20n });
  await carol.activateRelease({ requestId: randomUUID(), releaseId });
  const { releases } = await amina.listReleases({ setId: "ncmec", pageSize: 1, pageToken: "" });
  expect(releases[0]).toMatchObject({ state: "RELEASE_STATE_ACTIVE", entryCount: 20n, problemCount: 0n });
}, 60_000);
