import { PERSONS, type Step } from "@ntd/facts";
import { Problem } from "@ntd/service";
import { eventually } from "@ntd/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  liftBreaker,
  liftLegalHold,
  liftStay,
  reopenCase,
  setLegalHold,
  stayDecision,
  tellRiskyIllegal,
  withdrawDecision,
  withdrawFallen,
  withdrawInBulk,
} from "./decision-walks.ts";
import { holdCase, mark, renewHold, renewHoldLong, renewMarkedHold } from "./police-walks.ts";
import { approveRelease, changeSet, restoreEntries, retireSet, revokeEntries, rollBack } from "./list-walks.ts";
import { assign, create, edit, editHotline, retire } from "./provider-walks.ts";
import { startStage, type Stage } from "./stage.ts";
import type { StartWalk } from "./walk.ts";

/** A step of the table that nobody walks here does not compile. */
const walks: Record<Step, StartWalk> = {
  approve_release: approveRelease,
  // The others that are walked here count to the same ten of a day.
  revoke_few_entries: revokeEntries(2),
  revoke_many_entries: revokeEntries(11),
  restore_entries: restoreEntries,
  change_set: changeSet,
  roll_back_set: rollBack,
  retire_set: retireSet,
  tell_risky_illegal: tellRiskyIllegal,
  reopen_case: reopenCase,
  withdraw_decision: withdrawDecision,
  stay_decision: stayDecision,
  lift_stay: liftStay,
  lift_breaker: liftBreaker,
  set_legal_hold: setLegalHold,
  lift_legal_hold: liftLegalHold,
  mark_address: mark((n) => ({ $case: "address", value: `http://walk-${n}.example/x.jpg` })),
  mark_hash: mark((n) => ({ $case: "hash", value: { algorithm: "ALGORITHM_MD5", hex: String(n).padStart(32, "0") } })),
  mark_host: mark((n) => ({ $case: "host", value: `walk-${n}.example` })),
  mark_prefix: mark((n) => ({ $case: "prefix", value: `198.51.${n}.0/24` })),
  hold_case: holdCase,
  renew_hold: renewHold,
  renew_hold_long: renewHoldLong,
  create,
  add_domain: edit(
    ({ name }) => ({ addDomains: [`new-${name}.example`] }),
    (before, after) => after.domains.length > before.domains.length,
  ),
  add_prefix: edit(
    ({ newPrefix }) => ({ addPrefixes: [newPrefix] }),
    (before, after) => after.prefixes.length > before.prefixes.length,
  ),
  add_identity: edit(
    ({ name }) => ({ addIdentities: [`new-${name}`] }),
    (before, after) => after.identities.length > before.identities.length,
  ),
  remove_domain: edit(
    ({ name }) => ({ removeDomains: [`more-${name}.example`] }),
    (before, after) => after.domains.length < before.domains.length,
  ),
  remove_prefix: edit(
    ({ prefix }) => ({ removePrefixes: [prefix] }),
    (before, after) => after.prefixes.length < before.prefixes.length,
  ),
  remove_identity: edit(
    ({ name }) => ({ removeIdentities: [`more-${name}`] }),
    (before, after) => after.identities.length < before.identities.length,
  ),
  add_country: editHotline(
    ({ newCountry }) => ({ addCountries: { countries: [newCountry] } }),
    (_, after) => after.countries?.countries.length === 2,
  ),
  remove_country: editHotline(
    ({ country }) => ({ removeCountries: { countries: [country] } }),
    (_, after) => after.countries === undefined,
  ),
  retire_provider: retire,
  rename: edit(
    () => ({ displayName: "Renamed" }),
    (_, after) => after.displayName === "Renamed",
  ),
  change_roles: edit(
    () => ({ addRoles: ["PROVIDER_ROLE_CDN"] }),
    (before, after) => after.roles.length > before.roles.length,
  ),
  assign_remove: assign("ACTION_REMOVE"),
  assign_disable_access: assign("ACTION_DISABLE_ACCESS"),
  assign_block_network: assign("ACTION_BLOCK_NETWORK"),
};

// Where a step can be gone another way, too: in bulk, and where a list's maintainer has the first word.
const more = [withdrawInBulk, withdrawFallen].map((start) => ["withdraw_decision", start] as const);
const ofMark = ["renew_hold_long", renewMarkedHold] as const;
const steps = [...(Object.entries(walks) as [Step, StartWalk][]), ...more, ofMark];
let stage: Stage;
beforeAll(async () => {
  const breakers = { BREAKER_REVERSALS: "1", BREAKER_SHARE: "60" };
  const secondLook = { SECOND_REVIEW: "after", SECOND_FIRST: "0", SUPERVISORS: "sam,sue" };
  stage = await startStage({ settings: { casework: { ...breakers, ...secondLook } } });
});
afterAll(() => stage[Symbol.asyncDispose]());

describe.each(steps)("%s", (step, start) => {
  test.each([
    ["ann", "ben"],
    ["ben", "ann"],
  ])(`%s and then %s: it takes ${PERSONS[step]}`, async (first, second) => {
    const { kind, otherKind, word, isDone } = await start(stage);
    expect(await isDone()).toBe(false);
    await word({ kind, name: first });
    if (PERSONS[step] === 1) return void (await eventually("carried out by one", isDone));
    expect(await isDone()).toBe(false);
    for (const same of [kind, otherKind, kind]) {
      await word({ kind: same, name: first }).catch(expectRefusal);
      expect(await isDone()).toBe(false);
    }
    await word({ kind, name: second });
    await eventually("carried out by two", isDone);
  });
});

// Or it changes nothing: an assignment that is said again waits as before.
function expectRefusal(error: unknown): void {
  expect(["SAME_PERSON", "NOT_ALLOWED"]).toContain(Problem.from(error).reason);
}
