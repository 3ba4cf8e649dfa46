import { describe, expect, test } from "vitest";
import { acknowledge, leadsBack } from "./answer.ts";
import { aNotice, around, at, goneView, sealedNothing } from "../../test/examples.ts";
import { settle } from "../notices/leaving.ts";
import { isInFlight, stateOf, verbOf, type Notice } from "../notices/notice.ts";
import { published } from "../notices/publish.ts";
import { isRejected, reject, resolve } from "./rejection.ts";
import { taken } from "./taken.ts";

const offered = aNotice({ offeredTime: at(1) });
const notOurs = { revision: 1, reason: "REJECTION_REASON_NOT_OURS", detail: "another_addressee" } as const;
const by = { by: "operator/o", time: at(9), why: sealedNothing };
const accepted = { is: "REJECTION_RESOLUTION_ACCEPTED", ...by } as const;
const again = { is: "REJECTION_RESOLUTION_OFFERED_AGAIN", ...by } as const;
const rejected = taken(reject(offered, notOurs, at(2)));

describe("a rejection", () => {
  test("takes the notice out of the window, keeps it open and stops nothing", () => {
    expect([stateOf(rejected), isInFlight(rejected), rejected.closedTime]).toEqual([
      "NOTICE_STATE_REJECTED",
      false,
      undefined,
    ]);
    expect(verbOf(offered, rejected)).toBe("rejected");
    expect(published(rejected).rejections).toEqual([
      {
        ...notOurs,
        receivedTime: at(2),
        resolution: "REJECTION_RESOLUTION_UNSPECIFIED",
        resolvedTime: undefined,
      },
    ]);
    const gone = settle(rejected, around({ target: goneView() }), at(61));
    expect([stateOf(gone), isRejected(gone)]).toEqual(["NOTICE_STATE_VERIFIED_GONE", false]);
    expect(taken(reject(gone, notOurs, at(62)))).toBe(gone);
  });

  test("repeated, or of an older revision, changes nothing", () => {
    expect(taken(reject(rejected, { ...notOurs, reason: "REJECTION_REASON_UNREADABLE" }, at(3)))).toBe(rejected);
    const second = { ...offered, revision: 2 };
    expect(taken(reject(second, notOurs, at(3)))).toBe(second);
  });

  test("of what was acknowledged is refused, and an acknowledgement that comes after it stands", () => {
    const mine = taken(acknowledge(offered, 1, at(2)));
    expect(() => taken(reject(mine, notOurs, at(3)))).toThrow(expect.objectContaining({ reason: "WRONG_STATE" }));
    const after = taken(acknowledge(rejected, 1, at(3)));
    expect(stateOf(after)).toBe("NOTICE_STATE_ACKNOWLEDGED");
    expect(resolve(after, accepted)).toBeUndefined();
  });

  test.each([
    ["revision", { ...notOurs, revision: 2 }],
    ["reason", { ...notOurs, reason: "REJECTION_REASON_UNSPECIFIED" as const }],
    ["detail", { ...notOurs, detail: "https://north.example/1" }],
  ])("with a wrong %s is refused by name", (field, words) => {
    expect(reject(offered, words, at(2))).toMatchObject({ refused: [{ field }] });
  });
});

describe("an operator", () => {
  test("accepts it: the notice is withdrawn, and its dispatch is before a person again", () => {
    const over = resolve(rejected, accepted) as Notice;
    expect([stateOf(over), over.closedTime, leadsBack(over), verbOf(rejected, over)]).toEqual([
      "NOTICE_STATE_WITHDRAWN",
      at(9),
      true,
      "withdrawn",
    ]);
    expect(resolve(over, again)).toBeUndefined();
  });

  test("has it offered again: it is in flight, and can be rejected once more", () => {
    const back = resolve(rejected, again) as Notice;
    expect([isInFlight(back), verbOf(rejected, back), leadsBack(back)]).toEqual([true, "reopened", false]);
    expect(taken(reject(back, notOurs, at(10))).rejections).toHaveLength(2);
  });

  test("has nothing to decide about a notice that nobody rejected", () => {
    expect(resolve(offered, accepted)).toBeUndefined();
  });
});
