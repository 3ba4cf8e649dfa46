import { describe, expect, test } from "vitest";
import { begun } from "./begun.ts";
import { askedFor, compared, failed, newConnector, pulled, tookPage, type ConnectorState } from "./connector.ts";

const at = (minutes: number) => new Date(Date.UTC(2026, 0, 1) + minutes * 60_000);
const START = at(-1000);
const EVERY = 3_600_000;
const fresh = newConnector({ name: "npo", kind: "ncmec", setId: "npo" }, at(0));
const page = { bytes: 1, entries: 1, readable: 1, tombstones: 0, digest: "d", end: "t" };
/** Everything up to then was pulled. */
const upTo = (minute: number, algorithms?: readonly string[]): ConnectorState =>
  pulled(
    tookPage(begun(fresh, START, undefined, at(minute), algorithms), page, [], at(minute)),
    "r",
    EVERY,
    at(minute),
  );
const rangeOf = (state: ConnectorState, base?: string, algorithms?: readonly string[]) =>
  begun(state, START, base, at(100), algorithms).range;

describe("a range begins", () => {
  test("with all that there is while nothing was pulled, or nothing is in force; else where the last one ended", () => {
    const done = upTo(0);
    expect(rangeOf(fresh, "base")).toMatchObject({ from: START, isAll: true, asLines: true });
    expect(rangeOf(done)).toMatchObject({ from: START, isAll: true });
    expect(rangeOf(done)?.asLines).toBeUndefined();
    expect(rangeOf(done, "base")).toMatchObject({ from: done.checkpoint, isAll: false });
  });

  test("anew once an operator wants all, and then where it ended again; what the partner called it is void", () => {
    const asked = begun(askedFor(upTo(0), at(1), true), START, "base", at(100));
    expect(asked).toMatchObject({ range: { from: START, isAll: true }, checkpoint: upTo(0).checkpoint });
    expect([asked.token, asked.again, asked.range?.replaces]).toEqual([undefined, undefined, undefined]);
    const done = pulled(tookPage(asked, page, [], at(100)), "r2", EVERY, at(100));
    expect(begun(done, START, "base", at(200)).range).toMatchObject({ isAll: false });
  });

  test("anew where other kinds of hashes are wanted, and not where they are as they were", () => {
    const md5 = upTo(0, ["md5"]);
    expect(md5.algorithms).toEqual(["md5"]);
    expect(rangeOf(md5, "base", ["md5"])).toMatchObject({ isAll: false, algorithms: ["md5"] });
    expect(rangeOf(md5, "base", ["md5", "pdq"])).toMatchObject({ isAll: true, algorithms: ["md5", "pdq"] });
    expect(rangeOf(md5, "base")).toMatchObject({ isAll: true });
    expect(rangeOf(upTo(0), "base", ["md5"])).toMatchObject({ isAll: true });
  });

  test("anew and in place of all that is in force, where the stores went apart; what was in hand is void", () => {
    const inHand = begun(upTo(0), START, "base", at(90));
    const apart = compared(inHand, "replaces", at(91));
    expect([apart.range, apart.token, apart.comparedTime]).toEqual([undefined, undefined, at(91)]);
    expect(rangeOf(apart, "base")).toMatchObject({ isAll: true, replaces: true, asLines: true });
    expect(rangeOf(apart)?.replaces).toBeUndefined();
    expect(compared(inHand, undefined, at(91)).range).toEqual(inHand.range);
  });

  test("anew where the last one ended in a time to come: a clock that was wrong said so, and nothing would be pulled until then", () => {
    const ahead = { ...upTo(30 * 24 * 60), token: "t" };
    const again = begun(ahead, START, "base", at(100));
    expect(again).toMatchObject({ range: { from: START, isAll: true } });
    expect(again.token).toBeUndefined();
    expect(begun(upTo(101), START, "base", at(100)).range).toBeUndefined();
  });

  test("anew after a pause where the partner does not know where we were", () => {
    const inHand = begun(upTo(0), START, "base", at(90));
    const lost = failed(inHand, { fault: "ANSWER", sentence: "s", isPassing: true, startsOver: true }, at(91));
    expect(lost).toMatchObject({ failure: { count: 1 }, again: "adds" });
    expect([lost.range, lost.token, lost.dueAt > at(91)]).toEqual([undefined, undefined, true]);
  });
});
