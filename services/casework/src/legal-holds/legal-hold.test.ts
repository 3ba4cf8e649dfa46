import { sealer } from "@ntd/service";
import { expect, test } from "vitest";
import { openCase, type CaseFile } from "../cases/case.ts";
import { withConsequences, type CaseRules } from "../cases/consequences.ts";
import { published } from "../cases/publish.ts";
import { isKept, liftedLegalHold, withLegalHold } from "./legal-hold.ts";

const now = new Date("2026-11-20T00:00:00Z");
const later = (days: number) => new Date(now.getTime() + days * 86_400_000);
const key = (byte: number) => new Uint8Array(32).fill(byte);
const keys = sealer(
  new Map([
    ["words-2026-11", key(1)],
    ["held-2026-11", key(2)],
  ]),
);
const why = keys.seal("court 7/26", "words", now);
const by = (person: string, time = now) => ({ by: person, time });
const file: CaseFile = openCase("c", "t", 1, now);
const granted = (wish: object): CaseFile => {
  expect(wish).not.toHaveProperty("refused");
  return wish as CaseFile;
};
const kept = granted(withLegalHold(file, why, by("police/pia")));

test("one person sets it, once; others hear when, not why or who", () => {
  expect([isKept(file), isKept(kept)]).toEqual([false, true]);
  expect(withLegalHold(kept, why, by("assessor/ann"))).toMatchObject({ refused: "WRONG_STATE" });
  expect(published(kept).legalHold).toEqual({ sinceTime: now, liftedTime: undefined });
  expect(published(file)).not.toHaveProperty("legalHold");
});

test("two lift it, and it may be set again", () => {
  expect(liftedLegalHold(file, why, by("assessor/ann"))).toMatchObject({ refused: "WRONG_STATE" });
  const proposed = granted(liftedLegalHold(kept, why, by("police/pia")));
  expect(isKept(proposed)).toBe(true);
  expect(liftedLegalHold(proposed, why, by("assessor/pia"))).toMatchObject({ refused: "SAME_PERSON" });
  const lifted = granted(liftedLegalHold(proposed, why, by("assessor/ann")));
  expect(isKept(lifted)).toBe(false);
  expect(published(lifted).legalHold).toEqual({ sinceTime: now, liftedTime: now });
  expect(isKept(granted(withLegalHold(lifted, why, by("assessor/ann"))))).toBe(true);
});

test("a first word against it is forgotten after seven days", () => {
  const proposed = granted(liftedLegalHold(kept, why, by("police/pia")));
  expect(isKept(granted(liftedLegalHold(proposed, why, by("assessor/ann", later(7)))))).toBe(true);
});

test("whatever is written of it meanwhile is kept by that very write, and what is written of others is not", () => {
  const rules = {
    policeFirst: { rules: [], homeCountry: "MY" },
    icse: undefined,
    sealer: keys,
  } as unknown as CaseRules;
  const noted = (one: CaseFile): CaseFile => ({ ...one, notes: [{ text: why } as never] });
  const keyIds = (one: CaseFile) => [one.notes?.[0]?.text.keyId, one.legalHold?.reason.keyId];
  const after = (one: CaseFile) => keyIds(withConsequences(rules, one, noted(one), now));
  expect(after(file)).toEqual(["words-2026-11", undefined]);
  expect(after(kept)).toEqual(["held-2026-11", "held-2026-11"]);
  const lifted = { ...kept, legalHold: { reason: why, set: by("police/pia"), lifted: by("assessor/ann") } };
  expect(after(lifted)[0]).toBe("words-2026-11");
});
