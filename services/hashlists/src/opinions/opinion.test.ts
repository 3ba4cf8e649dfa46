import fc from "fast-check";
import { expect, test } from "vitest";
import { MOST_OPINIONS, positiveOrganisations, together, togetherListed, withOpinion, type Given } from "./opinion.ts";

const [POSITIVE, SEED, NEGATIVE] = ["ENTRY_OPINION_POSITIVE", "ENTRY_OPINION_SEED", "ENTRY_OPINION_NEGATIVE"] as const;
const opinion = fc.constantFrom(POSITIVE, SEED, NEGATIVE);
const given = fc
  .array(fc.record({ person: fc.nat(9), organisation: fc.nat(4), said: fc.option(opinion), time: fc.nat(100) }))
  .map((all) =>
    all.reduce<readonly Given[]>(
      (before, { person, organisation, said, time }) =>
        withOpinion(before, {
          person: `maintainer/${person}`,
          organisation: `org ${organisation}`,
          ...(said !== null && { opinion: said }),
          note: "",
          time: new Date(time),
        }),
      [],
    ),
  );

test("all the same is that", () =>
  fc.assert(
    fc.property(opinion, fc.integer({ min: 1, max: 9 }), (one, times) => {
      const all = Array.from({ length: times }, () => one);
      expect(together(all)).toBe(one.replace("ENTRY_OPINION", "OPINIONS_TOGETHER"));
    }),
  ));

test("a negative one beside any other is disputed, in whatever order, and never decided by how many say so", () =>
  fc.assert(
    fc.property(fc.array(opinion), fc.constantFrom(POSITIVE, SEED), (all, other) => {
      expect(together([NEGATIVE, ...all, other])).toBe("OPINIONS_TOGETHER_DISPUTED");
      expect(together([...all, other, NEGATIVE].toReversed())).toBe("OPINIONS_TOGETHER_DISPUTED");
    }),
  ));

test("else the highest", () => {
  expect(together([SEED, POSITIVE, SEED])).toBe("OPINIONS_TOGETHER_POSITIVE");
  expect(together([])).toBe("OPINIONS_TOGETHER_UNSPECIFIED");
});

test("what is listed is positive already: one who says negative disputes it", () =>
  fc.assert(
    fc.property(given, (all) => {
      const isNegative = all.some((one) => one.opinion === NEGATIVE);
      expect(togetherListed(all)).toBe(isNegative ? "OPINIONS_TOGETHER_DISPUTED" : "OPINIONS_TOGETHER_POSITIVE");
    }),
  ));

test("an organisation has one vote, and none while its own people do not agree", () =>
  fc.assert(
    fc.property(given, (all) => {
      const says = (what: string) => new Set(all.filter((one) => one.opinion === what).map((one) => one.organisation));
      const against = says(NEGATIVE);
      expect(positiveOrganisations(all)).toBe([...says(POSITIVE)].filter((one) => !against.has(one)).length);
    }),
  ));

test("an organisation has one vote, however its name was typed", () => {
  const says = (person: string, organisation: string): Given => ({
    person,
    organisation,
    opinion: POSITIVE,
    note: "",
    time: new Date(0),
  });
  expect(positiveOrganisations([says("maintainer/a", "Hotline"), says("maintainer/b", "hotline")])).toBe(1);
});

test("one person has one opinion: the newest, whatever comes late", () =>
  fc.assert(
    fc.property(given, (all) => {
      expect(new Set(all.map(({ person }) => person)).size).toBe(all.length);
      for (const one of all) expect(withOpinion(all, { ...one, note: "late", time: new Date(-1) })).toBe(all);
    }),
  ));

test("of more persons than are kept, those who withdrew go first, and who speaks against it last", () => {
  const one = (n: number, said?: Given["opinion"]): Given => ({
    person: `maintainer/${n}`,
    organisation: "a",
    ...(said && { opinion: said }),
    note: "",
    time: new Date(n),
  });
  const many = Array.from({ length: MOST_OPINIONS - 1 }, (_, n) => one(n + 2, n === 50 ? undefined : POSITIVE));
  const full = withOpinion([one(0, NEGATIVE), ...many], one(1000, SEED));
  expect(full).toHaveLength(MOST_OPINIONS);
  expect(full.filter((left) => left.opinion === undefined)).toEqual([]);
  const fuller = withOpinion(full, one(1001, SEED));
  expect(fuller.map(({ person }) => person)).toContain("maintainer/0");
  expect(fuller.map(({ person }) => person)).not.toContain("maintainer/2");
});
