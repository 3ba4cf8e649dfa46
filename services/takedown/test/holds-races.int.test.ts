import type { LeftNotice } from "@ntd/proto/takedown/v1/holding_service";
import { containersMissing, startMongoContainer } from "@ntd/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Deps } from "../src/deps.ts";
import { onCase } from "../src/dispatches/on-case.ts";
import { tellHolds } from "../src/dispatches/rpc-tell-holds.ts";
import type { Notice } from "../src/notices/notice.ts";
import { offerStored } from "../src/stream/offer.ts";
import { addProvider, decidedCase, eventOfData, openTestDeps } from "./deps.ts";
import { aClient, aDecision, aHold, at } from "./examples.ts";
import { inTurns, type Actor } from "./in-turns.ts";

// A hold that comes first wins; one that comes second says that it was sent already. Never both, and never neither: in
// whatever order the reads and writes of both fall on a real store.

const noContainers = await containersMissing();
const stores = [
  { name: "sqlite", seeds: 120, reason: undefined },
  { name: "mongo", seeds: 30, reason: noContainers },
];

let deps: Deps;
let seeds: number;

const inForce = { holds: [aHold("hold-1")], earlier: undefined };
const released = { holds: [aHold("hold-1", { releasedTime: at(9) })], earlier: undefined };

/** A case of its own, and what may be done with it. */
function aStory(name: string) {
  const ids = { caseId: `case-${name}`, targetId: `target-${name}` };
  const decision = aDecision(`decision-${name}`);
  const event = (version: number, change: Parameters<typeof decidedCase>[3] = {}) => {
    const told = decidedCase(deps, `https://alpha.example/${name}`, version, { ...ids, decision, ...change });
    return eventOfData(ids.caseId, version, told.data);
  };
  const heard = (version: number, change = {}) => onCase(deps)(event(version, change));
  const found = async (on: Deps = deps) => {
    const query = { where: { caseId: ids.caseId }, orderBy: "issuedTime", limit: 1 } as const;
    return (await on.notices.find(query))[0];
  };
  let handed = 0;
  const offer: Actor = async (on) => {
    const document = await found(on);
    if (document === undefined) return;
    if ((await offerStored(on, document, aClient().understands)) !== undefined) handed++;
  };
  let left: LeftNotice[] = [];
  const hold =
    (version: number): Actor =>
    async (on) => {
      const answer = await tellHolds(on)({ caseId: ids.caseId, caseVersion: BigInt(version), holds: inForce });
      left = answer.left;
    };
  const hear =
    (version: number, change = {}): Actor =>
    (on) =>
      onCase(on)(event(version, change));
  const notice = async (): Promise<Notice | undefined> => (await found())?.state;
  /** Whether it had left, as both sides say. */
  const outcome = async () => {
    const stored = await notice();
    const sides = { handed: handed > 0, told: left.length > 0, stamped: stored?.offeredTime !== undefined };
    await offer(deps);
    const after = { leavesLater: handed > 0 && !sides.handed };
    expect({ ...sides, ...after }).toEqual(
      sides.told
        ? { handed: true, told: true, stamped: true, leavesLater: false }
        : { handed: false, told: false, stamped: false, leavesLater: false },
    );
    return sides.told;
  };
  const leaves = async (version: number) => {
    await heard(version, { holds: released });
    await offer(deps);
    expect((await notice())?.offeredTime).toBeDefined();
  };
  return { heard, hear, offer, hold, outcome, leaves };
}

/** What is done, and a stream that looks again and again meanwhile. */
function watched(act: Actor, look: Actor): Actor[] {
  let isDone = false;
  return [
    (on) => act(on).finally(() => (isDone = true)),
    async (on) => {
      while (!isDone) await look(on);
      await look(on);
    },
  ];
}

/** Begins later, by so many turns. */
const after =
  (turns: number, act: Actor): Actor =>
  async (on) => {
    for (let n = 0; n < turns; n++) await on.switches.load("none");
    await act(on);
  };

async function race(name: string, run: (story: ReturnType<typeof aStory>, seed: number) => Promise<number>) {
  const sent: boolean[] = [];
  for (let seed = 1; seed <= seeds; seed++) {
    const story = aStory(`${name}-${seed}`);
    const version = await run(story, seed);
    sent.push(await story.outcome());
    await story.leaves(version + 1);
  }
  return new Set(sent);
}

describe.each(stores)("$name", ({ name, seeds: given, reason }) => {
  if (reason !== undefined) {
    test.skip(`holds: ${reason}`, () => undefined);
    return;
  }
  let stack: AsyncDisposableStack;
  beforeAll(async () => {
    stack = new AsyncDisposableStack();
    const mongo = name === "mongo" ? stack.use(await startMongoContainer()) : undefined;
    deps = stack.use(await openTestDeps(mongo && `${mongo.url}/holds`));
    seeds = given;
    await addProvider(deps, "alpha", "alpha.example");
    await deps.directory.refresh();
  });
  afterAll(() => stack.disposeAsync());

  describe("a hold and an offer", () => {
    test("meet at a notice that waits for nothing", async () => {
      const both = await race("plain", async ({ heard, offer, hold }, seed) => {
        await heard(1);
        await inTurns(deps, seed, [offer, hold(2)]);
        return 2;
      });
      expect(both).toEqual(new Set([true, false]));
    });

    test("meet while the event of the very hold comes too, and two streams offer", async () => {
      const both = await race("event", async ({ heard, hear, offer, hold }, seed) => {
        await heard(1);
        await inTurns(deps, seed, [offer, hold(2), hear(2, { holds: inForce }), offer]);
        return 2;
      });
      expect(both).toEqual(new Set([true, false]));
    });

    test("meet just as an earlier hold ends", async () => {
      const both = await race("anew", async ({ heard, hear, offer, hold }, seed) => {
        await heard(1, { holds: inForce });
        await inTurns(deps, seed, [hear(2, { holds: released }), offer, offer, hold(3)]);
        return 3;
      });
      expect(both).toEqual(new Set([true, false]));
    });

    test("meet while the notice is made", async () => {
      const both = await race("made", async ({ hear, offer, hold }, seed) => {
        await inTurns(deps, seed, [...watched(hear(1), offer), after(seed % 16, hold(2))]);
        return 2;
      });
      expect(both).toEqual(new Set([true, false]));
    });
  });

  test("a hold in the very event that makes the notice keeps it back, whatever else happens", async () => {
    const both = await race("first", async ({ hear, offer }, seed) => {
      await inTurns(deps, seed, [
        hear(1, { holds: inForce }),
        async (on) => (await offer(on), await offer(on), offer(on)),
      ]);
      return 1;
    });
    expect(both).toEqual(new Set([false]));
  });
});
