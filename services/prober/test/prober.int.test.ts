import { nouns } from "@ntd/bus";
import type { Running } from "@ntd/host";
import { ProbeServiceService } from "@ntd/proto/prober/v1/probe_service";
import { ProbeReason, TargetState } from "@ntd/proto/prober/v1/target";
import { NoticeState } from "@ntd/proto/takedown/v1/notice";
import { connect, problemOf } from "@ntd/rpc";
import { MovableClock } from "@ntd/service";
import { eventually } from "@ntd/testing";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import type { ProberConfig } from "../src/config.ts";

import { openProberBed, targetIdOf, type ProberBed } from "./bed.ts";

let at: ProberBed;
beforeAll(async () => {
  at = await openProberBed();
});
afterAll(() => at[Symbol.asyncDispose]());

/** Runs a prober until the test ends; every test has the store to itself for that time. */
async function prober(given: Partial<ProberConfig> = {}, clock?: MovableClock): Promise<Running> {
  const running = await at.startProber(given, clock);
  let stopped = false;
  const stop = async () => {
    if (!stopped) await running[Symbol.asyncDispose]();
    stopped = true;
  };
  onTestFinished(stop);
  return { address: running.address, [Symbol.asyncDispose]: stop };
}

describe("from report to gone", () => {
  test("a reported picture is told present, and gone once it misses in three slots", async () => {
    await prober();
    at.pages.set("/a", "picture 1 1");
    await at.report("/a");
    const present = await at.until("/a", "present");
    expect(present).toMatchObject({
      episode: 1,
      state: TargetState.PRESENT,
      resolvedIp: "127.0.0.1",
      slotsRequired: 3,
    });
    expect(present.content).toMatchObject({ recipe: "exact-1", revision: 1, tooLittleDetail: false });
    expect(Buffer.from(nouns.target.codec.encode(present).finish()).includes("host.example")).toBe(false);

    await at.notice("/a", "notice-a", 1, NoticeState.ISSUED);
    await eventually("another look", () => at.hits("/a") >= 3);
    at.pages.delete("/a");
    const gone = await at.until("/a", "gone");
    expect(gone).toMatchObject({ state: TargetState.GONE, reason: ProbeReason.HTTP_NOT_FOUND });
    expect(gone.goneTime?.getTime()).toBeGreaterThan(gone.lastSeenTime?.getTime() ?? 0);
    expect(gone.lastSeenTime?.getTime()).toBeGreaterThan(present.lastSeenTime?.getTime() ?? 0);
    // Sightings in between made no events of their own.
    expect((await at.told("/a")).map(({ verb, version }) => [verb, version > 0])).toEqual([
      ["present", true],
      ["suspect_gone", true],
      ["gone", true],
    ]);
  });

  test("the material is present again after gone: another episode", async () => {
    await prober();
    at.pages.set("/b", "picture 2 2");
    await at.report("/b");
    await at.until("/b", "present");
    at.pages.delete("/b");
    await at.report("/b");
    await at.until("/b", "gone");
    at.pages.set("/b", "picture 3 2");
    await at.report("/b");
    expect(await at.until("/b", "present", 2)).toMatchObject({ content: { revision: 2 } });
  });

  test("other content that a report asks for is a new episode after gone", async () => {
    await prober();
    at.pages.set("/c", "picture 4 4");
    await at.report("/c");
    await at.until("/c", "present");
    at.pages.set("/c", "picture 5 251");
    await at.report("/c");
    const next = await at.until("/c", "present", 2);
    expect(next.content?.fingerprints[0]?.value).toEqual(new Uint8Array(32).fill(5));
    expect((await at.told("/c")).map(({ verb }) => verb)).toEqual(["present", "gone", "present"]);
  });

  test.each([
    ["/page", "a page", "not_media", ProbeReason.NOT_A_PICTURE],
    ["/forbidden", 403, "unreachable", ProbeReason.HTTP_REFUSED],
    ["/broken", 500, "unreachable", ProbeReason.SERVER_ERROR],
    ["/nothing", 404, "gone", ProbeReason.HTTP_NOT_FOUND],
  ])("%s with %s ends in a named state", async (path, page, verb, reason) => {
    await prober();
    at.pages.set(path, page);
    await at.report(path);
    expect(await at.until(path, verb)).toMatchObject({ reason });
  });

  test("a notice that comes before the report makes the target known", async () => {
    await prober();
    at.pages.set("/early", "picture 6 6");
    await at.notice("/early", "notice-early", 1, NoticeState.ISSUED);
    await at.until("/early", "present");
    await eventually("probes in every slot", () => at.hits("/early") >= 3);
    await at.notice("/early", "notice-early", 2, NoticeState.CLOSED);
  });
});

