import { randomUUID } from "node:crypto";
import { derivedId, Problem } from "@ntd/service";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Deps } from "../src/deps.ts";
import { isLasting } from "../src/opinions/disabling.ts";
import { disableEntry, enableEntry } from "../src/opinions/rpc-change-entry.ts";
import { revokeEntries } from "../src/revocations/rpc-revoke-entries.ts";
import { md5 } from "./bed.ts";
import { by, cutAt, openTestDeps, setInForce } from "./deps.ts";
import { MEMBERS, named } from "./opinions-bed.ts";

// One person alone disables ten entries at a time, and takes ten back in a day: neither more nor fewer, wherever a call
// is cut off.

let bed: Awaited<ReturnType<typeof openTestDeps>>;
let deps: Deps;
let setId: string;
beforeEach(async () => {
  deps = bed = await openTestDeps();
  setId = await setInForce(deps, MEMBERS, 30);
});
afterEach(() => bed[Symbol.asyncDispose]());

const disable = (on: Deps, n: number) =>
  disableEntry(on)({ requestId: randomUUID(), setId, entry: named(setId, n), reason: "blurred", days: 30 }, by("ben"));
const enable = (on: Deps, n: number) =>
  enableEntry(on)({ requestId: randomUUID(), setId, entry: named(setId, n) }, by("ben"));
const revoke = (on: Deps, n: number) =>
  revokeEntries(on)(
    {
      requestId: randomUUID(),
      setId,
      entryIds: [derivedId("entry", setId, "MD5", md5(n))],
      fingerprints: [],
      reason: "wrong",
      cause: "REVOCATION_CAUSE_WRONG_FILE",
    },
    by("anna"),
  );

/** Does it with one entry after the other, from the eleventh on, until it is refused. */
async function untilRefused(act: (n: number) => Promise<unknown>): Promise<string> {
  for (let n = 11; n <= 30; n++) {
    const refused = await act(n).then(
      () => undefined,
      (error: unknown) => Problem.from(error).reason,
    );
    if (refused !== undefined) return refused;
  }
  return "never";
}

async function disabled(): Promise<number> {
  const { length } = (await deps.opinions.find({ where: { setId }, orderBy: "rank", limit: 100 })).filter(
    ({ state: { disabling } }) => isLasting(disabling) && disabling.by === "maintainer/ben",
  );
  return length;
}

const cuts = [1, 2, 3, 4].flatMap((n) => [
  { n, when: "before" as const },
  { n, when: "after" as const },
]);

describe.each(cuts)("cut off $when write $n", ({ n, when }) => {
  const cut = async (names: Parameters<typeof cutAt>[1], act: (on: Deps) => Promise<unknown>) => {
    const { on, isCut } = cutAt(deps, names, n, when);
    await act(on).catch(() => undefined);
    expect(isCut()).toBe(true);
    // By then nobody is between the two writes any more.
    bed.clock.advance(60_000);
  };

  test("a call that disables costs nothing but what it disabled", async () => {
    await cut(["disabledAlone", "sets", "opinions"], (on) => disable(on, 1));
    expect(await untilRefused((one) => disable(deps, one))).toBe("WRONG_STATE");
    expect(await disabled()).toBe(10);
  });

  test("so does one that enables", async () => {
    for (let one = 1; one <= 10; one++) await disable(deps, one);
    expect(await disabled()).toBe(10);
    await cut(["disabledAlone", "sets", "opinions"], (on) => enable(on, 1));
    expect(await untilRefused((one) => disable(deps, one))).toBe("WRONG_STATE");
    expect(await disabled()).toBe(10);
  });

  test("so does one that takes back", async () => {
    await cut(["takenAlone", "sets", "revoked", "revocations"], (on) => revoke(on, 1));
    const isAlone = async (one: number) => {
      const { revocation } = await revoke(deps, one);
      if (revocation?.state === "REVOCATION_STATE_PENDING") throw new Problem("WRONG_STATE");
    };
    expect(await untilRefused(isAlone)).toBe("WRONG_STATE");
    const made = await deps.revocations.find({ where: { setId }, orderBy: "requestedTime", limit: 100 });
    const alone = made.filter(({ state }) => state.persons === 1);
    expect(alone.reduce((sum, { state }) => sum + state.entryCount, 0)).toBe(10);
  });
});

test("another set makes nobody's ten more", async () => {
  for (let one = 1; one <= 10; one++) await disable(deps, one);
  setId = await setInForce(deps, MEMBERS, 30);
  expect(await untilRefused((one) => disable(deps, one))).toBe("WRONG_STATE");
  expect(await disabled()).toBe(0);
});

test("a share of a call that may still be on its way is not given away", async () => {
  const { on } = cutAt(deps, ["opinions"], 1, "before");
  await disable(on, 1).catch(() => undefined);
  expect(await untilRefused((one) => disable(deps, one))).toBe("WRONG_STATE");
  expect(await disabled()).toBe(9);
});
