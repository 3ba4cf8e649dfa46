import fc from "fast-check";
import type { Hit } from "@ntd/proto/matching/v1/match";
import { TargetState } from "@ntd/proto/prober/v1/target";
import { describe, expect, test } from "vitest";
import { decidingHits, judge } from "./policy.ts";
import { hit, md5, negative, sha1, sha256 } from "../../test/facts.ts";

const present = { state: "TARGET_STATE_PRESENT", saw: "picture", absentFromTheFirst: false } as const;
const of = (...hits: Hit[]) => judge({ target: present, match: { hits, tooLittleDetail: false } });
const queue = (reason: string) => ({ kind: "queue", reason: `QUEUE_REASON_${reason}` });
const automatic = (by: Hit) => ({ kind: "automatic", hit: by });

describe("a set that allows it decides by itself", () => {
  test("when SHA-256 is equal", () => {
    const equal = sha256({ queryQuality: 0, entryQuality: 0 });
    expect(of(equal)).toEqual(automatic(equal));
  });

  test("when MD5 and SHA-1 of one listed file are equal", () => {
    expect(of(md5(), sha1())).toEqual(automatic(md5()));
    expect(of(md5({ entrySizeBytes: 7, querySizeBytes: 7 }), sha1()).kind).toBe("automatic");
    expect(of(md5({ entrySizeBytes: 7 }), sha1({ querySizeBytes: 8 })).kind).toBe("automatic");
  });

  test("when one of them alone is equal and the set allows that, but never against a negative set", () => {
    for (const one of [md5({ weakEqualityDecides: true }), sha1({ weakEqualityDecides: true })]) {
      expect(of(one)).toEqual(automatic(one));
      expect(of(one, negative())).toEqual(queue("CONFLICT"));
    }
  });

  test("when PDQ is within 31 and both qualities are at least 50", () => {
    const edge = hit({ distance: 31, queryQuality: 50, entryQuality: 50 });
    expect(of(edge)).toEqual(automatic(edge));
  });

  test("when the entry has just the votes that the set asks for", () => {
    expect(of(hit({ votes: 3, minVotes: 3 })).kind).toBe("automatic");
    expect(of(hit({ votes: 0, minVotes: 0 })).kind).toBe("automatic");
  });

  test("by equality of bytes rather than by likeness, and by the nearest of several", () => {
    const [near, far, equal] = [hit({ distance: 3 }), hit({ distance: 9 }), sha256()];
    expect(of(far, near)).toEqual(automatic(near));
    expect(of(far, near, equal)).toEqual(automatic(equal));
  });

  test("also when another hit beside it would not", () => {
    expect(of(hit({ autoIssue: false }), hit({ distance: 40 }), sha256())).toEqual(automatic(sha256()));
  });
});

