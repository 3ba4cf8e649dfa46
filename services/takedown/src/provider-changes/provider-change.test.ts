import { isSamePerson, PERSONS, personsFor, type Step } from "@ntd/facts";
import { editWith } from "@ntd/testing";
import type { ProviderEdit } from "@ntd/proto/takedown/v1/provider_service";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Place } from "../providers/attribution.ts";
import {
  applied,
  approve,
  conflicts,
  ended,
  isDue,
  propose,
  reject,
  stateOfChange,
  waits,
  type Others,
  type ProviderChange,
} from "./provider-change.ts";
import {
  edited,
  editTowards,
  effective,
  nobody,
  removalFaults,
  routeFaults,
  stepsOf,
  type Profile,
} from "./provider-edit.ts";
import type { Provider } from "../providers/stored-provider.ts";

const why = { keyId: "2026-11", nonce: new Uint8Array(12), ciphertext: new Uint8Array(20) };
const now = new Date(Date.UTC(2026, 10, 28));
const later = new Date(now.getTime() + 60_000);
const inEightDays = new Date(now.getTime() + 8 * 24 * 3600 * 1000);

const alpha: Profile = { ...nobody, displayName: "Alpha", domains: ["alpha.example"], identities: ["alpha"] };
const stored = (profile: Profile, change: Partial<Provider> = {}): Provider => ({
  schemaVersion: 1,
  providerId: "alpha",
  ...profile,
  changes: [],
  requests: [],
  ...change,
});
const alone: Others = { places: [], speaksFor: () => undefined };
const beside = (...places: Place[]): Others => ({ ...alone, places });
const beta = (change: Partial<Place>): Place => ({ providerId: "beta", domains: [], prefixes: [], ...change });

function given(edit: Partial<ProviderEdit>, from: Profile | "new" = alpha, others = alone): ProviderChange {
  const before = from === "new" ? undefined : from;
  const draft = { changeId: "c", providerId: "alpha", over: [], proposedBy: "operator/anna", base: before ? 1 : 0 };
  const real = effective(before ?? nobody, editWith(edit));
  const isNew = before === undefined;
  return propose({ ...draft, edit: real, before, isNew, openElsewhere: { count: 0, isMore: false } }, others, now);
}

describe("how many persons", () => {
  test.each<[string, Partial<ProviderEdit>, number]>([
    ["a name", { displayName: "Alpha Ltd" }, 1],
    ["roles", { addRoles: ["PROVIDER_ROLE_CDN"] }, 1],
    ["an identity that goes", { removeIdentities: ["alpha"] }, 1],
    ["a new identity", { addIdentities: ["noc"] }, 2],
    ["a new domain", { addDomains: ["a.example"] }, 2],
    ["a new prefix", { addPrefixes: ["192.0.2.0/24"] }, 2],
    ["a domain that goes", { removeDomains: ["alpha.example"] }, 2],
    ["a name and a new domain", { displayName: "x", addDomains: ["a.example"] }, 2],
    ["a domain that it has", { addDomains: ["alpha.example"] }, 1],
    ["a new country", { addCountries: { countries: ["NL"] } }, 2],
    ["a country that goes", { removeCountries: { countries: ["NL"] } }, 2],
  ])("%s", (_, edit, persons) => {
    expect(given(edit).persons).toBe(persons);
  });

  test("a new provider takes two, whatever is said of it", () => {
    expect(given({ displayName: "Alpha" }, "new").persons).toBe(2);
  });

  test("the most that one of the steps takes", () => {
    const step = fc.constantFrom(...(Object.keys(PERSONS) as Step[]));
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        expect(personsFor(steps)).toBe(Math.max(1, ...steps.map((s) => PERSONS[s])));
      }),
    );
  });
});

