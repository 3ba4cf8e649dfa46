import fc from "fast-check";
import { SetRole, type Hit } from "@ntd/proto/matching/v1/match";
import { expect, test } from "vitest";
import { runs } from "@ntd/testing/runs";
import { published } from "../cases/publish.ts";
import { laneOf } from "../queue/lane.ts";
import { file, hit, match, md5, negative, noon, reports, sha256, target } from "../../test/facts.ts";
import { carriers, groundsOf, isCarried, settled } from "./grounds.ts";
import { decidingHits, judge, knownHits, speakAgainst } from "./policy.ts";

const reported = (change: Partial<Hit> = {}) =>
  sha256({ setRole: "SET_ROLE_VICTIM_REPORTED", setId: "own", ...change });
const present = { state: "TARGET_STATE_PRESENT", saw: "picture", absentFromTheFirst: false } as const;
const of = (...hits: Hit[]) => judge({ target: present, match: { hits, tooLittleDetail: false } });
const queue = (reason: string) => ({ kind: "queue", reason: `QUEUE_REASON_${reason}` });
const waiting = (...hits: Hit[]) =>
  file({
    target: target(),
    match: match(hits),
    reports: reports(),
    progress: { kind: "queued", reason: "QUEUE_REASON_NOMINATED_ONLY", queuedTime: noon },
  });

/** As far as contracts go: also what no set is allowed to say. */
const anyHit = (roles: readonly SetRole[]) =>
  fc
    .record({
      algorithm: fc.constantFrom<Hit["algorithm"]>(
        "ALGORITHM_SHA256",
        "ALGORITHM_MD5",
        "ALGORITHM_SHA1",
        "ALGORITHM_PDQ",
        "ALGORITHM_BLOCKHASH256",
        "ALGORITHM_VPDQ",
      ),
      setRole: fc.constantFrom(...roles),
      setId: fc.constantFrom("a", "b"),
      entryId: fc.constantFrom("1", "2"),
      distance: fc.integer({ min: 0, max: 40 }),
      queryQuality: fc.integer({ min: 40, max: 100 }),
      entryQuality: fc.integer({ min: 40, max: 100 }),
      fileKey: fc.constantFrom("", "f1"),
      vetoedBySet: fc.constantFrom("", "a"),
      autoIssue: fc.boolean(),
      weakEqualityDecides: fc.boolean(),
      nominatesOnly: fc.boolean(),
      votes: fc.integer({ min: 0, max: 3 }),
      minVotes: fc.integer({ min: 0, max: 3 }),
    })
    .map((change) => hit(change));
const anyReported = fc.array(anyHit(["SET_ROLE_VICTIM_REPORTED"]), { minLength: 1, maxLength: 4 });
const anyOther = fc.array(anyHit(Object.values(SetRole)), { maxLength: 4 });

test("whatever children reported, and whatever its sets and hits say, nothing is decided by it alone", () => {
  fc.assert(
    fc.property(anyReported, (hits) => {
      expect(of(...hits)).toEqual(queue("NOMINATED_ONLY"));
      expect([decidingHits(hits), knownHits(hits), groundsOf(hits).hits]).toEqual([[], [], []]);
      expect(isCarried(undefined, hits)).toBe(false);
    }),
    { numRuns: runs(300) },
  );
});

test("nor does it let anything else decide, or stop it: beside it all else is as it was", () => {
  fc.assert(
    fc.property(anyReported, anyOther, fc.boolean(), (hits, others, isFirst) => {
      const all = isFirst ? [...hits, ...others] : [...others, ...hits];
      expect(decidingHits(all)).toEqual(decidingHits(others));
      expect(knownHits(all)).toEqual(knownHits(others));
      expect(carriers(groundsOf(others), all)).toEqual(carriers(groundsOf(others), others));
      const before = of(...others);
      if (before.kind === "automatic") expect(of(...all)).toEqual(before);
      else expect(of(...all).kind).toBe("queue");
    }),
    { numRuns: runs(300) },
  );
});

test("what a machine decided on an entry of another role is carried by no hit that children reported", () => {
  const grounds = groundsOf([sha256({ setId: "own" })]);
  const left = settled(grounds, { hits: [reported()], revoked: [], moved: false });
  expect(left.hits).toMatchObject([{ setId: "own", unlisted: true }]);
});

test("it speaks against nothing, and a set that does is heard all the same", () => {
  expect(speakAgainst([reported()])).toBe(false);
  expect(of(reported(), hit())).toEqual({ kind: "automatic", hit: hit() });
  expect(of(reported(), negative())).toEqual(queue("NEGATIVE_SET"));
});

test("it waits for a person who looks, not among what is confirmed unseen, and before other cases", () => {
  expect(of(reported({ algorithm: "ALGORITHM_MD5" }))).toEqual(queue("NOMINATED_ONLY"));
  expect(of(reported(), md5())).toEqual(queue("WEAK_EQUALITY"));
  for (const hits of [[reported()], [reported(), md5()], [md5(), reported({ algorithm: "ALGORITHM_PDQ" })]]) {
    const found = waiting(...hits);
    expect([laneOf(found), published(found).priority]).toEqual(["LANE_RAISED", "PRIORITY_RAISED"]);
  }
});

test("what is merely like something that is listed as innocent is raised by nobody; equal bytes are", () => {
  const vetoed = waiting(reported({ algorithm: "ALGORITHM_PDQ", vetoedBySet: "innocent" }), negative());
  expect([laneOf(vetoed), published(vetoed).priority]).toEqual(["LANE_NORMAL", "PRIORITY_NORMAL"]);
  expect(laneOf(waiting(reported(), negative()))).toBe("LANE_RAISED");
});
