import { randomUUID } from "node:crypto";
import { StatusServiceService } from "@ntd/proto/operations/v1/status_service";
import { connect } from "@ntd/rpc";
import { eventually, type SharedFault } from "@ntd/testing";
import { expect, onTestFinished, test } from "vitest";
import { MINUTE, startPartnerGround, type PartnerGround } from "./partner-ground.ts";

/** What a line of a status says. */
const of = (status: string, name: string) => new RegExp(`(?:^|\\n)${name} {2,}(.*)\\n`).exec(status)?.[1] ?? "";

const untilStatus = (stage: PartnerGround, what: string, is: (status: string) => boolean) =>
  eventually(what, async () => {
    const status = await stage.ntd("exchange", "status", "npo");
    return is(status) && status;
  });

async function health(stage: PartnerGround, service: keyof PartnerGround["endpoints"]) {
  const identityDir = await stage.bed.identity("operator", "olga");
  await using client = connect(StatusServiceService, { address: stage.endpoints[service], identityDir });
  const { serving, degradedCauses } = await client.getStatus({});
  return {
    serving,
    causes: degradedCauses.map(({ cause }) => cause).filter((cause) => cause.startsWith("connector:")),
  };
}

test("an exchange is down for an hour: its operator sees since when, and when it is tried next; then all of it comes", async () => {
  await using stage = await startPartnerGround();
  const { clock, server } = stage;
  stage.share(1, 2);
  clock.advance(MINUTE);
  server.isDown = true;
  const down = clock.now();
  await stage.connect();
  const pauses: number[] = [];
  for (let count = 1; clock.now().getTime() < down.getTime() + 60 * MINUTE; count++) {
    const status = await untilStatus(stage, `try ${count} fails`, (text) => of(text, "in a row") === `${count}`);
    expect([of(status, "state"), of(status, "fault")]).toEqual(["backing-off", "unreachable"]);
    expect(new Date(of(status, "since")).getTime()).toBe(down.getTime());
    expect(of(status, "what to do")).toContain("tried again by itself");
    const next = new Date(of(status, "tried again"));
    pauses.push(Math.round((next.getTime() - clock.now().getTime()) / 1000));
    expect(await health(stage, "exchange")).toEqual({
      serving: true,
      causes: count < 3 ? [] : ["connector:npo:UNREACHABLE"],
    });
    clock.advance(next.getTime() - clock.now().getTime());
  }
  // Longer each time, ten minutes at most.
  expect(pauses.every((pause, n) => n === 0 || pause >= (pauses[n - 1] ?? 0) - 1)).toBe(true);
  expect([Math.min(...pauses) <= 5, Math.max(...pauses) <= 600, pauses.length < 20]).toEqual([true, true, true]);
  expect(await stage.ntd("exchange", "status")).toMatch(/\nnpo +ncmec +backing-off .* unreachable, \d+ in a row +20/);
  expect(await health(stage, "hashlists")).toEqual({ serving: true, causes: [] });

  stage.share(3);
  server.isDown = false;
  clock.advance(10 * MINUTE);
  const { releaseId, entryCount } = await stage.waiting(1);
  expect(entryCount).toBe(2n);
  const status = await untilStatus(stage, "it is well", (text) => of(text, "state") === "release-waits");
  expect([of(status, "fault"), of(status, "degraded")]).toEqual(["", ""]);
  expect((await health(stage, "exchange")).causes).toEqual([]);
  // What came meanwhile lies behind the range that was begun before it.
  await stage.putInForce(releaseId);
  const minutes = setInterval(() => clock.advance(MINUTE), 1000);
  onTestFinished(() => clearInterval(minutes));
  expect(await stage.waiting(2)).toMatchObject({ entryCount: 3n, problemCount: 0n });
}, 120_000);

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
