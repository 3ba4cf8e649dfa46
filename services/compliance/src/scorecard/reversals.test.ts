import { array, assert, boolean, integer, option, property, record } from "fast-check";
import { describe, expect, test } from "vitest";
import { at, timesExample } from "../../test/examples.ts";
import { values } from "../../test/score.ts";
import type { NoticeTimes } from "../timelines/timeline.ts";

const absent = { goneStrength: "GONE_STRENGTH_ABSENT" } as const;
const gone = (seconds: number, changed: Partial<NoticeTimes> = {}) =>
  timesExample({ standing: "gone", ...absent, lastSeenTime: at(seconds - 2), goneTime: at(seconds), ...changed });
const reversed = (withdrawn: number, changed: Partial<NoticeTimes> = {}) =>
  timesExample({
    standing: "withdrawn",
    reversed: true,
    withdrawnTime: at(withdrawn),
    goneTime: at(5),
    toRestore: true,
    ...changed,
  });
const restored = (withdrawn: number, seconds: number) =>
  reversed(withdrawn, { restored: true, restoredTime: at(seconds) });

describe("given one that was suspended", () => {
  const suspensions = [{ from: at(20), to: at(50) }];

  test("the provider's clock stood still: both bounds, claim and acknowledgement", () => {
    const card = values([
      gone(100, { suspensions, acknowledgedTime: at(60), answer: { outcome: "OUTCOME_REMOVED", time: at(70) } }),
    ]);
    expect(card).toMatchObject({
      observed_removal_time_median: 70,
      observed_removal_time_median_lower_bound: 68,
      observed_removal_time_median_censored: 70,
      acknowledgement_time_median: 30,
      claimed_removal_time_median: 40,
      report_to_removal_time_median: 200,
    });
  });

  test("what was gone before that is as it was", () => {
    expect(values([gone(10, { suspensions })])).toMatchObject({ observed_removal_time_median: 10 });
  });

  test("while it lasts it is open, counted as suspended, and watched until it began", () => {
    const waiting = timesExample({ suspended: true, suspensions: [{ from: at(20) }] });
    expect(values([waiting, gone(60)])).toMatchObject({
      open: 1,
      suspended: 1,
      observed_removal_time_p90: "not reached",
      observed_removal_time_p90_censored: 60,
    });
  });

  test("one of which nobody confirmed the doubt is counted, however it ends", () => {
    expect(values([gone(60, { lapsed: true }), timesExample()])).toMatchObject({ suspension_lapsed: 1 });
  });
});

describe("given decisions that were withdrawn", () => {
  test("they count for the authority and against no provider", () => {
    expect(values([reversed(100), gone(60), gone(60), timesExample({ offered: false })])).toMatchObject({
      issued: 4,
      offered: 3,
      withdrawn: 1,
      withdrawn_after_offer: 1,
      reversal_rate: 1 / 3,
      decision_to_withdrawal_time_median: 110,
      observed_gone: 2,
      open: 1,
    });
  });

  test("one that had not been sent is no reversal", () => {
    const unsent = timesExample({ standing: "withdrawn", offered: false });
    expect(values([unsent])).toMatchObject({ withdrawn: 1, withdrawn_after_offer: 0, reversal_rate: "not reached" });
  });

  test("restoration is from the withdrawal to the sighting", () => {
    expect(values([restored(100, 160), restored(100, 300)])).toMatchObject({
      to_restore: 2,
      restored: 2,
      restoration_time_median: 60,
      restoration_time_p90: 200,
    });
  });

  test("what is not there again counts as not yet there, also where the provider cannot", () => {
    const cannot = reversed(100, { cannotRestore: true });
    expect(values([restored(100, 160), cannot, reversed(100)])).toMatchObject({
      to_restore: 3,
      cannot_restore: 1,
      restoration_time_median: "not reached",
    });
  });

  test("what nobody is asked for, or was never taken down, is in no restoration time", () => {
    const withheld = reversed(100, { restoreWithheld: true, toRestore: false });
    const untouched = reversed(100, { goneTime: undefined, toRestore: false });
    expect(values([restored(100, 160), withheld, untouched])).toMatchObject({
      withdrawn_after_offer: 3,
      restore_withheld: 1,
      to_restore: 1,
      restoration_time_p90: 60,
    });
  });
});

const second = integer({ min: 0, max: 500 });
const anyReversed = record({ withdrawn: second, back: option(second), withheld: boolean() }).map(
  ({ withdrawn, back, withheld }) =>
    reversed(withdrawn, {
      restoreWithheld: withheld,
      toRestore: !withheld,
      restored: back !== null,
      restoredTime: back === null ? undefined : at(withdrawn + back),
    }),
);

test("a decision that is withdrawn changes no figure of a provider but the counts that name it", () => {
  const providers = (card: ReturnType<typeof values>) =>
    Object.entries(card).filter(([name]) => /^(acknowledgement|claimed_removal|observed_removal|report_to)/.test(name));
  assert(
    property(array(second.map((s) => gone(s))), array(anyReversed), (kept, taken) => {
      expect(providers(values([...kept, ...taken]))).toEqual(providers(values(kept)));
    }),
  );
});

test("a suspension never makes a time longer", () => {
  assert(
    property(array(record({ gone: second, from: second, length: second })), (all) => {
      const plain = values(all.map((one) => gone(one.gone)));
      const paused = values(
        all.map((one) => gone(one.gone, { suspensions: [{ from: at(one.from), to: at(one.from + one.length) }] })),
      );
      for (const [name, value] of Object.entries(paused)) {
        if (name.includes("_time_") && typeof value === "number")
          expect(value).toBeLessThanOrEqual(Number(plain[name]));
      }
    }),
  );
});
