import { eventually } from "@ntd/testing";
import { longest } from "@ntd/testing/runs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openProberBed, type ProberBed } from "./bed.ts";

let at: ProberBed;
beforeAll(async () => {
  at = await openProberBed();
});
afterAll(() => at[Symbol.asyncDispose]());

const REPORTS = 5000;

test(
  "what thousands report is looked at a few times, and nobody waits behind them",
  { timeout: longest(240_000) },
  async () => {
    await using _ = await at.startProber({ slotMs: 24 * 3_600_000 });
    at.pages.set("/viral", "picture 8 8");
    at.pages.set("/calm", "picture 9 9");
    at.pages.set("/last", "picture 9 10");
    for (let from = 0; from < REPORTS; from += 250) {
      const some = Array.from({ length: 250 }, (_, i) => `sender-${(from + i) % 40}`);
      await Promise.all(some.map((fairnessKey) => at.reportAll(["/viral"], { fairnessKey })));
      if (from === REPORTS / 2) await at.report("/calm", { fairnessKey: "calm" });
    }
    await eventually("the other's first look", () => at.hits("/calm") > 0);
    // Behind all of them: what was reported before it was read before it.
    await at.report("/last", { fairnessKey: "last" });
    await at.until("/last", "present");
    await at.until("/viral", "present");
    // Each look is made by two eyes.
    expect(at.hits("/viral")).toBeLessThanOrEqual(3 * 2);
    expect(at.hits("/viral")).toBeGreaterThan(0);
  },
);
