import { describe, expect, test } from "vitest";
import { file, hit, later, match, noon, target } from "../../test/facts.ts";
import type { CaseFile } from "../cases/case.ts";
import { published } from "../cases/publish.ts";
import { answered, asking, icseWaitsSince, isRaisedByIcse, withIcse } from "./icse.ts";

const unknown = file({ target: target(), match: match([]) });
const other = target({ fingerprints: [{ algorithm: "ALGORITHM_MD5", value: new Uint8Array(16), quality: 0 }] });
const due = withIcse(unknown, noon);
const content = due.icse?.content ?? "";

describe("what is asked", () => {
  test.each<[string, CaseFile, boolean]>([
    ["what no list has", unknown, true],
    [
      "what only looks like something",
      { ...unknown, match: match([hit({ algorithm: "ALGORITHM_BLOCKHASH256" })]) },
      true,
    ],
    ["what a list has", { ...unknown, match: match([hit()]) }, false],
    ["before it was matched", { ...unknown, match: undefined }, false],
    ["what nobody saw", { ...unknown, target: target({ fingerprints: [] }) }, false],
  ])("%s", (_, one, is) => expect(icseWaitsSince(withIcse(one, noon)) !== undefined).toBe(is));

  test("each content once: an answer stays with it, and another content is asked anew", () => {
    expect(withIcse(due, later(9))).toBe(due);
    const known = answered(due, content, "ASSESSMENT_UNKNOWN", later(1));
    expect(withIcse(known, later(9))).toBe(known);
    const changed = withIcse({ ...known, target: other }, later(9));
    expect(changed.icse).toEqual({
      content: expect.not.stringMatching(content),
      sinceTime: later(9),
      dueTime: later(9),
    });
  });

  test("the same fingerprints in another order are the same content", () => {
    const two = [...(unknown.target?.fingerprints ?? []), ...other.fingerprints];
    const asked = withIcse({ ...unknown, target: target({ fingerprints: two }) }, noon);
    const turned = { ...asked, target: target({ fingerprints: two.toReversed() }) };
    expect(withIcse(turned, later(9))).toBe(turned);
  });

  test("what a list has by now is not waited for; once it has it no more it is", () => {
    const listed = withIcse({ ...due, match: match([hit()]) }, later(5));
    expect(icseWaitsSince(listed)).toBeUndefined();
    expect(icseWaitsSince(withIcse({ ...listed, match: match([]) }, later(9)))).toEqual(later(9));
  });
});

describe("who asks", () => {
  test("has it to themselves until the lease is over, and the first time is kept", () => {
    const mine = asking(due, later(1), later(60));
    expect(asking(mine, later(2), later(61))).toBe(mine);
    const again = asking(mine, later(60), later(120));
    expect(again.icse).toMatchObject({ askedTime: later(1), dueTime: later(120), sinceTime: noon });
  });

  test("what is not due is not asked", () => expect(asking(unknown, noon, later(60))).toBe(unknown));
});

describe("the answer", () => {
  const asked = asking(due, later(1), later(60));

  test("is kept, the first one, and told with both times; nothing is told before", () => {
    expect(published(asked).icse).toBeUndefined();
    const known = answered(asked, content, "ASSESSMENT_BASELINE", later(2));
    expect(published(known).icse).toEqual({
      assessment: "ASSESSMENT_BASELINE",
      askedTime: later(1),
      answeredTime: later(2),
    });
    expect(icseWaitsSince(known)).toBeUndefined();
    expect(answered(known, content, "ASSESSMENT_UNKNOWN", later(3))).toBe(known);
  });

  test("about something else that was there is none", () => {
    expect(
      answered(withIcse({ ...asked, target: other }, later(2)), content, "ASSESSMENT_BASELINE", later(3)).icse?.answer,
    ).toBeUndefined();
  });

  test.each([
    ["ASSESSMENT_BASELINE", true],
    ["ASSESSMENT_NATIONALLY_ILLEGAL", true],
    ["ASSESSMENT_NOT_ILLEGAL", false],
    ["ASSESSMENT_UNKNOWN", false],
  ] as const)("%s raises it: %s; it decides nothing", (assessment, is) => {
    const known = answered(asked, content, assessment, later(2));
    expect(isRaisedByIcse(known)).toBe(is);
    expect(published(known)).toMatchObject({
      priority: is ? "PRIORITY_RAISED" : "PRIORITY_NORMAL",
      lane: is ? "LANE_RAISED" : "LANE_NORMAL",
      decision: undefined,
      state: published(unknown).state,
    });
  });
});