test("the same report delivered again triggers no probe, another one does", async () => {
  await prober();
  at.pages.set("/again", "picture 7 7");
  await at.report("/again", { id: "report-again" });
  await at.until("/again", "present");
  expect(at.hits("/again")).toBe(1);
  await at.report("/again", { id: "report-again" });
  // Both end: the one that must not probe was handled before the one that must.
  await at.report("/again");
  await eventually("the probe of the second report", () => at.hits("/again") === 2);
  at.pages.set("/after", "picture 8 8");
  await at.report("/after");
  await at.until("/after", "present");
  expect(at.hits("/again")).toBe(2);
});

test("the bytes that were seen there are not decoded again, others are", async () => {
  await prober();
  const asked = (content: string) => at.fingerprint.asked.get(content) ?? 0;
  at.pages.set("/same", "picture real 11");
  await at.report("/same");
  await at.until("/same", "present");
  await at.report("/same");
  await eventually("the second look", () => at.hits("/same") === 2);
  // Behind the end of the second look: a target has one at a time.
  at.pages.set("/same", "picture real 200");
  await at.report("/same");
  // Not the last word: the report asks for what is there now, and the next look may be quicker than we ask.
  await eventually("gone", async () => (await at.told("/same")).some(({ verb }) => verb === "gone"));
  expect(asked("picture real 11")).toBe(1);
  expect(asked("picture real 200")).toBeGreaterThan(0);
});

test.each([404, 410, 403, 500])("the picture under status %i is still there: browsers show it", async (status) => {
  await prober();
  const path = `/under-${status}`;
  at.pages.set(path, `picture ${status % 200} ${status % 200}`);
  await at.report(path);
  await at.until(path, "present");
  at.pages.set(path, `${status} picture ${status % 200} ${status % 200}`);
  await at.report(path);
  await eventually("the second look has ended", () => at.hits(path) === 2);
  // The next look comes only once the one before is noted.
  await at.report(path);
  await eventually("a third look", () => at.hits(path) === 3);
  expect((await at.told(path)).map(({ verb }) => verb)).toEqual(["present"]);
});

test("another body under 404 says what the status says", async () => {
  await prober();
  at.pages.set("/removed", "picture 201 201");
  await at.report("/removed");
  await at.until("/removed", "present");
  at.pages.set("/removed", "404 picture 17 17");
  await at.report("/removed");
  await at.until("/removed", "gone");
});

