import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { abandonUpload, beginUpload, finishUpload } from "../uploads/upload-steps.ts";
import { claimCleaning, cleanDueAt, cleaned } from "./release-cleaning.ts";
import { approve, isAsApproved, sinceApproval } from "./approval.ts";
import { isEnded } from "./ended.ts";
import { asUploaded, isVisible, refuse, takesBackIn, type ReleaseState } from "./release.ts";

const at = (minute: number) => new Date(Date.UTC(2030, 0, 1, 0, minute));
const begin = (part: string, minute = 0) => ({
  releaseId: "r1",
  setId: "s1",
  uploadedBy: "maintainer/anna",
  part,
  now: at(minute),
  leaseUntil: at(minute + 60),
});
/** Where an attempt writes, and the bytes that are kept of it. */
const scratch = (...parts: string[]) => parts.flatMap((part) => [part, `${part}-incoming`, `${part}-refused`]);
const uploading = beginUpload(undefined, begin("p1")) as ReleaseState;
const good = { name: "validated", digest: "d", entryCount: 7 } as const;
const bad = {
  name: "rejected",
  digest: "d",
  problemCount: 1,
  problems: [{ line: 2, field: "value", problem: "x" }],
} as const;
const rejected = { ...bad, problems: [...bad.problems] };
const validated = finishUpload(uploading, "p1", good, at(1)) as ReleaseState;
const little = {
  activeReleaseId: "r0",
  activeEntryCount: 100,
  added: 50,
  removed: 10,
  changed: 9,
  reclassed: 1,
  kinds: [],
  time: at(1),
};
const much = { ...little, removed: 11 };
const word = (by: string, comparison = little, confirmRemoved?: number) => ({
  by,
  now: at(2),
  comparison,
  counter: 5,
  confirmRemoved,
});
const approved = approve(validated, word("maintainer/ben")) as ReleaseState;

describe("uploading", () => {
  test("given nothing, when begun, then it is there and nobody sees it", () => {
    expect(uploading).toMatchObject({ stage: { name: "uploading", part: "p1" }, leftovers: [] });
    expect(isVisible(uploading)).toBe(false);
  });

  test("given a whole good list, then it is validated with its entries", () => {
    expect(validated).toMatchObject({ stage: { name: "validated", part: "p1", entryCount: 7 } });
    expect(validated.leftovers).toEqual(["p1-incoming", "p1-staged"]);
    expect(isVisible(validated)).toBe(true);
  });

  test("given a faulty list, then it is rejected and its entries are left to the cleaner", () => {
    const state = finishUpload(uploading, "p1", rejected, at(1));
    expect(state).toMatchObject({ stage: { name: "rejected", problemCount: 1 }, cleanAt: at(1) });
    expect(state?.leftovers).toEqual(["p1", "p1-incoming", "p1-staged"]);
    expect(isVisible(state as ReleaseState)).toBe(true);
  });

  test("given it broke off, when it is given up, then nobody sees it and its entries are left to the cleaner", () => {
    const state = abandonUpload(uploading, "p1", at(1));
    expect(state).toMatchObject({ stage: { name: "abandoned" }, cleanAt: at(1) });
    expect(state.leftovers).toEqual([...scratch("p1"), "p1-staged"]);
    expect(isVisible(state)).toBe(false);
  });

  test("given it came whole and its answer was lost, when it is given up, then its entries stay", () => {
    for (const whole of [validated, approved]) expect(abandonUpload(whole, "p1", at(3))).toEqual(whole);
  });

  test("given an attempt in hand, when the same request comes again, then it takes its place, and the first cannot end", () => {
    const second = beginUpload(uploading, begin("p2", 5)) as ReleaseState;
    expect(second).toMatchObject({ stage: { name: "uploading", part: "p2" } });
    expect(second.leftovers).toEqual([...scratch("p1"), "p1-staged"]);
    expect(finishUpload(second, "p1", good, at(6))).toBeUndefined();
    expect(abandonUpload(second, "p1", at(6)).stage).toEqual(second.stage);
    expect(finishUpload(second, "p2", good, at(7))).toMatchObject({ stage: { name: "validated", part: "p2" } });
  });

  test("given another attempt went on behind its bytes, when the first ends late, then what it kept stays until that came whole", () => {
    const second = beginUpload(uploading, { ...begin("p2", 5), resumeAt: 10 }) as ReleaseState;
    expect(abandonUpload(second, "p1", at(6), true).leftovers).toEqual(scratch("p1"));
    const whole = finishUpload(second, "p2", good, at(6)) as ReleaseState;
    const clean = cleaned(whole, whole.leftovers, at(7));
    expect(abandonUpload(clean, "p1", at(8), true).leftovers).toEqual([...scratch("p1"), "p1-staged"]);
  });

  test("given an attempt that did not end, when its request comes again for another set, then it is that set's", () => {
    const other = { ...begin("p2", 5), setId: "s2" };
    for (const before of [uploading, abandonUpload(uploading, "p1", at(1))]) {
      expect(beginUpload(before, other)).toMatchObject({ setId: "s2", stage: { name: "uploading", part: "p2" } });
    }
  });

  test("given an attempt that was given up, when the request comes again, then it begins anew", () => {
    const again = beginUpload(abandonUpload(uploading, "p1", at(1)), begin("p2", 5));
    expect(again).toMatchObject({ stage: { name: "uploading", part: "p2" }, uploadedTime: at(5) });
  });

  test("given it was uploaded, when the request comes again, then nothing begins", () => {
    for (const state of [validated, approved]) expect(beginUpload(state, begin("p2"))).toBeUndefined();
  });
});

