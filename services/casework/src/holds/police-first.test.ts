import { readFileSync } from "node:fs";
import { WITHDRAWS_NOTHING } from "@ntd/facts";
import type { Verdict } from "@ntd/proto/casework/v1/case";
import { parseData } from "@ntd/service";
import { expect, test } from "vitest";
import { file, hit, later, match, noon, reports, target } from "../../test/facts.ts";
import type { CaseFile } from "../cases/case.ts";
import { holdsInForce, withExpired } from "./hold.ts";
import { readPoliceFirst, withPoliceFirst, type PoliceFirst } from "./police-first.ts";

const path = new URL("../../../../deploy/policy/police-first.yaml", import.meta.url);
const rules = parseData(readFileSync(path, "utf8"), "police-first.yaml", readPoliceFirst);
const here: PoliceFirst = { rules, homeCountry: "MY" };

const open = (change: Partial<CaseFile> = {}) =>
  file({ target: target({ hostingCountry: "MY" }), match: match([]), ...change });
function told(before: CaseFile, verdict: Verdict = "VERDICT_ILLEGAL", decisionId = "d1"): CaseFile {
  const of = { decidedBy: "assessor/ann", decidedTime: noon, classifications: [], basis: "", reason: undefined };
  const decision = { ...of, decisionId, verdict, despiteGone: false, ...WITHDRAWS_NOTHING };
  return { ...before, progress: { kind: "decided" }, decisions: [...before.decisions, decision] };
}
const minutes = (before: CaseFile, policy = here) => {
  const [hold] = holdsInForce(withPoliceFirst(before, told(before), policy, noon));
  return hold === undefined ? 0 : (hold.expireTime.getTime() - noon.getTime()) / 60_000;
};

test("unknown material that is hosted here waits two hours, known material and what is abroad for nobody", () => {
  expect(minutes(open())).toBe(120);
  expect(minutes(open({ match: match([hit({ autoIssue: false })]) }))).toBe(0);
  expect(minutes(open({ target: target({ hostingCountry: "NL" }) }))).toBe(0);
  expect(minutes(open({ target: target() }))).toBe(0);
  expect(minutes(open(), { ...here, homeCountry: "" })).toBe(0);
  expect(minutes(open(), { ...here, rules: [] })).toBe(0);
  const alone: PoliceFirst = { ...here, rules: [{ when: "unknown_hosted_here", minutes: 60 }] };
  expect(minutes(open(), alone)).toBe(60);
  expect(minutes(open({ match: match([hit()]) }), alone)).toBe(0);
});

test("a rule may wait from no time to a day", () => {
  const read = (some: number) =>
    parseData(`rules:\n  - when: known\n    minutes: ${some}\n`, "police-first.yaml", readPoliceFirst);
  for (const some of [0, 1440]) expect(read(some)).toEqual([{ when: "known", minutes: some }]);
  for (const some of [-1, 0.5, 1441]) expect(() => read(some)).toThrow(/minutes is no whole number from 0 to 1440/);
});

test("where life is at risk known material waits, too, by a word that is trusted; unknown material by anybody's", () => {
  const known = (lifeAtRisk: "said" | "trusted") => open({ match: match([hit()]), reports: reports({ lifeAtRisk }) });
  expect([minutes(known("trusted")), minutes(known("said"))]).toEqual([120, 0]);
  const abroad = target({ hostingCountry: "NL" });
  expect(minutes(open({ target: abroad, reports: reports({ lifeAtRisk: "said" }) }))).toBe(120);
});

test("only what is told is held: nothing that is held back, decided otherwise or told before", () => {
  const before = open();
  const back = { kind: "held", reason: "QUEUE_REASON_NO_HIT", queuedTime: noon, holder: "assessor/ann" } as const;
  const heldBack: CaseFile = { ...told(before), progress: { ...back, dueTime: later(60) } };
  expect(withPoliceFirst(before, heldBack, here, noon)).toBe(heldBack);
  const due = told(before);
  expect(holdsInForce(withPoliceFirst(heldBack, due, here, later(60)))).toMatchObject([
    { cause: "HOLD_CAUSE_POLICE_FIRST", by: "unknown_hosted_here", sinceTime: later(60), expireTime: later(60 + 7200) },
  ]);
  for (const verdict of ["VERDICT_NOT_ILLEGAL", "VERDICT_OUT_OF_SCOPE"] as const) {
    const other = told(before, verdict);
    expect(withPoliceFirst(before, other, here, noon)).toBe(other);
  }
  expect(withPoliceFirst(due, due, here, noon)).toBe(due);
});

test("a case waits once: what is decided again later does not", () => {
  const first = withPoliceFirst(open(), told(open()), here, noon);
  const over = withExpired(first, later(7200));
  const again = told(over, "VERDICT_ILLEGAL", "d2");
  expect(withPoliceFirst(over, again, here, later(8000))).toBe(again);
});

test("a file that is none is refused with every fault", () => {
  const read = () =>
    parseData(
      "rules:\n  - when: sometimes\n    minutes: 2000\n  - when: known\n    minutes: 0\n    and: more\nelse: 1\n",
      "police-first.yaml",
      readPoliceFirst,
    );
  expect(read).toThrow(/else is unknown; it takes rules/);
  expect(read).toThrow(/rules\[0\]\.when is none of/);
  expect(read).toThrow(/rules\[0\]\.minutes is no whole number/);
  expect(read).toThrow(/rules\[1\]\.and is unknown; it takes when, minutes/);
});
