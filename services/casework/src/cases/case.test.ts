import { MACHINE, WITHDRAWS_NOTHING } from "@ntd/facts";
import fc from "fast-check";
import type { Decision } from "@ntd/proto/casework/v1/case";
import type { Hit } from "@ntd/proto/matching/v1/match";
import { GoneStrength, TargetState } from "@ntd/proto/prober/v1/target";
import { describe, expect, test } from "vitest";
import { withMatch, withReports, withTarget, withUnsent, type CaseFile, type Progress } from "./case.ts";
import type { SeenMatch } from "../evidence/seen.ts";
import { groundsOf } from "../policies/grounds.ts";
import { decidesNow, judged } from "../policies/judged.ts";
import type { Judgement } from "../policies/policy.ts";
import { file, hit, later, match, negative, noon, reports, sha256, takenBack, target } from "../../test/facts.ts";

const basis = "PDQ distance 12 of 31; set national, release release-1, entry entry-1, votes 2";

function decision(by: string, verdict: Decision["verdict"] = "VERDICT_ILLEGAL"): Decision {
  const decidedTime = later(100);
  const made = {
    decisionId: "d",
    verdict,
    decidedBy: by,
    decidedTime,
    basis,
    despiteGone: false,
    ...WITHDRAWS_NOTHING,
  };
  return { ...made, classifications: [], reason: undefined };
}

const automatic: Judgement = { kind: "automatic", hit: hit() };
const queue = (reason: string) => ({ kind: "queue", reason: `QUEUE_REASON_${reason}` }) as Judgement;
const queuedFor = (reason: string, queuedTime = noon) =>
  ({ kind: "queued", reason: `QUEUE_REASON_${reason}`, queuedTime }) as Progress;
const none = { decision: undefined, now: noon };
const byPerson = file({ progress: { kind: "decided" }, decisions: [decision("assessor/ann", "VERDICT_NOT_ILLEGAL")] });
const byMachine = file({
  progress: { kind: "auto_decided" },
  decisions: [decision(MACHINE)],
  match: match([hit()]),
  target: target(),
  grounds: groundsOf([hit()]),
});

function withoutGrounds(known: CaseFile): CaseFile {
  const { grounds: _, ...old } = known;
  return old;
}

describe("what is seen", () => {
  test("an older version of the target or the match is ignored, an equal one runs again, a newer one is taken", () => {
    const seen = withMatch(withTarget(file(), target({ version: 5 })), match([hit()], { version: 5 }));
    expect(withTarget(seen, target({ version: 4, resolvedIp: "older" }))).toBe(seen);
    expect(withMatch(seen, match([], { version: 4 }))).toBe(seen);
    expect(withTarget(seen, target({ version: 5 }))).toEqual(seen);
    expect(withMatch(seen, match([hit()], { version: 5 }))).toEqual(seen);
    expect(withTarget(seen, target({ version: 6, resolvedIp: "newer" })).target?.resolvedIp).toBe("newer");
  });

  test("content that was seen stays when a later probe sees none", () => {
    const seen = withTarget(file(), target());
    const gone = withTarget(seen, target({ version: 2, state: "TARGET_STATE_GONE", fingerprints: [] }));
    expect(gone.target).toMatchObject({ state: "TARGET_STATE_GONE", fingerprints: target().fingerprints });
    const film = withTarget(file(), target({ isFilm: true }));
    expect(withTarget(film, target({ version: 2, fingerprints: [] })).target?.isFilm).toBe(true);
    expect(withTarget(film, target({ version: 2 })).target?.isFilm).toBeUndefined();
  });

  test("the evidence revision rises with the hits, whatever their order, and with nothing else", () => {
    const revision = (state: CaseFile) => state.evidenceRevision;
    const one = withMatch(file(), match([hit(), sha256()]));
    expect(revision(file())).toBe(1);
    expect(revision(one)).toBe(2);
    expect(revision(withMatch(file(), match([])))).toBe(1);
    expect(revision(withMatch(one, match([sha256(), hit()], { version: 2 })))).toBe(2);
    expect(revision(withMatch(one, match([hit()], { version: 2 })))).toBe(3);
    expect(revision(withTarget(one, target({ version: 9 })))).toBe(2);
    expect(revision(withReports(one, reports({ count: 7 }), noon))).toBe(2);
  });

  test("the same list uploaded again is no other evidence, other votes or another policy are", () => {
    const one = withMatch(file(), match([hit()]));
    const again = withMatch(one, match([hit({ releaseId: "release-2", entryId: "other" })], { version: 2 }));
    expect(again.evidenceRevision).toBe(2);
    expect(again.match?.hits[0]?.releaseId).toBe("release-2");
    expect(withMatch(one, match([hit({ votes: 9 })], { version: 2 })).evidenceRevision).toBe(3);
    expect(withMatch(one, match([hit({ autoIssue: false })], { version: 2 })).evidenceRevision).toBe(3);
  });
});