describe("our own failures are no observations", () => {
  test("a fingerprint service that is away: tried again until it is back", async () => {
    await prober();
    at.fingerprint.mode = "away";
    at.pages.set("/away", "picture 9 9");
    await at.report("/away");
    await eventually("a second try", () => at.hits("/away") >= 2);
    expect(await at.told("/away")).toEqual([]);
    at.fingerprint.mode = "up";
    await at.until("/away", "present");
  });

  test("probes that fail five times without a name wait for a person", async () => {
    const clock = new MovableClock();
    await prober({}, clock);
    at.fingerprint.mode = "broken";
    onTestFinished(() => void (at.fingerprint.mode = "up"));
    at.pages.set("/poison", "picture 10 10");
    await at.report("/poison");
    for (let attempt = 1; attempt <= 5; attempt++) {
      await eventually(`try ${attempt}`, () => at.hits("/poison") >= attempt);
      await eventually("it is put back, and the pause is over", async () => {
        clock.advance(60_000);
        return attempt === 5 ? (await at.told("/poison")).length > 0 : at.hits("/poison") > attempt;
      });
    }
    expect(await at.until("/poison", "unreachable")).toMatchObject({ reason: ProbeReason.PROBE_FAILED });
    expect(at.hits("/poison")).toBe(5);
  });

  test("an hour in which nobody probed is not gone", async () => {
    const clock = new MovableClock();
    const first = await prober({ slotMs: 900_000 }, clock);
    at.pages.set("/hour", "picture 11 11");
    await at.report("/hour", { receivedTime: clock.now() });
    await at.until("/hour", "present");
    await first[Symbol.asyncDispose]();
    at.pages.delete("/hour");
    clock.advance(3_600_000);
    await prober({ slotMs: 900_000 }, clock);
    await eventually("the probe that fell due meanwhile", () => at.hits("/hour") >= 2);
    // However often it is asked for within one slot, one slot is missed.
    for (let i = 0; i < 3; i++) {
      const before = at.hits("/hour");
      await at.report("/hour", { receivedTime: clock.now() });
      await eventually("its probe", () => at.hits("/hour") > before);
    }
    expect(await at.until("/hour", "suspect_gone")).toMatchObject({ reason: ProbeReason.HTTP_NOT_FOUND });
    expect((await at.told("/hour")).map(({ verb }) => verb)).toEqual(["present", "suspect_gone"]);
  });
});

test("watched no longer after its time, and taken up again by a report", async () => {
  const clock = new MovableClock();
  await prober({ watchDays: 2 }, clock);
  at.pages.set("/old", "picture 12 12");
  await at.report("/old", { receivedTime: clock.now() });
  await at.until("/old", "present");
  clock.advance(3 * 24 * 3_600_000);
  expect(await at.until("/old", "closed")).toMatchObject({ state: TargetState.CLOSED, episode: 1 });
  const before = at.hits("/old");
  await at.report("/old", { receivedTime: clock.now() });
  await at.until("/old", "present");
  expect(at.hits("/old")).toBe(before + 1);
});

test("a probe in hand when the process stops is given back and done by the next one", async () => {
  // On a clock that stands still the lease of the first process never ends: only what was given back is due.
  const clock = new MovableClock();
  const first = await prober({}, clock);
  at.pages.set("/held", "hang");
  await at.report("/held");
  await eventually("it is in hand", () => at.hits("/held") === 1);
  await first[Symbol.asyncDispose]();
  at.pages.set("/held", "picture 13 13");
  await prober({}, clock);
  await at.until("/held", "present");
});

test("operators and assessors may ask what was seen, services may not", async () => {
  const running = await prober();
  at.pages.set("/asked", "picture 14 14");
  await at.report("/asked");
  await at.until("/asked", "present");
  const ask = async (kind: "operator" | "assessor" | "service", targetId: string) => {
    await using client = connect(ProbeServiceService, {
      address: running.address,
      identityDir: await at.bed.identity(kind, "somebody"),
    });
    try {
      return (await client.getTarget({ targetId })).target?.state;
    } catch (error) {
      return problemOf(error).reason;
    }
  };
  expect(await ask("operator", targetIdOf("/asked"))).toBe(TargetState.PRESENT);
  expect(await ask("assessor", targetIdOf("/asked"))).toBe(TargetState.PRESENT);
  expect(await ask("assessor", "0")).toBe("NOT_FOUND");
  expect(await ask("service", targetIdOf("/asked"))).toBe("NOT_ALLOWED");
});