describe("a person decides, and is told why", () => {
  test("PDQ beyond 31 or of low quality nominates only", () => {
    for (const weak of [hit({ distance: 32 }), hit({ queryQuality: 49 }), hit({ entryQuality: 49 })]) {
      expect(of(weak)).toEqual(queue("NOMINATED_ONLY"));
    }
  });

  test("a picture that shows too little of another nominates only, however near it is", () => {
    expect(of(hit({ distance: 0, rendition: "inner", nominatesOnly: true }))).toEqual(queue("NOMINATED_ONLY"));
    const frame = hit({ rendition: "frame 7", nominatesOnly: false });
    expect(of(frame)).toEqual(automatic(frame));
  });

  test("a film nominates only, however much of it is found, and so does a picture that it shows", () => {
    const all = { entryFrames: 60, entryFramesFound: 60, filmFrames: 60, filmFramesFound: 60, found: [] };
    expect(of(hit({ algorithm: "ALGORITHM_VPDQ", distance: 0, film: all, nominatesOnly: true }))).toEqual(
      queue("NOMINATED_ONLY"),
    );
    // Nor does one whose word to decide nothing got lost.
    expect(of(hit({ algorithm: "ALGORITHM_VPDQ", distance: 0, film: all }))).toEqual(queue("NOMINATED_ONLY"));
    expect(of(hit({ rendition: "at 12 s", film: all, nominatesOnly: true }))).toEqual(queue("NOMINATED_ONLY"));
  });

  test("an innocent part of a film speaks of that part, and an innocent film or one that takes all else away of all", () => {
    const innocent = (filmFramesFound: number) =>
      negative({
        algorithm: "ALGORITHM_VPDQ",
        film: { entryFrames: 9, entryFramesFound: 4, filmFrames: 60, filmFramesFound, found: [] },
      });
    const listed = hit({ algorithm: "ALGORITHM_VPDQ", nominatesOnly: true, film: innocent(50).film });
    expect(of(innocent(29), listed)).toEqual(queue("NOMINATED_ONLY"));
    expect(of(innocent(29))).toEqual(queue("NO_HIT"));
    expect(of(innocent(30), listed)).toEqual(queue("NEGATIVE_SET"));
    expect(of(innocent(29), { ...listed, vetoedBySet: "innocent" })).toEqual(queue("NEGATIVE_SET"));
    expect(of(md5({ weakEqualityDecides: true }), innocent(29)).kind).toBe("automatic");
    expect(of(md5({ weakEqualityDecides: true }), innocent(30))).toEqual(queue("CONFLICT"));
  });

  test("what was derived of a picture decided illegal nominates only, and speaks against nothing", () => {
    const derived = hit({ setId: "own/derived", setRole: "SET_ROLE_DERIVED", distance: 0, votes: 0, minVotes: 0 });
    for (const one of [derived, { ...derived, nominatesOnly: true }]) expect(of(one)).toEqual(queue("NOMINATED_ONLY"));
    expect(of(derived, hit())).toEqual(automatic(hit()));
    expect(of(derived, negative())).toEqual(queue("NEGATIVE_SET"));
  });

  test("MD5 alone and SHA-1 alone nominate in a lane of their own, whatever the set's votes and permission", () => {
    for (const one of [md5(), sha1(), md5({ fileKey: "" }), md5({ autoIssue: false }), sha1({ votes: 0 })]) {
      expect(of(one)).toEqual(queue("WEAK_EQUALITY"));
      expect(of(one, hit({ distance: 40 }))).toEqual(queue("WEAK_EQUALITY"));
    }
    expect(of(md5(), hit({ autoIssue: false }))).toEqual(queue("SET_NEEDS_PERSON"));
    expect(of(md5(), hit())).toEqual(automatic(hit()));
  });

  test("MD5 and SHA-1 of two listed files, of two sets, or of another size than what was seen are weak", () => {
    const other = { entrySizeBytes: 7, querySizeBytes: 8 };
    const all = [
      [md5(), sha1({ fileKey: "f2" })],
      [md5({ fileKey: "" }), sha1({ fileKey: "" })],
      [md5(), sha1({ setId: "another" })],
      [md5(), md5({ entryId: "e9" })],
      [md5(other), sha1()],
      [md5({ ...other, weakEqualityDecides: true })],
    ];
    for (const hits of all) expect(of(...hits)).toEqual(queue("WEAK_EQUALITY"));
  });

  test("MD5 and SHA-1 of one file decide as little as any other hit where votes or permission lack", () => {
    expect(of(md5({ autoIssue: false }), sha1({ autoIssue: false }))).toEqual(queue("SET_NEEDS_PERSON"));
    expect(of(md5({ votes: 0 }), sha1({ votes: 0 }))).toEqual(queue("TOO_FEW_VOTES"));
  });

  test("blockhash nominates only, also at distance 0", () => {
    expect(of(hit({ algorithm: "ALGORITHM_BLOCKHASH256", distance: 0 }))).toEqual(queue("NOMINATED_ONLY"));
  });

  test("an algorithm that is not known nominates only", () => {
    expect(of(hit({ algorithm: "UNRECOGNIZED", distance: 0 }))).toEqual(queue("NOMINATED_ONLY"));
  });

  test("a set without auto_issue needs a person, also for equal bytes", () => {
    expect(of(hit({ autoIssue: false }))).toEqual(queue("SET_NEEDS_PERSON"));
    expect(of(sha256({ autoIssue: false }))).toEqual(queue("SET_NEEDS_PERSON"));
  });

  test("too few votes, also for equal bytes", () => {
    expect(of(hit({ votes: 1 }))).toEqual(queue("TOO_FEW_VOTES"));
    expect(of(sha256({ votes: 1 }))).toEqual(queue("TOO_FEW_VOTES"));
  });

  test("a disputed entry, whatever it is equal to; what is not disputed beside it decides", () => {
    for (const one of [sha256(), hit(), md5({ weakEqualityDecides: true })]) {
      expect(of({ ...one, disputed: true })).toEqual(queue("DISPUTED"));
    }
    expect(of(sha256({ disputed: true }), hit()).kind).toBe("automatic");
    expect(of(md5(), sha1({ disputed: true }))).toEqual(queue("DISPUTED"));
    expect(of(hit({ disputed: true, distance: 40 }))).toEqual(queue("NOMINATED_ONLY"));
    expect(of(sha256({ disputed: true }), negative())).toEqual(queue("CONFLICT"));
    expect(of(hit({ disputed: true }), negative())).toEqual(queue("NEGATIVE_SET"));
  });

  test("a negative set's hit of any kind beside one that is as good as certain: two lists contradict each other", () => {
    for (const algorithm of ["ALGORITHM_PDQ", "ALGORITHM_SHA1", "ALGORITHM_BLOCKHASH256"] as const) {
      expect(of(hit(), negative({ algorithm }))).toEqual(queue("CONFLICT"));
      expect(of(hit({ autoIssue: false }), negative({ algorithm }))).toEqual(queue("CONFLICT"));
      expect(of(hit({ votes: 0 }), negative({ algorithm }))).toEqual(queue("CONFLICT"));
    }
  });

  test("a negative set's hit beside equal bytes, also where both lists have the very same bytes", () => {
    for (const innocent of [negative(), sha256({ setId: "innocent", setRole: "SET_ROLE_NEGATIVE" })]) {
      expect(of(sha256(), innocent)).toEqual(queue("CONFLICT"));
      expect(of(hit({ distance: 0 }), sha256(), innocent)).toEqual(queue("CONFLICT"));
      expect(of(sha256({ autoIssue: false }), innocent)).toEqual(queue("CONFLICT"));
      expect(of(md5(), sha1(), innocent)).toEqual(queue("CONFLICT"));
    }
    expect(of(md5(), sha1({ setRole: "SET_ROLE_NEGATIVE" }))).toEqual(queue("CONFLICT"));
  });

  test("a negative set's hit alone, or beside what may be of anything, contradicts nobody", () => {
    expect(of(negative())).toEqual(queue("NEGATIVE_SET"));
    expect(of(hit({ distance: 40 }), negative())).toEqual(queue("NEGATIVE_SET"));
    expect(of(hit({ nominatesOnly: true }), negative())).toEqual(queue("NEGATIVE_SET"));
  });

  test("what a set of a role of a newer release says stops all, and is not known to contradict", () => {
    for (const one of [hit(), sha256()]) {
      expect(of(one, negative({ setRole: "UNRECOGNIZED" }))).toEqual(queue("NEGATIVE_SET"));
    }
  });

  test("no hit, and no hit with too little detail, are told apart", () => {
    expect(of()).toEqual(queue("NO_HIT"));
    expect(judge({ target: present, match: { hits: [], tooLittleDetail: true } })).toEqual(queue("TOO_LITTLE_DETAIL"));
    const equal = judge({ target: present, match: { hits: [sha256()], tooLittleDetail: true } });
    expect(equal).toEqual(automatic(sha256()));
  });
});