describe("what the policy says of an undecided case", () => {
  test("it waits, queues or is decided", () => {
    expect(judged(undefined, file(), { kind: "wait" }, none)).toEqual(file());
    expect(judged(undefined, file(), queue("NO_HIT"), none).progress).toEqual(queuedFor("NO_HIT"));
    const made = decision(MACHINE);
    const done = judged(undefined, file({ match: match([hit()]) }), automatic, { decision: made, now: noon });
    expect(done).toMatchObject({ progress: { kind: "auto_decided" }, decisions: [made] });
  });

  test("a better reason replaces the old one without losing the place in the queue", () => {
    const waits = file({ progress: queuedFor("UNREACHABLE") });
    expect(judged(waits, waits, queue("NOMINATED_ONLY"), { ...none, now: later(50) }).progress).toEqual(
      queuedFor("NOMINATED_ONLY", noon),
    );
  });

  test("a claimed case keeps its holder when the reason changes, and is decided over the claim by a sure hit", () => {
    const claim = { holder: "assessor/ann", claimExpireTime: later(1800), queuedTime: noon };
    const held = file({ progress: { kind: "claimed", reason: "QUEUE_REASON_NO_HIT", ...claim } });
    expect(judged(held, held, queue("TOO_FEW_VOTES"), none).progress).toEqual({
      kind: "claimed",
      reason: "QUEUE_REASON_TOO_FEW_VOTES",
      ...claim,
    });
    const sure = { ...held, match: match([hit()]) };
    const done = judged(held, sure, automatic, { decision: decision(MACHINE), now: noon });
    expect(done.progress).toEqual({ kind: "auto_decided" });
  });

  test("what the brake stopped waits for a person until the evidence changes", () => {
    const stopped = judged(undefined, file(), automatic, none);
    expect(stopped.progress).toEqual(queuedFor("RATE_LIMITED"));
    expect(decidesNow(stopped, stopped, automatic)).toBe(false);
    expect(judged(stopped, stopped, automatic, none)).toBe(stopped);
    expect(decidesNow(stopped, withMatch(stopped, match([hit()])), automatic)).toBe(true);
  });
});

