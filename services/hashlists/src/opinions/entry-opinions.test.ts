import { describe, expect, test } from "vitest";
import { afterCall, disabledBy, enabledBy, endsAt, expired, nothingSaid, rankOf } from "./entry-opinions.ts";
import { untold, withDoubt, withNote } from "./entry-opinions.ts";
import type { EntryOpinionsState } from "./entry-opinions.ts";

const of = nothingSaid("set", "entry");
const at = (day: number) => new Date(Date.UTC(2026, 0, day));
const says = (before: EntryOpinionsState, callId: string, opinion?: "NEGATIVE" | "POSITIVE" | "SEED", by = "anna") => {
  const given = { person: `maintainer/${by}`, organisation: by, note: "", time: at(1) };
  return afterCall(before, callId, { ...given, ...(opinion && { opinion: `ENTRY_OPINION_${opinion}` }) });
};
const disabled = (before: EntryOpinionsState, by: string, day: number, days = 7) => {
  const after = disabledBy(before, { by: `maintainer/${by}`, reason: "a doubt", days, now: at(day) });
  if (typeof after === "string") throw new Error(after);
  return after;
};

describe("given an opinion", () => {
  test("the same call again changes nothing, also when the opinion is another by now", () => {
    const first = says(of, "1", "NEGATIVE");
    const second = first && says(first, "2", "POSITIVE");
    expect(second && says(second, "1", "NEGATIVE")).toBeUndefined();
    expect(second?.given.map(({ opinion }) => opinion)).toEqual(["ENTRY_OPINION_POSITIVE"]);
  });

  test("what counts of it is to be told; a seed counts for nothing", () => {
    const negative = says(of, "1", "NEGATIVE") ?? of;
    expect(untold(negative)).toEqual({ leastVotes: 0, disputed: true, disabled: false });
    expect(untold(says(negative, "2") ?? of)).toBeUndefined();
    expect(untold(says(of, "1", "SEED") ?? of)).toBeUndefined();
  });

  test("disputed ones come first, then disabled ones, then others, then those with notes alone", () => {
    const note = withNote(of, { noteId: "n", text: "hm", by: "maintainer/anna", time: at(1) });
    const all = [note === "TOO_MANY" ? of : note, says(of, "1", "SEED") ?? of, disabled(of, "anna", 1)];
    expect([...all, says(of, "1", "NEGATIVE") ?? of].map(rankOf)).toEqual([3, 2, 1, 0]);
  });
});

describe("given a disabled entry", () => {
  const now = disabled(of, "anna", 1);

  test("it ends by itself when its time is over, and not before", () => {
    expect(untold(now)).toMatchObject({ disabled: true });
    expect(expired(now, at(7))).toBeUndefined();
    const over = expired(now, at(8));
    expect(over?.disabling?.ended).toEqual({ time: at(8) });
    expect(over && untold(over)).toBeUndefined();
    expect(over && expired(over, at(9))).toBeUndefined();
  });

  test("again takes another person, in whatever kind of identity", () => {
    for (const before of [now, expired(now, at(8)) ?? of]) {
      expect(disabledBy(before, { by: "operator/anna", reason: "", days: 1, now: at(9) })).toBe("SAME_PERSON");
      expect(disabled(before, "ben", 9).disabling).toMatchObject({ by: "maintainer/ben", untilTime: at(16) });
    }
  });

  test("while it lasts, a longer one of another person takes its place, and no other", () => {
    const by = (name: string, day: number, days: number) =>
      disabledBy(now, { by: `maintainer/${name}`, reason: "mine", days, now: at(day) });
    expect([by("ben", 2, 1), by("ben", 2, 6), by("anna", 2, 30)]).toEqual(["LASTS", "LASTS", "SAME_PERSON"]);
    const longer = { by: "maintainer/ben", reason: "mine", sinceTime: at(2), untilTime: at(9) };
    expect(by("ben", 2, 7)).toMatchObject({ disabling: longer });
    // Its time is over, and no loop has noted that yet.
    expect(by("ben", 8, 1)).toMatchObject({ disabling: { untilTime: at(9) } });
    const ended = enabledBy(now, "maintainer/carl", at(2)) ?? of;
    expect(disabled(ended, "ben", 2, 1).disabling).toMatchObject({ untilTime: at(3) });
  });

  test("somebody can end it before its time, once", () => {
    const ended = enabledBy(now, "maintainer/ben", at(2));
    expect(ended?.disabling?.ended).toEqual({ time: at(2), by: "maintainer/ben" });
    expect(ended && enabledBy(ended, "maintainer/ben", at(2))).toBeUndefined();
  });
});