describe("a proposal", () => {
  test("waits, is approved by another person, and is due then", () => {
    const waiting = given({ addDomains: ["a.example"] });
    expect([stateOfChange(waiting, now), isDue(waiting)]).toEqual(["proposed", false]);
    const approved = approve(waiting, "operator/budi", later);
    expect(approved).toMatchObject({ approved: { by: "operator/budi", time: later } });
    expect(typeof approved === "object" && isDue(approved)).toBe(true);
  });

  test("that takes one person is due at once, and nobody approves it", () => {
    const one = given({ displayName: "x" });
    expect([stateOfChange(one, now), isDue(one)]).toEqual(["approved", true]);
    expect(approve(one, "operator/budi", later)).toBe("WRONG_STATE");
  });

  test.each(["operator/anna", "assessor/anna"])("is not approved by %s, who proposed it", (person) => {
    expect(approve(given({ addDomains: ["a.example"] }), person, later)).toBe("SAME_PERSON");
  });

  test("is not approved after its time", () => {
    const waiting = given({ addDomains: ["a.example"] });
    expect(stateOfChange(waiting, inEightDays)).toBe("expired");
    expect(approve(waiting, "operator/budi", inEightDays)).toBe("WRONG_STATE");
  });

  test.each(["operator/anna", "operator/budi"])(
    "is rejected by %s, whoever proposed it, and not approved then",
    (by) => {
      const waiting = given({ addDomains: ["a.example"] });
      const rejected = reject(waiting, by, why, later);
      if (typeof rejected !== "object") throw new Error(rejected);
      expect(rejected.ended).toEqual({ is: "rejected", time: later, by, why });
      expect([stateOfChange(rejected, later), isDue(rejected), waits(rejected)]).toEqual(["rejected", false, false]);
      expect(approve(rejected, "operator/budi", later)).toBe("WRONG_STATE");
    },
  );

  test("is not rejected once it is approved, or its time is over", () => {
    const waiting = given({ addDomains: ["a.example"] });
    const approved = approve(waiting, "operator/budi", later);
    expect(typeof approved === "object" && reject(approved, "operator/budi", why, later)).toBe("WRONG_STATE");
    expect(reject(waiting, "operator/budi", why, inEightDays)).toBe("WRONG_STATE");
    expect(reject(given({ displayName: "x" }), "operator/budi", why, later)).toBe("WRONG_STATE");
  });

  test("nobody confirms what they proposed, in any order of words; it ends once", () => {
    const person = fc
      .tuple(fc.constantFrom("operator", "assessor", "maintainer"), fc.constantFrom("anna", "budi", "chandra"))
      .map((parts) => parts.join("/"));
    const word = fc.oneof(
      person.map((by) => ({ is: "approve" as const, by })),
      person.map((by) => ({ is: "reject" as const, by })),
      fc.constantFrom("applied" as const, "refused" as const).map((is) => ({ is })),
    );
    fc.assert(
      fc.property(person, fc.array(word, { maxLength: 12 }), fc.boolean(), (proposedBy, words, isNew) => {
        let change = { ...given({ addDomains: ["a.example"] }, isNew ? "new" : alpha), proposedBy };
        for (const said of words) {
          const before = change;
          if (said.is === "approve" || said.is === "reject") {
            const { is, by } = said;
            const next = is === "approve" ? approve(change, by, later) : reject(change, by, why, later);
            if (typeof next === "object") change = next;
          } else {
            const end = said.is === "applied" ? { is: said.is, time: later } : { is: said.is, time: later, why: "x" };
            change = ended(change, end);
          }
          if (before.ended !== undefined) expect(change).toBe(before);
        }
        const isRejected = change.ended?.is === "rejected";
        if (change.ended !== undefined) expect(change.approved !== undefined).toBe(!isRejected);
        if (change.approved !== undefined) expect(isSamePerson(change.approved.by, proposedBy)).toBe(false);
      }),
    );
  });
});