describe("what the policy says of a decided case", () => {
  test("a machine decides a case once", () => {
    expect(decidesNow(byMachine, byMachine, automatic)).toBe(false);
    expect(judged(byMachine, byMachine, automatic, none)).toBe(byMachine);
    const revoked = file({ ...byMachine, match: takenBack(1), progress: queuedFor("BASIS_REVOKED") });
    expect(decidesNow(revoked, revoked, automatic)).toBe(false);
    const fallen = judged(revoked, revoked, automatic, none);
    expect(fallen).toMatchObject({ progress: revoked.progress, decisions: revoked.decisions });
    expect(judged(fallen, fallen, automatic, none)).toBe(fallen);
  });

  test("an automatic decision whose last hit was called wrong is for a person, the decision beside it", () => {
    const lost = withMatch(byMachine, takenBack(2));
    const after = judged(byMachine, lost, queue("NO_HIT"), none);
    expect(after).toMatchObject({ progress: queuedFor("BASIS_REVOKED"), decisions: byMachine.decisions });
  });

  test("so also after the material has gone", () => {
    const gone = withTarget(byMachine, target({ version: 2, state: "TARGET_STATE_CLOSED", goneTime: later(9) }));
    const lost = withMatch(gone, takenBack(2));
    expect(judged(gone, lost, queue("NO_HIT"), none).progress).toEqual(queuedFor("BASIS_REVOKED"));
  });

  test("an automatic decision against which a negative set now speaks is for a person", () => {
    const vetoed = withMatch(byMachine, match([hit(), negative()], { version: 2 }));
    expect(judged(byMachine, vetoed, queue("NEGATIVE_SET"), none).progress).toEqual(queuedFor("NEGATIVE_SET"));
  });

  describe("when the content is another than the one that was decided on", () => {
    const of = (hits: Hit[], contentRevision: number, version: number) => match(hits, { contentRevision, version });
    const made = decision(MACHINE);
    const first = withMatch(file({ target: target() }), of([hit()], 1, 1));
    const decidedOnFirst = judged(undefined, first, automatic, { decision: made, now: noon });
    const fallen = (start: CaseFile, next: SeenMatch) => judged(start, withMatch(start, next), queue("NO_HIT"), none);

    test("its loss of the hit says so, and is told from an entry that was called wrong", () => {
      expect(decidedOnFirst.decidedContent).toBe(1);
      expect(fallen(decidedOnFirst, of([], 2, 2)).progress).toEqual(queuedFor("SOMETHING_ELSE"));
      expect(fallen(decidedOnFirst, takenBack(2, { contentRevision: 1 })).progress).toEqual(queuedFor("BASIS_REVOKED"));
    });

    test("its hit upholds the decision, and an entry that is called wrong then is that", () => {
      const second = judged(decidedOnFirst, withMatch(decidedOnFirst, of([hit()], 2, 2)), automatic, none);
      expect(second.progress).toEqual({ kind: "auto_decided" });
      expect(fallen(second, takenBack(3, { contentRevision: 2 })).progress).toEqual(queuedFor("BASIS_REVOKED"));
    });

    test("a case of release 0.2, which does not know its content, lost its basis", () => {
      expect(fallen(byMachine, takenBack(2, { contentRevision: 2 })).progress).toEqual(queuedFor("BASIS_REVOKED"));
    });
  });

  describe("when its notice was closed unsent, since something else was at the address", () => {
    const unsent = withUnsent(byMachine, "d");

    test("the machine's case is for a person, the decision beside it", () => {
      const after = judged(byMachine, unsent, automatic, none);
      expect(after).toMatchObject({ progress: queuedFor("SOMETHING_ELSE"), decisions: byMachine.decisions });
      expect(judged(after, withUnsent(after, "d"), automatic, none)).toBe(after);
    });

    test("it is so too where that is heard before the decision is made again", () => {
      const undecided = withUnsent(file({ target: target(), match: match([hit()]) }), "d");
      const after = judged(undecided, undecided, automatic, { decision: decision(MACHINE), now: noon });
      expect(after).toMatchObject({ progress: queuedFor("SOMETHING_ELSE"), decisions: [{ decisionId: "d" }] });
    });

    test("a negative set and a lost hit are told first", () => {
      const after = (next: SeenMatch) => judged(byMachine, withMatch(unsent, next), automatic, none);
      expect(after(match([hit(), negative()], { version: 2 })).progress).toEqual(queuedFor("NEGATIVE_SET"));
      expect(after(takenBack(2)).progress).toEqual(queuedFor("BASIS_REVOKED"));
    });

    test("another decision's notice, and a person's, move nothing", () => {
      const other = withUnsent(byMachine, "another");
      expect(judged(byMachine, other, automatic, none)).toBe(other);
      const person = withUnsent(byPerson, "d");
      expect(judged(byPerson, person, automatic, none)).toBe(person);
    });

    test("a person who has taken it up keeps it", () => {
      const claim = { holder: "assessor/ann", claimExpireTime: later(1800), queuedTime: noon };
      const held = {
        ...unsent,
        progress: { kind: "claimed", reason: "QUEUE_REASON_BASIS_REVOKED", ...claim } as const,
      };
      const progress = { kind: "claimed", reason: "QUEUE_REASON_SOMETHING_ELSE", ...claim };
      expect(judged(held, held, automatic, none).progress).toEqual(progress);
    });
  });

  test("new hits bring a person's decision back to a person, unchanged", () => {
    const after = judged(byPerson, withMatch(byPerson, match([hit()])), automatic, none);
    expect(after).toMatchObject({ progress: queuedFor("NEW_EVIDENCE"), decisions: byPerson.decisions });
  });

  test("hits that the person saw, fewer of them, or a new release of the same list do not", () => {
    const saw = { ...byPerson, match: match([hit(), sha256()]) };
    for (const hits of [[hit(), sha256()], [hit()], [], [hit({ releaseId: "r2", entryId: "e2" })]]) {
      const after = judged(saw, withMatch(saw, match(hits, { version: 2 })), queue("NO_HIT"), none);
      expect(after.progress).toEqual({ kind: "decided" });
    }
  });
});