describe("given a doubt about the decision that an entry is listed for", () => {
  const now = withDoubt(of, { suspended: true, untilTime: at(2) }) ?? of;

  test("it is not found, and found again as disputed when that lapses", () => {
    expect(untold(now)).toEqual({ leastVotes: 0, disputed: false, disabled: true });
    expect([endsAt(now), expired(now, at(1))]).toEqual([at(2), undefined]);
    const lapsed = expired(now, at(2)) ?? of;
    expect(untold(lapsed)).toEqual({ leastVotes: 0, disputed: true, disabled: false });
    expect([endsAt(lapsed), expired(lapsed, at(3))]).toEqual([undefined, undefined]);
  });

  test("the same again changes nothing, and it is as it was once that is over", () => {
    expect(withDoubt(now, { suspended: true, untilTime: at(2) })).toBeUndefined();
    expect(withDoubt(now, undefined)).toEqual(of);
    expect(withDoubt(of, undefined)).toBeUndefined();
    expect(endsAt(withDoubt(now, { suspended: true }) ?? of)).toBeUndefined();
  });

  test("nobody ends it, and what a person disabled lasts beside it", () => {
    expect(enabledBy(now, "maintainer/anna", at(1))).toBeUndefined();
    const both = disabled(now, "anna", 1, 3);
    const lapsed = expired(both, at(3)) ?? of;
    expect([lapsed.doubt, untold(lapsed)?.disabled, endsAt(lapsed)]).toEqual([{ suspended: false }, true, at(4)]);
    expect(untold(expired(lapsed, at(4)) ?? of)).toMatchObject({ disputed: true, disabled: false });
  });
});

describe("given what was done with an entry", () => {
  const note = { noteId: "n", text: "hm", by: "maintainer/anna", time: at(1) };
  const kinds = (state: EntryOpinionsState | undefined) =>
    state?.acts?.map(({ kind, by = "" }) => `${kind} ${by}`.trim());

  test("each act is for the history, in the write that does it", () => {
    const before = withNote(of, note);
    const now = disabled(before === "TOO_MANY" ? of : before, "ben", 1);
    expect(kinds(expired(now, at(8)))).toEqual(["noted maintainer/anna", "disabled maintainer/ben", "enabled"]);
    expect(kinds(enabledBy(now, "maintainer/carl", at(2)))?.at(-1)).toBe("enabled maintainer/carl");
    // What is no act is none.
    expect(says(of, "1", "NEGATIVE")?.acts).toBeUndefined();
  });

  test("what an earlier version left in it comes first, once", () => {
    const { acts: _, ...left } = disabled(of, "ben", 1);
    const old: EntryOpinionsState = { ...left, notes: [note] };
    const next = withNote(old, { ...note, by: "maintainer/carl" });
    if (next === "TOO_MANY") throw new Error(next);
    const all = ["noted maintainer/anna", "disabled maintainer/ben", "noted maintainer/carl"];
    expect(kinds(next)).toEqual(all);
    expect(kinds(expired({ ...next, acts: [] }, at(8)))).toEqual(["enabled"]);
    expect(kinds(expired(old, at(8)))).toEqual([...all.slice(0, 2), "enabled"]);
  });
});

test("an entry takes fifty notes", () => {
  const note = { noteId: "n", text: "hm", by: "maintainer/anna", time: at(1) };
  let full: EntryOpinionsState = of;
  for (let n = 0; n < 50; n++) {
    const more = withNote(full, note);
    if (more === "TOO_MANY") throw new Error("too early");
    full = more;
  }
  expect(withNote(full, note)).toBe("TOO_MANY");
});
