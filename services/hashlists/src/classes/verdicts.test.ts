import { expect, test } from "vitest";
import { isNoVerdictBehind, isVerdict, saysHarmless, speaksAgainst } from "./verdicts.ts";

test.each<[text: string, verdict: boolean, harmless: boolean, behind: boolean, against: boolean]>([
  ["2", true, false, false, false],
  ["0", false, false, false, true],
  ["NULL", false, false, false, true],
  ["unbekannt", false, false, true, true],
  ["Nicht relevant", false, true, true, true],
  ["Unauffällig", false, true, true, true],
  ["false positive", false, true, true, true],
  // Of a column of results it says that something worked.
  ["OK", true, false, true, false],
  ["seen, disputed", true, false, false, true],
  ["not harmless", true, false, false, false],
  ["harmless.jpg", true, false, false, false],
  ["", true, false, false, false],
])("%s", (text, ...is) => {
  expect([isVerdict(text), saysHarmless(text), isNoVerdictBehind(text), speaksAgainst(text)]).toEqual(is);
});
