import { randomUUID } from "node:crypto";
import { eventually, type SharedFault } from "@ntd/testing";
import { expect, test } from "vitest";
import { MINUTE, startPartnerGround, type PartnerGround } from "./partner-ground.ts";
import { uploadOf } from "./seed.ts";

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

/** In seconds: twice as long each time, to ten minutes. */
const PAUSES = [5, 10, 20, 40, 80, 160, 320, 600, 600, 600, 600, 600];

test("an hour in which the exchange is down, as its operator sees it: when it is tried again, that nothing came twice, and what it took back meanwhile", async () => {
  await using stage = await startPartnerGround();
  const { clock, server } = stage;
  stage.share(...Array.from({ length: 20 }, (_, n) => n));
  clock.advance(MINUTE);
  await stage.connect();
  await stage.putInForce((await stage.waiting(1)).releaseId);
  clock.advance(60 * MINUTE);
  const before = await untilStatus(stage, "it is pulled once more", (text) => of(text, "pulls") === "2");
  expect(seen(before)).toEqual({ state: "waiting", fault: "", degraded: "", entries: "20", gone: "0", releases: "1" });

  server.isDown = true;
  const [asked, down] = [server.asked.length, clock.now().getTime()];
  clock.advance(60 * MINUTE);
  const told: [pause: number, state: string, degraded: string][] = [];
  for (const nth of PAUSES.keys()) {
    const status = await untilStatus(stage, `failure ${nth + 1}`, (text) => of(text, "in a row") === `${nth + 1}`);
    const pauseMs = new Date(of(status, "tried again")).getTime() - clock.now().getTime();
    told.push([pauseMs / 1000, of(status, "state"), of(status, "degraded")]);
    expect([of(status, "all of before"), of(status, "releases")]).toEqual([of(before, "all of before"), "1"]);
    if (nth === 5) {
      stage.share(20);
      server.entries.push({ id: "i7", time: clock.now(), isGone: true });
    }
    clock.advance(pauseMs);
  }
  expect(told).toEqual(PAUSES.map((pause, nth) => [pause, "backing-off", nth < 2 ? "" : "unreachable"]));
  expect([clock.now().getTime() - down > 120 * MINUTE, server.asked.length]).toEqual([true, asked]);

  server.isDown = false;
  clock.advance(10 * MINUTE);
  const second = await stage.waiting(2);
  const after = await untilStatus(stage, "it is brought", (text) => of(text, "state") === "release-waits");
  expect(seen(after)).toMatchObject({ fault: "", degraded: "", entries: "21", gone: "1", releases: "2" });
  const amina = await stage.as("amina");
  const comparison = await eventually("it is compared", async () => {
    return (await amina.compareRelease({ releaseId: second.releaseId })).comparison;
  });
  expect(comparison).toMatchObject({ added: 1n, removed: 1n, changed: 0n, quarantineReasons: [] });
  await stage.putInForce(second.releaseId);
  const { releases } = await amina.listReleases({ setId: "ncmec", pageSize: 5, pageToken: "" });
  expect(releases.map(({ state, entryCount }) => [state, entryCount])).toEqual([
    ["RELEASE_STATE_ACTIVE", 20n],
    ["RELEASE_STATE_SUPERSEDED", 20n],
  ]);
}, 120_000);

const seen = (status: string) => ({
  state: of(status, "state"),
  fault: of(status, "fault"),
  degraded: of(status, "degraded"),
  entries: of(status, "entries").split(",")[0],
  gone: of(status, "taken back"),
  releases: of(status, "releases"),
});

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

test("a first list that is approved as another one comes into force cannot be activated: what it tells is brought onto that, and it is rejected", async () => {
  await using stage = await startPartnerGround();
  const { clock } = stage;
  stage.share(...Array.from({ length: 10 }, (_, n) => n));
  clock.advance(MINUTE);
  await stage.connect();
  const first = await stage.waiting(1);
  const [amina, budi, carol] = [await stage.as("amina"), await stage.as("budi"), await stage.as("carol")];
  const named = (releaseId: string) => ({ requestId: randomUUID(), releaseId });
  await carol.approveRelease(named(first.releaseId));
  const rows = Array.from({ length: 30 }, (_, n) => `md5,${String(n).padStart(32, "a1")},,,,,`);
  const csv = ["algorithm,value,quality,scheme,code,votes,source_id", ...rows, ""].join("\n");
  clock.advance(1000);
  const { release: own } = await amina.uploadRelease(uploadOf("ncmec", csv));
  await stage.putInForce(own?.releaseId ?? "");
  await expect(carol.activateRelease(named(first.releaseId))).rejects.toThrow("reject this one");

  clock.advance(61 * MINUTE);
  const again = await stage.waiting(3);
  expect(again).toMatchObject({ kind: "UPLOAD_KIND_DELTA", baseReleaseId: own?.releaseId, entryCount: 40n });
  const status = await untilStatus(stage, "it waits for a person", (text) => of(text, "state") === "release-waits");
  expect(of(status, "what to do")).toContain(`ntd set compare ${again.releaseId}`);
  const told = { ...named(first.releaseId), reason: "overtaken" };
  expect((await carol.rejectRelease(told)).release?.state).toBe("RELEASE_STATE_REFUSED");
  await stage.putInForce(again.releaseId);
  stage.share(10);
  clock.advance(61 * MINUTE);
  expect(await stage.waiting(4)).toMatchObject({ baseReleaseId: again.releaseId, entryCount: 41n });
  expect(
    (await budi.listReleases({ setId: "ncmec", pageSize: 5, pageToken: "" })).releases.map(({ state }) => state),
  ).toEqual(["RELEASE_STATE_VALIDATED", "RELEASE_STATE_ACTIVE", "RELEASE_STATE_SUPERSEDED", "RELEASE_STATE_REFUSED"]);
}, 60_000);
