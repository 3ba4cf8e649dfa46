import { describe, expect, test } from "vitest";
import type { Provider } from "../providers/stored-provider.ts";
import {
  applied,
  approve,
  ended,
  isDue,
  ledBack,
  profileOf,
  propose,
  type Others,
  type ProviderChange,
} from "./provider-change.ts";
import { editAway, effective, type Profile } from "./provider-edit.ts";

const at = (seconds: number) => new Date(Date.UTC(2026, 10, 28) + seconds * 1000);
const alone: Others = { places: [], speaksFor: () => undefined };
const profile: Profile = {
  displayName: "Alpha",
  domains: ["alpha.example"],
  prefixes: ["192.0.2.0/24"],
  roles: ["PROVIDER_ROLE_HOST"],
  identities: ["alpha"],
};
const alpha: Provider = {
  schemaVersion: 1,
  providerId: "alpha",
  ...profile,
  wins: ["alpha.example"],
  changes: [],
  requests: [],
};

const draft = { changeId: "c", providerId: "alpha", over: [], proposedBy: "operator/anna", base: 1 };
const openElsewhere = { count: 0, isMore: false };
const retirement = propose(
  {
    ...draft,
    edit: effective(profile, editAway(profile)),
    before: profile,
    isNew: false,
    openElsewhere,
    retires: true,
  },
  alone,
  at(0),
);
function approved(change: ProviderChange): ProviderChange {
  const next = approve(change, "operator/budi", at(1));
  if (typeof next !== "object") throw new Error(next);
  return next;
}

describe("a retirement", () => {
  test("takes two persons, also of a provider that has nothing", () => {
    expect([retirement.persons, isDue(retirement)]).toEqual([2, false]);
    const nothing = { ...profile, domains: [], prefixes: [], identities: [] };
    const edit = effective(nothing, editAway(nothing));
    const bare = propose({ ...draft, edit, before: nothing, isNew: false, openElsewhere, retires: true }, alone, at(0));
    expect(bare.persons).toBe(2);
  });

  test("takes all that it is found by and who speaks for it, and keeps its name, roles and history", () => {
    const found = { state: alpha, version: 1 };
    const retired = applied(approved(retirement), found, alone, at(2));
    expect(retired).toMatchObject({
      displayName: "Alpha",
      roles: ["PROVIDER_ROLE_HOST"],
      domains: [],
      prefixes: [],
      identities: [],
      retired: at(2),
      changes: [{ by: "operator/anna", approvedBy: "operator/budi", changeId: "c" }],
    });
    expect(retired).not.toHaveProperty("wins");
  });

  test("is refused if the provider changed since", () => {
    expect(applied(approved(retirement), { state: alpha, version: 2 }, alone, at(2))).toHaveProperty("refused");
  });

  test("leads back what is open twice once it is in force, and only then", () => {
    const done = ended(approved(retirement), { is: "applied", time: at(2) });
    expect(done.leadBack).toEqual({ dueAt: at(2), left: 2 });
    const once = ledBack(done, false, at(3));
    expect(once.leadBack).toEqual({ dueAt: at(63), left: 1 });
    expect(ledBack(once, false, at(3))).toBe(once);
    expect(ledBack(once, false, at(64))).not.toHaveProperty("leadBack");
    expect(ledBack(once, true, at(64)).leadBack).toEqual({ dueAt: at(664), left: 1 });
    expect(ledBack(retirement, true, at(64))).toBe(retirement);
    expect(ended(approved(retirement), { is: "refused", time: at(2), why: "x" })).not.toHaveProperty("leadBack");
  });
});

test("one that is put or edited again takes two persons, and is retired no longer", () => {
  const retired: Provider = { ...alpha, domains: [], prefixes: [], identities: [], retired: at(2) };
  const edit = { ...editAway(profileOf(retired)), displayName: "Alpha again" };
  const back = propose({ ...draft, edit, before: profileOf(retired), isNew: true, openElsewhere }, alone, at(5));
  expect(back.persons).toBe(2);
  const again = applied(approved(back), { state: retired, version: 1 }, alone, at(6));
  expect(again).toMatchObject({ displayName: "Alpha again" });
  expect(again).not.toHaveProperty("retired");
});