describe("approving", () => {
  test("given a validated release, when another person approves it, then it is approved by that person", () => {
    expect(approved.stage).toMatchObject({ name: "approved", approvedBy: "maintainer/ben", approvedTime: at(2) });
    expect(asUploaded(approved)).toEqual({ ...validated, comparison: little });
  });

  test("given a validated release, when its uploader approves it, then that is the same person", () => {
    expect(approve(validated, word("maintainer/anna"))).toBe("SAME_PERSON");
    expect(approve(validated, word("operator/anna"))).toBe("SAME_PERSON");
  });

  test("given any other state, then it cannot be approved", () => {
    const others = [
      uploading,
      abandonUpload(uploading, "p1", at(1)),
      approved,
      finishUpload(uploading, "p1", rejected, at(1)),
    ];
    for (const state of others) expect(approve(state as ReleaseState, word("maintainer/ben"))).toBe("WRONG_STATE");
  });
});

describe("a release that changes much", () => {
  const quarantined = approve(validated, word("maintainer/ben", much)) as ReleaseState;

  test("is in quarantine after one approval, and takes another person who says how many entries it removes", () => {
    expect(quarantined.stage).toMatchObject({ name: "quarantined", approvedBy: "maintainer/ben", part: "p1" });
    expect(approve(quarantined, word("maintainer/anna", much, 11))).toBe("SAME_PERSON");
    expect(approve(quarantined, word("maintainer/ben", much, 11))).toBe("SAME_PERSON");
    expect(approve(quarantined, word("maintainer/cleo", much))).toBe("UNCONFIRMED");
    expect(approve(quarantined, word("maintainer/cleo", much, 10))).toBe("UNCONFIRMED");
    expect((approve(quarantined, word("maintainer/cleo", much, 11)) as ReleaseState).stage).toMatchObject({
      name: "approved",
      approvedBy: "maintainer/cleo",
      first: { approvedBy: "maintainer/ben", approvedTime: at(2) },
    });
    expect(asUploaded(quarantined)).toEqual({ ...validated, comparison: much });
  });

  test("and takes back much for good, then takes a person who knows how much", () => {
    const gone = { ...much, takenBack: 12 };
    const said = (confirmTakenBack?: number) =>
      approve(approve(validated, word("maintainer/ben", gone)) as ReleaseState, {
        ...word("maintainer/cleo", gone, 11),
        confirmTakenBack,
      });
    expect([said(), said(11)]).toEqual(["UNCONFIRMED_TAKEN_BACK", "UNCONFIRMED_TAKEN_BACK"]);
    expect((said(12) as ReleaseState).stage.name).toBe("approved");
    expect(approve(quarantined, word("maintainer/cleo", much, 11))).toMatchObject({ stage: { name: "approved" } });
  });

  test.each([
    ["another release came into force", { ...much, activeReleaseId: "r9" }],
    ["entries were given back, and it removes more by that", { ...much, restoredCounter: 6, removed: 12 }],
    ["entries were given back, and it takes them back again", { ...much, restoredCounter: 6, takenBack: 1 }],
  ])("needs another first word where since the first one %s", (_, now) => {
    const late = (by: string) => ({ ...word(by, now, now.removed), counter: 6, confirmTakenBack: 1 });
    const again = approve(quarantined, late("maintainer/cleo")) as ReleaseState;
    expect(again.stage).toMatchObject({ name: "quarantined", approvedBy: "maintainer/cleo" });
    const whole = approve(again, late("maintainer/ben")) as ReleaseState;
    expect(whole.stage).toMatchObject({
      name: "approved",
      approvedBy: "maintainer/ben",
      first: { approvedBy: "maintainer/cleo" },
    });
    // Who said it may say it anew.
    expect((approve(quarantined, late("maintainer/ben")) as ReleaseState).stage.name).toBe("quarantined");
  });

  test("keeps its first word where what was given back makes no more other", () => {
    const now = { ...much, restoredCounter: 6 };
    expect((approve(quarantined, word("maintainer/cleo", now, 11)) as ReleaseState).stage.name).toBe("approved");
  });

  test("is approved by whoever may where by then it changes little, which takes no second word", () => {
    expect((approve(quarantined, word("maintainer/cleo")) as ReleaseState).stage.name).toBe("approved");
    // As a day behind instalments, in a set that has one approver alone.
    const alone = approve(quarantined, word("maintainer/ben")) as ReleaseState;
    expect([alone.stage.name, "first" in alone.stage]).toEqual(["approved", false]);
    expect(approve(quarantined, word("maintainer/anna"))).toBe("SAME_PERSON");
  });
});