describe("in force", () => {
  const at = (change: ProviderChange, state = stored(alpha), version = 1, others = alone) =>
    applied(change, { state, version }, others, later);

  test("a new name keeps domains, prefixes, roles and identities", () => {
    expect(at(given({ displayName: "Alpha Ltd" }))).toMatchObject({ ...alpha, displayName: "Alpha Ltd" });
  });

  test("who proposed and who approved it are kept in the provider", () => {
    const approved = approve(given({ addDomains: ["a.example"] }), "operator/budi", later);
    if (typeof approved !== "object") throw new Error(approved);
    const changes = [{ by: "operator/anna", at: later, changeId: "c", approvedBy: "operator/budi" }];
    expect(at(approved)).toMatchObject({ domains: ["alpha.example", "a.example"], changes });
  });

  test("of two that were proposed on one version the second is refused", () => {
    const change = given({ addDomains: ["a.example"] });
    expect(at(change, stored(alpha), 2)).toEqual({ refused: "the provider changed after this was proposed" });
    expect(applied(given({}, "new"), { state: stored(alpha), version: 1 }, alone, later)).toHaveProperty("refused");
  });

  test("it is refused for another provider's that came in between", () => {
    const change = given({ addDomains: ["a.example"], addIdentities: ["noc"] });
    expect(at(change, stored(alpha), 1, beside(beta({ domains: ["a.example"] })))).toEqual({
      refused: "over does not name beta: a.example meets its a.example, and addresses in both go to alpha",
    });
    expect(at(change, stored(alpha), 1, { ...alone, speaksFor: () => "beta" })).toEqual({
      refused: "edit.add_identities[0] acts for beta already; take it from there first",
    });
  });

  test("of a domain that both have the one that is added over the other wins, until it goes", () => {
    const change = { ...given({ addDomains: ["a.example"] }), over: ["beta"] };
    const next = at(change, stored(alpha), 1, beside(beta({ domains: ["a.example"] })));
    expect(next).toMatchObject({ wins: ["a.example"] });
    if ("refused" in next) throw new Error(next.refused);
    expect(at(given({ removeDomains: ["a.example"] }, next), next)).not.toHaveProperty("wins");
  });
});

describe("an overlap", () => {
  test.each<[string, Partial<ProviderEdit>, Partial<Place>, string]>([
    ["inside another's domain", { addDomains: ["x.b.example"] }, { domains: ["b.example"] }, "alpha"],
    ["around another's domain", { addDomains: ["b.example"] }, { domains: ["x.b.example"] }, "beta"],
    ["the same domain", { addDomains: ["b.example"] }, { domains: ["b.example"] }, "alpha"],
    ["inside another's prefix", { addPrefixes: ["192.0.2.0/25"] }, { prefixes: ["192.0.2.0/24"] }, "alpha"],
    ["around another's prefix", { addPrefixes: ["192.0.2.0/24"] }, { prefixes: ["192.0.2.128/25"] }, "beta"],
    ["the same prefix", { addPrefixes: ["2001:db8::/32"] }, { prefixes: ["2001:db8::/32"] }, "alpha"],
  ])("%s is named with who wins, and refused until the other is named", (_, edit, theirs, winner) => {
    const change = given(edit, alpha, beside(beta(theirs)));
    expect(change.overlaps).toMatchObject([{ providerId: "beta", winner }]);
    expect(conflicts(change, beside(beta(theirs)))).toMatchObject([{ field: "over" }]);
    expect(conflicts({ ...change, over: ["beta"] }, beside(beta(theirs)))).toEqual([]);
  });

  test.each<[Partial<ProviderEdit>, Partial<Place>]>([
    [{ addDomains: ["b.example"] }, { domains: ["notb.example"] }],
    [{ addPrefixes: ["192.0.2.0/25"] }, { prefixes: ["192.0.2.128/25"] }],
    [{ addPrefixes: ["192.0.2.0/24"] }, { prefixes: ["2001:db8::/32"] }],
  ])("%j and %j are none", (edit, theirs) => {
    expect(given(edit, alpha, beside(beta(theirs))).overlaps).toEqual([]);
  });

  test("where the other was made to win before, it must give it up first", () => {
    const theirs = beta({ domains: ["b.example"], wins: ["b.example"] });
    const change = { ...given({ addDomains: ["b.example"] }), over: ["beta"] };
    expect(conflicts(change, beside(theirs))).toMatchObject([{ field: "edit" }]);
  });
});