describe("reports", () => {
  const known: CaseFile = { ...byPerson, reports: reports(), firstReportRevision: 1 };
  const again = reports({ newestTime: later(101) });

  test("one that is newer than NOT_ILLEGAL brings the case back", () => {
    expect(withReports(byPerson, again, later(200))).toMatchObject({
      progress: queuedFor("REPORTED_AGAIN", later(200)),
      decisions: byPerson.decisions,
      reports: again,
    });
  });

  test("one that arrives late, and any on another verdict, changes nothing but the count", () => {
    const late = reports({ count: 2, newestTime: later(100) });
    expect(withReports(known, late, later(200))).toEqual({ ...known, reports: late });
    for (const decisions of [
      [decision("assessor/ann", "VERDICT_ILLEGAL")],
      [decision("assessor/ann", "VERDICT_OUT_OF_SCOPE")],
      byMachine.decisions,
    ]) {
      const closed = { ...known, decisions };
      expect(withReports(closed, again, later(200))).toEqual({ ...closed, reports: again });
    }
  });

  test("the first one has a revision, which rises when another one turns out to be the first, or none", () => {
    const revisions = [reports(), again, reports({ firstTime: later(-5) }), reports({ firstTime: undefined })].reduce(
      (files, facts) => [...files, withReports(files.at(-1) ?? file(), facts, noon)],
      [file()],
    );
    expect(revisions.map(({ firstReportRevision }) => firstReportRevision)).toEqual([undefined, 1, 1, 2, 3]);
  });

  test("one that turns out to belong to a later episode leaves the case closed as it was", () => {
    const back = withReports(byPerson, again, later(200));
    expect(withReports(back, reports({ newestTime: noon }), later(300)).progress).toEqual({ kind: "decided" });
  });

  test("a case that a person has taken up again stays with that person", () => {
    const held: CaseFile = {
      ...byPerson,
      progress: {
        kind: "claimed",
        reason: "QUEUE_REASON_REPORTED_AGAIN",
        queuedTime: noon,
        holder: "assessor/ann",
        claimExpireTime: later(1800),
      },
    };
    expect(withReports(held, reports({ newestTime: noon }), later(300)).progress).toEqual(held.progress);
  });
});