describe("what came into force since it was approved", () => {
  const approval = { approvedBy: "maintainer/ben", approvedTime: at(2) };
  const seen = { ...approval, approvedAgainst: "r0", approvedCounter: 5 };
  const inForce = (releaseId: string, restoredCounter?: number) => ({
    active: { releaseId },
    ...(restoredCounter !== undefined && { restoredCounter }),
  });

  test.each([
    [seen, inForce("r0"), undefined],
    [seen, inForce("r0", 5), undefined],
    [seen, inForce("r0", 6), "restoration"],
    [seen, inForce("r9", 6), "release"],
    [seen, {}, "release"],
    // Of an earlier version.
    [approval, inForce("r9", 6), undefined],
    [{ ...approval, approvedAgainst: "r0" }, inForce("r0", 6), undefined],
  ])("%j beside %j: %s", (given, set, since) => {
    expect(sinceApproval(given, set)).toBe(since);
  });

  test("is as its approvers saw while no more is other than that", () => {
    const { stage } = approved;
    if (stage.name !== "approved") throw new Error(stage.name);
    const more = (["added", "removed", "reclassed"] as const).map((what) => ({ ...little, [what]: little[what] + 1 }));
    expect([little, { ...little, removed: 0 }, ...more].map((now) => isAsApproved(stage, now))).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
    expect(isAsApproved(approval, little)).toBe(false);
  });
});