describe("what the prober saw", () => {
  const seen = (state: TargetState, saw: "nothing" | "file" | "picture" = "nothing") => {
    return { target: { state, saw, absentFromTheFirst: false }, match: undefined };
  };
  const absent = (state: TargetState) => ({
    target: { state, saw: "nothing", absentFromTheFirst: true } as const,
    match: undefined,
  });
  const unmatched = { hits: [], tooLittleDetail: false };

  test("nothing is decided before the target is known: a decision names its address", () => {
    expect(judge({ target: undefined, match: { hits: [sha256()], tooLittleDetail: false } })).toEqual({ kind: "wait" });
    expect(judge({ target: undefined, match: undefined })).toEqual({ kind: "wait" });
  });

  test("a picture that was seen waits for its match", () => {
    expect(judge(seen("TARGET_STATE_NEW"))).toEqual({ kind: "wait" });
    expect(judge(seen("TARGET_STATE_PRESENT", "picture"))).toEqual({ kind: "wait" });
    expect(judge(seen("TARGET_STATE_UNREACHABLE", "picture"))).toEqual({ kind: "wait" });
    expect(judge(seen("TARGET_STATE_GONE", "picture"))).toEqual({ kind: "wait" });
    expect(judge(seen("TARGET_STATE_UNSEEN", "picture"))).toEqual({ kind: "wait" });
  });

  test("what was never seen goes to a person without a match, and with one", () => {
    for (const name of ["UNREACHABLE", "UNSEEN", "GONE", "CLOSED"] as const) {
      const unseen = seen(`TARGET_STATE_${name}`);
      expect(judge(unseen)).toEqual(queue("UNREACHABLE"));
      expect(judge({ ...unseen, match: unmatched })).toEqual(queue("UNREACHABLE"));
    }
  });

  test("what was absent at the first look has a reason of its own, long before it is gone", () => {
    for (const name of ["SUSPECT_GONE", "GONE", "CLOSED"] as const) {
      expect(judge(absent(`TARGET_STATE_${name}`))).toEqual(queue("ABSENT"));
    }
    expect(judge(seen("TARGET_STATE_SUSPECT_GONE"))).toEqual({ kind: "wait" });
  });

  test("what was seen once is judged by that, and not by what later looks do not see", () => {
    const judgements = (state: TargetState) =>
      [[], [hit()], [hit({ autoIssue: false })], [negative()]].flatMap((hits) => [
        judge({ ...seen(state, "picture"), match: { hits, tooLittleDetail: false } }),
        judge({ ...seen(state, "file"), match: { hits, tooLittleDetail: false } }),
        judge(seen(state, "picture")),
        judge(seen(state, "file")),
      ]);
    const { NOT_MEDIA: _, UNRECOGNIZED: __, ...others } = TargetState;
    for (const state of Object.values(others)) expect(judgements(state)).toEqual(judgements("TARGET_STATE_PRESENT"));
  });

  test("what is no picture goes to a person, unless its bytes are listed", () => {
    expect(judge(seen("TARGET_STATE_NOT_MEDIA", "file"))).toEqual(queue("NOT_MEDIA"));
    expect(judge({ ...seen("TARGET_STATE_NOT_MEDIA", "file"), match: unmatched })).toEqual(queue("NOT_MEDIA"));
    const listed = judge({ ...seen("TARGET_STATE_NOT_MEDIA", "file"), match: { ...unmatched, hits: [sha256()] } });
    expect(listed).toEqual(automatic(sha256()));
  });

  test("a page waits with what it shows, listed or not; one that shows nothing is no picture", () => {
    const counts = { known: 0, near: 0, unknown: 0, notJudged: 0 };
    const page = (shown: Partial<typeof counts>) =>
      judge({
        ...seen("TARGET_STATE_NOT_MEDIA", "file"),
        match: { ...unmatched, page: { counts: { ...counts, ...shown } } },
      });
    for (const name of ["known", "near", "unknown", "notJudged"]) {
      expect(page({ [name]: 1 })).toEqual(queue("PAGE_ITEMS"));
    }
    expect(page({})).toEqual(queue("NOT_MEDIA"));
  });

  test("what was no picture is still none when it has gone", () => {
    expect(judge(seen("TARGET_STATE_GONE", "file"))).toEqual(queue("NOT_MEDIA"));
    expect(judge({ ...seen("TARGET_STATE_SUSPECT_GONE", "file"), match: unmatched })).toEqual(queue("NOT_MEDIA"));
  });

  test("material that was looked up and has gone is judged all the same", () => {
    expect(judge({ ...seen("TARGET_STATE_GONE", "picture"), match: unmatched })).toEqual(queue("NO_HIT"));
  });
});

