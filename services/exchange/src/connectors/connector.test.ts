import { describe, expect, test } from "vitest";
import type { ReadPage } from "../pulls/range.ts";
import { begun } from "./begun.ts";
import {
  askedFor,
  bringing,
  claimed,
  decided,
  failed,
  fromTheBeginning,
  idle,
  newConnector,
  overtaken,
  pulled,
  tookPage,
  waiting,
  type ConnectorState,
} from "./connector.ts";
import { degradedBy } from "./degraded.ts";
import { pauseMs, type Failed } from "./fault.ts";

const at = (minutes: number) => new Date(Date.UTC(2026, 0, 1) + minutes * 60_000);
const EVERY = 30 * 60_000;
const DAY = 24 * 3_600_000;
const START = at(-1000);
const fresh = newConnector({ name: "ncmec", kind: "ncmec", setId: "ncmec" }, at(0));
const mine = claimed(fresh, "a", at(0)) ?? expect.fail();
const page = (more: Partial<ReadPage> = {}): ReadPage => ({
  bytes: 1,
  entries: 1,
  readable: 1,
  tombstones: 0,
  digest: "d",
  ...more,
});
const reading = begun(mine, START, undefined, at(0));
const unreachable: Failed = { fault: "UNREACHABLE", sentence: "no answer", isPassing: true };
const credentials: Failed = { fault: "CREDENTIALS", sentence: "401", isPassing: false };
const failing = (by: Failed, times: number, state = reading, minute = 1) =>
  Array.from({ length: times }).reduce<ConnectorState>((now) => failed(now, by, at(minute)), state);

describe("a connector is claimed", () => {
  test("when it is due, by one; by another one when the lease is over, or is none", () => {
    expect(mine.lease).toEqual({ by: "a", until: at(1) });
    expect(claimed(mine, "b", at(0.5))).toBeUndefined();
    expect(claimed(mine, "b", at(1))?.lease?.by).toBe("b");
    const wrongClock = { ...mine, lease: { by: "a", until: at(500) } };
    expect(claimed(wrongClock, "b", at(0.5))?.lease?.by).toBe("b");
  });

  test("when what it waits for is further away than any pause: the clock was wrong that said so", () => {
    const ahead = idle(mine, EVERY, at(7 * 24 * 60));
    expect(claimed(ahead, "b", at(0), EVERY)?.lease?.by).toBe("b");
    const [soon, daily] = [idle(mine, EVERY, at(5 * 60)), idle(mine, DAY, at(0))];
    expect([claimed(soon, "b", at(0), EVERY), claimed(daily, "b", at(0), DAY)]).toEqual([undefined, undefined]);
    // Nor by a replica whose clock is a little behind.
    expect(claimed(daily, "b", at(-0.1), DAY)).toBeUndefined();
  });

  test("not before its time, but when an operator wants it", () => {
    const later = idle(mine, EVERY, at(0));
    expect([later.lease, claimed(later, "b", at(29))]).toEqual([undefined, undefined]);
    expect(claimed(askedFor(later, at(29)), "b", at(29))?.lease?.by).toBe("b");
  });
});

test("the range is frozen once: it goes on where it was, whatever time it is", () => {
  expect(reading.range).toMatchObject({ from: START });
  expect(begun(reading, START, undefined, at(100)).range).toEqual(reading.range);
  const later = { ...mine, checkpoint: at(-10) };
  expect(begun(later, START, "base", at(0)).range?.from).toEqual(at(-10));
  expect(begun(later, START, undefined, at(0)).range?.from).toEqual(START);
});

test("dead links are asked for anew, for less", () => {
  const paging = tookPage(reading, page({ next: "/2" }), [], at(0));
  const later = begun(paging, START, undefined, at(12 * 60));
  expect([later.range?.next, later.range?.part.pages]).toEqual([undefined, 0]);
  expect(later.range?.partTo.getTime()).toBeLessThan(at(0).getTime());
});