describe("refusing", () => {
  test("given a release that waits, then a person ends it, and its entries are left to go", () => {
    const quarantined = approve(validated, word("maintainer/ben", much)) as ReleaseState;
    for (const release of [validated, quarantined]) {
      const refused = refuse(release, "maintainer/cleo", "wrong file", at(3)) as ReleaseState;
      expect(refused).toMatchObject({ stage: { name: "refused", by: "maintainer/cleo" } });
      expect(refused.leftovers).toContain("p1");
      expect(isVisible(refused)).toBe(true);
      expect(approve(refused, word("maintainer/dora"))).toBe("WRONG_STATE");
      expect(asUploaded(refused).stage).toMatchObject({ name: "validated", digest: "d", entryCount: 7 });
    }
  });

  test("given one that is approved, when it is refused, then its entries and its approval stay, and it is over unless it came into force", () => {
    const refused = refuse(approved, "maintainer/cleo", "overtaken", at(3)) as ReleaseState;
    const said = { by: "maintainer/cleo", time: at(3), reason: "overtaken" };
    expect(refused).toEqual({ ...approved, stage: { ...approved.stage, refused: said } });
    expect(refuse(refused, "maintainer/ben", "r", at(4))).toBeUndefined();
    const ended = (release: ReleaseState, ...inForce: string[]) =>
      isEnded(release, { activations: inForce.map((releaseId) => ({ releaseId })) });
    expect([ended(approved), ended(refused), ended(refused, "r0"), ended(refused, "r0", "r1")]).toEqual([
      false,
      true,
      true,
      false,
    ]);
    expect(asUploaded(refused)).toEqual(asUploaded(approved));
  });

  test("given one that never was whole, then nobody refuses it any more", () => {
    const others = [uploading, finishUpload(uploading, "p1", rejected, at(1)) as ReleaseState];
    for (const release of others) expect(refuse(release, "maintainer/ben", "r", at(3))).toBeUndefined();
  });
});

describe("cleaning", () => {
  test("given an upload nobody goes on with, when its time is over, then it is given up; not before", () => {
    expect(claimCleaning(uploading, at(59), at(70))).toBeUndefined();
    expect(claimCleaning(uploading, at(60), at(70))).toMatchObject({
      stage: { name: "abandoned" },
      leftovers: scratch("p1"),
      staged: [{ part: "p1", from: 0 }],
    });
  });

  test("given leftovers of an earlier attempt, when they are cleaned, then the attempt in hand stays", () => {
    const second = beginUpload(uploading, begin("p2", 5)) as ReleaseState;
    const claimed = claimCleaning(second, at(5), at(15)) as ReleaseState;
    expect(claimed).toMatchObject({ stage: second.stage, leftovers: second.leftovers, cleanAt: at(15) });
    expect(claimCleaning(claimed, at(14), at(30))).toBeUndefined();
    const clean = cleaned(claimed, second.leftovers, at(6));
    expect(clean).toMatchObject({ stage: second.stage, leftovers: [] });
    expect(cleanDueAt(clean)).toEqual(at(65));
  });

  test("given only some of it is removed, then the rest is due at once", () => {
    const given = abandonUpload(abandonUpload(uploading, "p1", at(1)), "p2", at(2));
    const clean = cleaned(given, [...scratch("p1"), "p1-staged"], at(7));
    expect(clean).toMatchObject({ leftovers: [...scratch("p2"), "p2-staged"], cleanAt: at(7) });
  });

  test("given nothing is left of a rejected release, then nothing is due, for ever", () => {
    const ended = finishUpload(uploading, "p1", rejected, at(1)) as ReleaseState;
    const clean = cleaned(ended, ended.leftovers, at(2));
    expect(cleanDueAt(clean)).toBeUndefined();
    expect(claimCleaning(clean, at(9999), at(10_000))).toBeUndefined();
  });

  test("given bytes are kept of an upload that broke off, then they go after a day, and it goes on until then", () => {
    const kept = abandonUpload(uploading, "p1", at(1), true);
    const clean = cleaned(kept, kept.leftovers, at(2));
    const day = 24 * 60;
    expect(beginUpload(clean, { ...begin("p2", day), resumeAt: 7 })).toMatchObject({
      staged: [
        { part: "p1", from: 0 },
        { part: "p2", from: 7 },
      ],
      leftovers: [],
    });
    expect(beginUpload(clean, begin("p2", day))).toMatchObject({
      staged: [{ part: "p2", from: 0 }],
      leftovers: ["p1-staged"],
    });
    const lapsed = claimCleaning(clean, at(day + 2), at(day + 3)) as ReleaseState;
    expect(lapsed).toMatchObject({ stage: { name: "removed" }, leftovers: ["p1-staged"] });
    expect(lapsed.staged).toBeUndefined();
  });

  test("given nothing is left of an upload that was given up, then it goes itself after a day, and nothing begins then", () => {
    const given = abandonUpload(uploading, "p1", at(1));
    const clean = cleaned(given, given.leftovers, at(2));
    const day = 24 * 60;
    expect(claimCleaning(clean, at(day), at(9999))).toBeUndefined();
    const removed = claimCleaning(clean, at(day + 2), at(day + 3)) as ReleaseState;
    expect(removed.stage).toEqual({ name: "removed" });
    expect(beginUpload(removed, begin("p2", day + 3))).toBeUndefined();
    // Killed before it was removed: taken up again.
    expect(claimCleaning(removed, at(day + 3), at(day + 4))).toMatchObject({ stage: { name: "removed" } });
    expect(beginUpload(clean, begin("p2", day))).toMatchObject({ stage: { name: "uploading", part: "p2" } });
  });
});

