import { expect, test } from "vitest";
import { reports } from "../../test/facts.ts";
import type { Flag } from "./case.ts";
import { isLifeAtRisk } from "./life-at-risk.ts";

const reason = { keyId: "2026-03", nonce: new Uint8Array(12), ciphertext: new Uint8Array(20) };
const flag = (is: boolean): { lifeAtRisk: Flag } => ({
  lifeAtRisk: { is, by: "police/pat", time: new Date(0), reason },
});

test("anybody's report says that life is at risk; what waits for nothing needs one that is trusted", () => {
  const said = { reports: reports({ lifeAtRisk: "said" }) };
  expect([isLifeAtRisk(said), isLifeAtRisk(said, "trusted")]).toEqual([true, false]);
  const trusted = { reports: reports({ lifeAtRisk: "trusted" }) };
  expect([isLifeAtRisk(trusted), isLifeAtRisk(trusted, "trusted")]).toEqual([true, true]);
  expect(isLifeAtRisk({ reports: reports() })).toBe(false);
});

test("a person's word stands above all reports, whichever it is", () => {
  for (const by of [undefined, "trusted"] as const) {
    expect(isLifeAtRisk({ flags: flag(false), reports: reports({ lifeAtRisk: "trusted" }) }, by)).toBe(false);
    expect(isLifeAtRisk({ flags: flag(true), reports: reports() }, by)).toBe(true);
  }
});
