import { describe, expect, test } from "vitest";
import { aNotice, at, sealedNothing } from "../../test/examples.ts";
import type { Notice } from "../notices/notice.ts";
import { claimed, dueAtOf, laneOf, recorded, refused, released, unsent } from "./sending.ts";

const fresh = (change: Partial<Notice> = {}): Notice => aNotice({ route: "ROUTE_HOTLINE", country: "NL", ...change });
const stamped = fresh({ offeredTime: at(1) });
const signed = { payload: sealedNothing, signature: "", traceparent: "" };
const suspension = { suspendedTime: at(2), cause: "DOUBT_CAUSE_REOPENED" as const, doubtSince: at(2), revision: 0 };

describe("what waits for the link", () => {
  test.each<[string, Notice, ReturnType<typeof laneOf>]>([
    ["never sent", fresh(), "fresh"],
    ["stamped and not taken", stamped, "stamped"],
    ["taken", recorded(stamped, 1, at(2)), undefined],
    ["in doubt and not sent", fresh({ suspended: true }), undefined],
    ["held by police", fresh({ held: true }), undefined],
    ["waits for a sighting", fresh({ askedLook: { askedTime: at(1), asks: 1 } }), undefined],
    ["closed unsent", fresh({ closedTime: at(1) }), undefined],
    ["in doubt and sent", { ...recorded(stamped, 1, at(2)), suspensions: [suspension] }, "urgent"],
    ["withdrawn and sent", { ...stamped, withdrawn: { time: at(3), decisionId: "d" }, closedTime: at(3) }, "urgent"],
    ["of a provider", aNotice(), undefined],
  ])("%s", (_, notice, lane) => {
    expect(laneOf(notice)).toBe(lane);
  });

  test("in the order in which it was made", () => {
    expect(dueAtOf(fresh({ issuedTime: at(7) }))).toEqual(at(7));
    expect(dueAtOf(aNotice())).toBeUndefined();
  });
});

describe("a claim", () => {
  test("is one's alone until it ends, and then anybody's", () => {
    const mine = claimed(stamped, at(10));
    expect(mine.sending).toEqual({ dueAt: at(70), tries: 1, revision: 1 });
    expect(claimed(mine, at(69))).toBe(mine);
    expect(claimed(mine, at(70)).sending).toEqual({ dueAt: at(130), tries: 2, revision: 1 });
    expect(claimed(aNotice(), at(10)).sending).toBeUndefined();
  });

  test("ends with what the link took, which is acknowledged", () => {
    const taken = recorded(claimed(stamped, at(10)), 1, at(12));
    expect([taken.sending, taken.acknowledgedTime, laneOf(taken)]).toEqual([undefined, at(12), undefined]);
  });

  test("of a revision that was taken leaves a newer one to be sent at once", () => {
    const revisions = [{ revision: 2, action: "ACTION_SUSPEND" as const, madeTime: at(3), replaced: signed }];
    const suspended = {
      ...claimed(stamped, at(10)),
      revision: 2,
      revisions,
      suspensions: [{ ...suspension, revision: 2 }],
    };
    const taken = recorded(suspended, 1, at(12));
    expect([laneOf(taken), dueAtOf(taken)]).toEqual(["urgent", stamped.issuedTime]);
    expect(laneOf(recorded(taken, 2, at(13)))).toBeUndefined();
  });

  test("is given back where it may not leave, and where the link is not there", () => {
    expect(dueAtOf(released(claimed(fresh(), at(10))))).toEqual(at(0));
    expect(dueAtOf(unsent(claimed(stamped, at(10)), at(15)))).toEqual(at(15));
  });

  test("of what the link refuses comes back later each time, up to an hour", () => {
    const waits: number[] = [];
    let [notice, now] = [stamped, at(10)];
    for (let n = 0; n < 8; n++) {
      notice = refused(claimed(notice, now), now);
      const next = dueAtOf(notice) ?? now;
      waits.push((next.getTime() - now.getTime()) / 60_000);
      now = next;
    }
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 60, 60]);
  });
});