test("whatever happens in whatever order, no part is both in use and left over, and none is forgotten", () => {
  const step = fc.record({
    kind: fc.constantFrom("begin", "finish", "reject", "abandon", "clean"),
    which: fc.nat({ max: 3 }),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 25, size: "max" }), (steps) => {
      let state: ReleaseState | undefined;
      const begun = new Set<string>();
      const gone = new Set<string>();
      for (const [minute, { kind, which }] of steps.entries()) {
        const part = [...begun][which] ?? "none";
        if (kind === "begin") {
          const fresh = `p${minute}`;
          const next = beginUpload(state, begin(fresh, minute));
          if (next !== undefined) begun.add(fresh);
          state = next ?? state;
        } else if (state === undefined || part === "none") continue;
        else if (kind === "finish") state = finishUpload(state, part, good, at(minute)) ?? state;
        else if (kind === "reject") state = finishUpload(state, part, rejected, at(minute)) ?? state;
        else if (kind === "abandon" && !gone.has(part)) state = abandonUpload(state, part, at(minute));
        else if (kind === "clean") {
          const claimed = claimCleaning(state, at(minute), at(minute));
          for (const left of claimed?.leftovers ?? []) gone.add(left);
          state = claimed === undefined ? state : cleaned(claimed, claimed.leftovers, at(minute));
        }
        if (state === undefined) continue;
        const used = inUse(state);
        expect(state.leftovers).not.toContain(used);
        for (const one of begun) expect([used, ...state.leftovers, ...gone]).toContain(one);
      }
    }),
  );
});

function inUse({ stage }: ReleaseState): string | undefined {
  return "part" in stage ? stage.part : undefined;
}

test("an approved release takes entries back, until it has", () => {
  const tombstones = [{ cause: "REVOCATION_CAUSE_WRONG_FILE" as const, part: "t1", count: 2 }];
  const named = finishUpload(uploading, "p1", { ...good, tombstones }, at(1)) as ReleaseState;
  const ready = approve(named, word("maintainer/ben")) as ReleaseState;
  expect([named, ready, approved, { ...ready, tookBack: true as const }].map(takesBackIn)).toEqual([
    undefined,
    "s1",
    undefined,
    undefined,
  ]);
});