describe("an edit", () => {
  const entries: fc.Arbitrary<string[]> = fc.uniqueArray(fc.constantFrom("a", "b", "c", "d"));
  const profile = fc.record({ domains: entries, prefixes: entries, identities: entries });
  const whole = (lists: Pick<Profile, "domains" | "prefixes" | "identities">): Profile => ({
    displayName: "Alpha",
    roles: [],
    ...lists,
  });

  test("touches only what it names", () => {
    fc.assert(
      fc.property(profile, entries, entries, (has, add, remove) => {
        const before = whole(has);
        const after = edited(before, effective(before, editWith({ addDomains: add, removeDomains: remove })));
        expect({ ...after, domains: [] }).toEqual({ ...before, domains: [] });
        const named = new Set([...add, ...remove]);
        expect(after.domains.filter((d) => !named.has(d))).toEqual(before.domains.filter((d) => !named.has(d)));
        expect(new Set(after.domains).size).toBe(after.domains.length);
      }),
    );
  });

  test("towards a whole message drops nothing unseen", () => {
    fc.assert(
      fc.property(profile, profile, (has, wanted) => {
        const { edit, dropped } = editTowards(whole(has), whole(wanted));
        const after = edited(whole(has), effective(whole(has), edit));
        for (const list of ["domains", "prefixes", "identities"] as const) {
          expect(after[list]).toEqual(expect.arrayContaining(has[list]));
          const missing = has[list].some((entry) => !wanted[list].includes(entry));
          expect(dropped.some(({ field }) => field === `provider.${list}`)).toBe(missing);
        }
      }),
    );
  });

  test("that takes away what is not there is refused by its place in the list", () => {
    expect(removalFaults(alpha, editWith({ removeDomains: ["alpha.example", "typo.example"] }))).toMatchObject([
      { field: "edit.remove_domains[1]" },
    ]);
    const both = editWith({ addDomains: ["alpha.example"], removeDomains: ["alpha.example"] });
    expect(removalFaults(alpha, both)).toMatchObject([{ field: "edit.remove_domains[0]" }]);
  });

  test("of nothing is no step", () => {
    expect(stepsOf(effective(alpha, editWith({ displayName: "Alpha", addDomains: ["alpha.example"] })), false)).toEqual(
      [],
    );
  });
});

describe("a hotline", () => {
  const hotline: Profile = { ...nobody, displayName: "NL", route: "ROUTE_HOTLINE", countries: { countries: ["NL"] } };

  test("has countries and no identities, and nobody else has countries", () => {
    expect(routeFaults(hotline)).toEqual([]);
    expect(routeFaults({ ...hotline, identities: ["nl"] }).map((f) => f.field)).toEqual(["provider.identities"]);
    expect(routeFaults({ ...alpha, countries: { countries: ["NL"] } }).map((f) => f.field)).toEqual([
      "provider.countries",
    ]);
    expect(routeFaults(alpha)).toEqual([]);
  });

  test("is one for each country", () => {
    const change = given({ addCountries: { countries: ["DE", "NL"] } }, hotline);
    const other = beside(beta({ countries: ["DE"] }));
    expect(conflicts(change, other)).toEqual([
      { field: "edit.add_countries[0]", description: "is beta's already; take it from there first" },
    ]);
    expect(applied(change, { state: stored(hotline), version: 1 }, other, now)).toHaveProperty("refused");
  });

  test("stays one, and a message that says nothing of it changes nothing", () => {
    const { edit } = editTowards(nobody, hotline);
    expect(edited(nobody, effective(nobody, edit))).toEqual(hotline);
    expect(editTowards(hotline, { ...hotline, route: undefined }).dropped).toEqual([]);
    expect(editTowards(hotline, { ...hotline, route: "ROUTE_PROVIDER" }).dropped).toMatchObject([
      { field: "provider.route" },
    ]);
    expect(editTowards(hotline, { ...hotline, countries: undefined }).dropped).toMatchObject([
      { field: "provider.countries", description: expect.stringContaining("NL") },
    ]);
  });

  test("gains and gives up what is named, and no more", () => {
    const edit = editWith({ addCountries: { countries: ["NL", "DE", "DE"] }, removeCountries: { countries: [] } });
    expect(edited(hotline, effective(hotline, edit)).countries?.countries).toEqual(["NL", "DE"]);
    const away = editWith({ removeCountries: { countries: ["NL"] } });
    expect(edited(hotline, effective(hotline, away)).countries).toBeUndefined();
    expect(removalFaults(hotline, editWith({ removeCountries: { countries: ["FR"] } }))).toHaveLength(1);
  });
});