describe("whatever comes", () => {
  const hits = fc.subarray([hit(), sha256(), negative(), hit({ setId: "other", autoIssue: false })]);
  const judgement = fc.constantFrom<Judgement>(
    { kind: "wait" },
    automatic,
    queue("NO_HIT"),
    queue("NEGATIVE_SET"),
    queue("SET_NEEDS_PERSON"),
  );
  const step = fc.record({ hits, judgement, passes: fc.boolean(), newest: fc.integer({ min: 0, max: 300 }) });

  function run(start: CaseFile, steps: fc.Arbitrary<(typeof step extends fc.Arbitrary<infer T> ? T : never)[]>) {
    return steps.map((all) => {
      const states = [start];
      for (const [index, one] of all.entries()) {
        const before = states.at(-1) ?? start;
        const seen = withMatch(before, match(one.hits, { version: index + 2 }));
        const made = one.passes && decidesNow(before, seen, one.judgement) ? decision(MACHINE) : undefined;
        const after = judged(before, seen, one.judgement, { decision: made, now: later(index) });
        states.push(withReports(after, reports({ newestTime: later(one.newest) }), later(index)));
      }
      return states;
    });
  }

  test("the machine never changes or adds to a person's decision", () => {
    fc.assert(
      fc.property(run(byPerson, fc.array(step, { maxLength: 8 })), (states) => {
        for (const state of states) {
          expect(state.decisions).toEqual(byPerson.decisions);
          expect(state.progress.kind).not.toBe("auto_decided");
        }
      }),
    );
  });

  test("a person's decision stands whatever the prober says afterwards, in whatever order it comes", () => {
    const seen = fc.record({
      version: fc.integer({ min: 1, max: 12 }),
      state: fc.constantFrom(...Object.values(TargetState)),
      goneStrength: fc.constantFrom(...Object.values(GoneStrength)),
      goneTime: fc.constantFrom(undefined, later(5)),
      neverSeen: fc.boolean(),
      restrictedHere: fc.boolean(),
      fingerprints: fc.constantFrom([], target().fingerprints),
    });
    const verdict = fc.constantFrom("VERDICT_ILLEGAL", "VERDICT_NOT_ILLEGAL", "VERDICT_OUT_OF_SCOPE");
    const matched = fc.constantFrom(undefined, match([]), match([hit()]), match([hit(), negative()]));
    fc.assert(
      fc.property(verdict, matched, fc.array(fc.tuple(seen, judgement), { maxLength: 12 }), (said, found, events) => {
        const decisions = [decision("assessor/ann", said)];
        const start = file({ progress: { kind: "decided" }, decisions, match: found, target: target() });
        const end = events.reduce((before, [one, says]) => {
          return judged(before, withTarget(before, target(one)), says, none);
        }, start);
        expect({ ...end, target: start.target }).toEqual(start);
      }),
    );
  });

  test("an automatic decision stands while its hit is there, whatever the policy says now and a set allows", () => {
    const policyNow = fc.record({
      autoIssue: fc.boolean(),
      minVotes: fc.nat(9),
      votes: fc.nat(9),
      threshold: fc.nat(31),
    });
    const others = fc.subarray([sha256({ entryId: "e2" }), hit({ setId: "other", autoIssue: false })]);
    const event = fc.record({
      hits: fc.tuple(policyNow, others).map(([change, more]) => [hit(change), ...more]),
      version: fc.integer({ min: 1, max: 9 }),
      contentRevision: fc.constantFrom(undefined, 1, 2),
      state: fc.constantFrom(...Object.values(TargetState)),
      judgement,
    });
    const start = fc.constantFrom(byMachine, withoutGrounds(byMachine), { ...byMachine, decidedContent: 1 });
    fc.assert(
      fc.property(start, fc.array(event, { maxLength: 8 }), (first, events) => {
        let state = first;
        for (const { hits: found, version, contentRevision, state: seen, judgement: says } of events) {
          const of = contentRevision === undefined ? {} : { contentRevision };
          const matched = withMatch(state, match(found, { version, ...of }));
          state = judged(state, withTarget(matched, target({ version, state: seen })), says, none);
          expect(state).toMatchObject({ progress: first.progress, decisions: first.decisions });
        }
      }),
    );
  });

  test("the evidence revision never falls, and a machine decides at most once", () => {
    fc.assert(
      fc.property(run(file({ target: target() }), fc.array(step, { maxLength: 8 })), (states) => {
        const revisions = states.map((state) => state.evidenceRevision);
        expect(revisions).toEqual(revisions.toSorted((a, b) => a - b));
        expect(states.at(-1)?.decisions.length).toBeLessThanOrEqual(1);
        for (const { progress, decisions } of states) {
          expect(progress.kind === "auto_decided" && decisions.length === 0).toBe(false);
        }
      }),
    );
  });
});