describe("pulled", () => {
  const read = tookPage(reading, page(), ["a", "a"], at(1));
  const done = pulled(bringing(read, { base: "base" }), "r1", EVERY, at(1));

  test("the checkpoint moves only with the whole range, and the release is awaited", () => {
    expect(read.checkpoint).toBeUndefined();
    expect(done).toMatchObject({ checkpoint: read.range?.to, lastSuccess: at(1), dueAt: at(31), releaseId: "r1" });
    expect([done.awaited?.base, done.range, done.lease, done.unknown]).toEqual(["base", undefined, undefined, ["a"]]);
    expect(done.totals).toMatchObject({ pulls: 1, pages: 1, entries: 1, releases: 1 });
    expect([waiting(done, at(31)).dueAt, decided(done).awaited]).toEqual([at(32), undefined]);
  });

  test("a range without anything makes no release", () => {
    const nothing = pulled(read, undefined, EVERY, at(1));
    expect([nothing.releaseId, nothing.awaited, nothing.totals.releases]).toEqual([undefined, undefined, 0]);
  });

  test("what was made of something else than what is in force now is brought once more, and counted once", () => {
    const again = overtaken(done);
    expect(again).toMatchObject({ range: { isRead: true }, attempt: 1, isAgain: true });
    expect([again.awaited, again.bringing]).toEqual([undefined, undefined]);
    const twice = pulled(bringing(again, { base: "other" }), "r2", EVERY, at(2));
    expect(twice).toMatchObject({ releaseId: "r2", attempt: 0, awaited: { base: "other", attempt: 1 } });
    expect(twice.totals).toMatchObject({ pulls: 1, entries: 1, releases: 2 });
    expect([twice.isAgain, twice.checkpoint]).toEqual([undefined, done.checkpoint]);
  });

  test("a part, while nothing is in force, makes way for all", () => {
    const all = fromTheBeginning({ ...read, checkpoint: at(-10) }, at(1));
    expect([all.range, all.checkpoint, all.lease, all.attempt]).toEqual([undefined, undefined, undefined, 1]);
  });

  test("what is behind goes on at once", () => {
    expect(pulled(read, "r1", EVERY, at(100)).dueAt).toEqual(at(100));
    // By the partner's clock there is nothing that could.
    const settled = tookPage(reading, page({ asOf: at(-120) }), [], at(0));
    expect(pulled(settled, "r1", EVERY, at(0))).toMatchObject({ checkpoint: settled.range?.to, dueAt: at(30) });
  });
});

describe("failed", () => {
  test("pauses grow, from seconds where it may pass, from a quarter of an hour where somebody has to see to it", () => {
    expect([1, 2, 3, 10, 1000].map((n) => pauseMs(unreachable, n) / 1000)).toEqual([5, 10, 20, 600, 600]);
    expect([1, 2, 3, 9].map((n) => pauseMs(credentials, n) / 60_000)).toEqual([15, 30, 60, 60]);
  });

  test("the exchange's own word counts where it is longer, up to six hours", () => {
    const asks = (seconds: number) => pauseMs({ ...unreachable, retryAfterMs: seconds * 1000 }, 1) / 1000;
    expect([asks(1), asks(120), asks(1e9)]).toEqual([5, 120, 6 * 3600]);
  });

  test("keeps what came, and a page that comes ends it", () => {
    const paging = tookPage(reading, page({ next: "/2" }), [], at(0));
    const kept = failing(unreachable, 2, paging);
    expect(kept).toMatchObject({ range: { next: "/2" }, failure: { count: 2, first: at(1), last: at(1) } });
    expect(kept.lease).toBeUndefined();
    expect(tookPage(kept, page(), [], at(2)).failure).toBeUndefined();
  });

  test("five faulty pages in a row ask for the part from its first page", () => {
    const paging = tookPage(reading, page({ next: "/2" }), [], at(0));
    expect(failing(unreachable, 5, paging).range).toMatchObject({ part: { pages: 1 } });
    const astray = failing({ ...unreachable, fault: "PAGE" }, 5, paging).range;
    expect(astray).toMatchObject({ part: { pages: 0 } });
    expect([reading.range?.name, astray?.name].map((name) => name?.split(" ").length)).toEqual([2, 3]);
  });

  test("pages without an end are asked for from the first one", () => {
    const endless = tookPage(reading, page({ next: "/2", bytes: 2 ** 33 }), [], at(0));
    const limit = { fault: "LIMIT", sentence: "s", isPassing: false } as const;
    expect(failed(endless, limit, at(1)).range).toMatchObject({ part: { pages: 0, bytes: 0 } });
    const other = tookPage(reading, page({ next: "/2" }), [], at(0));
    expect(failed(other, limit, at(1)).range).toMatchObject({ part: { pages: 1 }, next: "/2" });
  });

  test("a list that was refused is asked for anew, as an upload of its own", () => {
    const read = tookPage(reading, page(), [], at(1));
    const refused = failed(read, { fault: "LIST", sentence: "s", isPassing: false }, at(1));
    expect(refused).toMatchObject({ attempt: 1, range: { isRead: false, whole: { pages: 0 }, to: read.range?.to } });
    expect(pulled(tookPage(refused, page(), [], at(2)), "r", EVERY, at(2)).attempt).toBe(0);
  });
});

test("health hears at once of what takes a hand, of the third failure in a row, and of what is late or waits for a person too long", () => {
  const says = (state: ConnectorState, minute = 1) =>
    degradedBy(state, { everyMs: EVERY, decideMs: 3 * DAY }, at(minute));
  expect(says(reading)).toBe("");
  expect(says(failing(credentials, 1))).toBe("CREDENTIALS");
  expect([1, 2, 3].map((n) => says(failing(unreachable, n)))).toEqual(["", "", "UNREACHABLE"]);
  const waits = pulled(bringing(tookPage(reading, page(), [], at(1)), { base: "base" }), "r1", EVERY, at(1));
  const days = 3 * 24 * 60;
  expect([says(waits, days), says(waits, days + 2), says(decided(waits), days + 2)]).toEqual(["", "RELEASE_WAITS", ""]);
  expect([says(failing(unreachable, 1), 89), says(failing(unreachable, 1), 91)]).toEqual(["", "UNREACHABLE"]);
});