const anyHit = fc.record({
  algorithm: fc.constantFrom(
    "ALGORITHM_SHA256" as const,
    "ALGORITHM_MD5" as const,
    "ALGORITHM_SHA1" as const,
    "ALGORITHM_PDQ" as const,
    "ALGORITHM_BLOCKHASH256" as const,
  ),
  distance: fc.integer({ min: 0, max: 64 }),
  queryQuality: fc.integer({ min: 0, max: 100 }),
  entryQuality: fc.integer({ min: 0, max: 100 }),
  setId: fc.constantFrom("a", "b"),
  entryId: fc.constantFrom("1", "2"),
  setRole: fc.constantFrom("SET_ROLE_POSITIVE" as const, "SET_ROLE_NEGATIVE" as const, "SET_ROLE_UNSPECIFIED" as const),
  fileKey: fc.constantFrom("", "f1", "f2"),
  weakEqualityDecides: fc.boolean(),
  autoIssue: fc.boolean(),
  votes: fc.integer({ min: 0, max: 3 }),
  minVotes: fc.integer({ min: 0, max: 3 }),
  disputed: fc.boolean(),
});

test("whatever decides is positive, allowed, voted for, and equal or clear and near", () => {
  fc.assert(
    fc.property(fc.array(anyHit, { maxLength: 5 }), (facts) => {
      for (const by of decidingHits(facts.map(hit))) {
        expect([by.setRole, by.disputed]).toEqual(["SET_ROLE_POSITIVE", false]);
        expect(by.autoIssue && by.votes >= by.minVotes).toBe(true);
        expect(by.algorithm).not.toBe("ALGORITHM_BLOCKHASH256");
        const near = by.distance <= 31 && by.queryQuality >= 50 && by.entryQuality >= 50;
        expect(by.algorithm !== "ALGORITHM_PDQ" || near).toBe(true);
        const isOfTwo = by.algorithm === "ALGORITHM_MD5" || by.algorithm === "ALGORITHM_SHA1";
        const isPair = facts.some((one) => one.algorithm !== by.algorithm && /MD5|SHA1/.test(one.algorithm));
        expect(!isOfTwo || isPair || by.weakEqualityDecides).toBe(true);
      }
    }),
  );
});

test("the order in which hits come changes nothing but between equals", () => {
  const shuffled = fc
    .array(anyHit, { maxLength: 5 })
    .chain((facts) => fc.tuple(fc.constant(facts), fc.shuffledSubarray(facts, { minLength: facts.length })));
  fc.assert(
    fc.property(shuffled, ([one, other]) => {
      const [a, b] = [of(...one.map(hit)), of(...other.map(hit))];
      expect(b.kind).toBe(a.kind);
      if (a.kind === "queue") expect(b).toEqual(a);
      if (a.kind === "automatic" && b.kind === "automatic") expect(b.hit.setId).toBe(a.hit.setId);
    }),
  );
});

test("beside a hit of a negative set no machine decides, whatever else is hit", () => {
  fc.assert(
    fc.property(fc.array(anyHit, { maxLength: 4 }), (facts) => {
      expect(of(...facts.map(hit), negative()).kind).toBe("queue");
    }),
  );
});
