import { randomUUID } from "node:crypto";
import type { SignedNotice } from "@ntd/proto/takedown/v1/notice_service";
import { type MovableClock, Problem, sealAddress, sealer } from "@ntd/service";
import { change } from "@ntd/store";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Deps } from "../src/deps.ts";
import { onCase } from "../src/dispatches/on-case.ts";
import { acknowledge } from "../src/answers/answer.ts";
import { stateOf, type Notice } from "../src/notices/notice.ts";
import { changeOf } from "../src/notices/publish.ts";
import { taken } from "../src/answers/taken.ts";
import { nextBatch, recheck } from "../src/stream/batch.ts";
import { Bells } from "../src/stream/bells.ts";
import { looking, retryUndeliverable } from "../src/stream/every-second-look.ts";
import { hear } from "../src/stream/hear.ts";
import { offerStored } from "../src/stream/offer.ts";
import { noticesFor } from "../src/stream/rpc-watch-notices.ts";
import { aCase, aDecision, aNotice, at, aClient } from "./examples.ts";
import { addProvider, eventOfData, openTestDeps, watchedCollection } from "./deps.ts";

// Streams on a real store, without bus and gRPC.

let deps: Awaited<ReturnType<typeof openTestDeps>>;
let clock: MovableClock;
beforeEach(async () => {
  deps = await openTestDeps();
  clock = deps.clock as MovableClock;
  await addProvider(deps, "alpha", "alpha.example");
  await deps.directory.refresh();
});
afterEach(() => deps[Symbol.asyncDispose]());

/** Decides cases, a second apart; the ids of their notices, oldest first. */
async function issue(count: number, on: Deps = deps): Promise<string[]> {
  const before = new Set((await deps.notices.find({ limit: 1000 })).map((d) => d.id));
  for (let i = 0; i < count; i++) {
    const caseId = randomUUID();
    const url = `https://alpha.example/${caseId}`;
    const address = sealAddress(on.sealer, { original: url, fetch: url, key: url }, clock.now());
    const decision = aDecision(`decision of ${caseId}`);
    await onCase(on)(eventOfData(caseId, 1, aCase({ caseId, targetId: caseId, address, decision })));
    clock.advance(1000);
  }
  const all = await deps.notices.find({ orderBy: "issuedTime", limit: 1000 });
  return all.map((d) => d.id).filter((id) => !before.has(id));
}

async function notice(id = ""): Promise<Notice> {
  const found = await deps.notices.load(id);
  if (found === undefined) throw new Error("no such notice");
  return found.state;
}

async function acknowledged(id = ""): Promise<void> {
  const saved = await change(
    deps.notices,
    id,
    (n) => n && changeOf(n, taken(acknowledge(n, 1, clock.now())), clock.now()),
  );
  if (saved !== undefined) deps.bells.over(saved.state.providerId, id);
}

/** A stream that is read step by step. */
function stream(maxInFlight = 0, on: Deps = deps) {
  const stop = new AbortController();
  const source = noticesFor(
    { ...on, config: { ...on.config, heartbeatMs: 20 } },
    "alpha",
    { maxInFlight, understands: [] },
    stop.signal,
  );
  return {
    /** What comes before the next heartbeat. */
    async read(): Promise<string[]> {
      const ids: string[] = [];
      while (true) {
        const { value } = await source.next();
        if (value?.event?.$case !== "notice") return ids;
        ids.push((value.event.value as SignedNotice).noticeId);
      }
    },
    async [Symbol.asyncDispose]() {
      stop.abort();
      await source.return(undefined);
    },
  };
}

describe("a notice that cannot be opened", () => {
  const key = (fill: number) => new Uint8Array(32).fill(fill);
  const withKey = (): Deps => ({
    ...deps,
    sealer: sealer(
      new Map([
        ["2020-01", key(7)],
        ["2026-11", key(9)],
      ]),
    ),
  });

  test("silences nobody, is never stamped, is listed with its reason, and leaves once its key is there", async () => {
    const lost = await issue(40, withKey());
    const [good] = await issue(1);
    await using watching = stream();
    expect(await watching.read()).toEqual([good]);
    const states = await Promise.all(lost.map(notice));
    expect(new Set(states.map((n) => `${stateOf(n)} ${String(n.offeredTime)} ${n.undeliverable?.reason}`))).toEqual(
      new Set(["NOTICE_STATE_UNDELIVERABLE undefined SEALING_KEY_NEWER"]),
    );
    expect(
      await deps.notices.find({ where: { state: "NOTICE_STATE_UNDELIVERABLE" }, orderBy: "issuedTime", limit: 50 }),
    ).toHaveLength(40);
    await retryUndeliverable(deps, new AbortController().signal);
    expect((await notice(lost[0])).undeliverable?.tries).toBe(1);
    clock.advance(1000);
    await retryUndeliverable(deps, new AbortController().signal);
    expect((await notice(lost[0])).undeliverable?.tries).toBe(2);
    clock.advance(3000);
    await retryUndeliverable(withKey(), new AbortController().signal);
    expect(stateOf(await notice(lost[0]))).toBe("NOTICE_STATE_ISSUED");
    await using later = stream(0, withKey());
    expect(await later.read()).toEqual([good, ...lost.slice(0, 31)]);
  });

  test("that cannot be tried again holds up no other", async () => {
    // Both are due at one moment: the first in the order of ids has its turn first.
    const [bad = "", ...others] = (await issue(2, withKey())).toSorted();
    await using watching = stream();
    expect(await watching.read()).toEqual([]);
    clock.advance(10_000);
    const on = withKey();
    const save: typeof deps.notices.save = (found, ...rest) =>
      found.id === bad ? Promise.reject(new Problem("STREAM_FULL")) : deps.notices.save(found, ...rest);
    const run = retryUndeliverable({ ...on, notices: { ...on.notices, save } }, new AbortController().signal);
    await expect(run).rejects.toMatchObject({ reason: "STREAM_FULL" });
    expect((await Promise.all([bad, ...others].map(notice))).map(stateOf)).toEqual([
      "NOTICE_STATE_UNDELIVERABLE",
      "NOTICE_STATE_ISSUED",
    ]);
  });

  test("after it was sent is tried no more than it is due, and comes again when it can be opened", async () => {
    const [sent] = await issue(1, withKey());
    await using first = stream(0, withKey());
    expect(await first.read()).toEqual([sent]);
    await using second = stream();
    expect(await second.read()).toEqual([]);
    expect([stateOf(await notice(sent)), (await notice(sent)).offeredTime]).toEqual([
      "NOTICE_STATE_UNDELIVERABLE",
      at(1),
    ]);
    clock.advance(1000);
    await retryUndeliverable(withKey(), new AbortController().signal);
    await using third = stream(0, withKey());
    expect(await third.read()).toEqual([sent]);
  });
});

describe("the window", () => {
  test("counts what this stream carries: what was stamped and not handed over comes first, and what waits as room comes", async () => {
    const stamped = await issue(40);
    for (const id of stamped) await offerStored(deps, (await deps.notices.load(id)) as never, aClient().understands);
    const fresh = await issue(3);
    await using watching = stream(32);
    expect(await watching.read()).toEqual(stamped.slice(0, 32));
    for (const id of stamped.slice(0, 32)) await acknowledged(id);
    expect(await watching.read()).toEqual([...stamped.slice(32), ...fresh]);
  });

  test("is no wider for a ring, and a receipt makes room for exactly one", async () => {
    const ids = await issue(5);
    await using watching = stream(2);
    expect(await watching.read()).toEqual(ids.slice(0, 2));
    deps.bells.ring("alpha");
    deps.bells.again("alpha");
    expect(await watching.read()).toEqual([]);
    expect((await notice(ids[2])).offeredTime).toBeUndefined();
    await acknowledged(ids[1]);
    expect(await watching.read()).toEqual([ids[2]]);
  });

  test("full of what is neither taken nor rejected, it opens after a while for what waits behind", async () => {
    const ids = await issue(3);
    using bell = deps.bells.open();
    bell.listenTo(["alpha"]);
    expect((await nextBatch(deps, bell, aClient(2))).map((n) => n.noticeId)).toEqual(ids.slice(0, 2));
    await recheck(deps, bell);
    expect(await nextBatch(deps, bell, aClient(2))).toEqual([]);
    await recheck(deps, bell, 0);
    expect((await nextBatch(deps, bell, aClient(2))).map((n) => n.noticeId)).toEqual(ids.slice(2));
  });

  test("opens for what was taken at another replica, whose event got lost", async () => {
    const ids = await issue(2);
    using bell = deps.bells.open();
    bell.listenTo(["alpha"]);
    expect(await nextBatch(deps, bell, aClient(1))).toHaveLength(1);
    await change(deps.notices, ids[0] ?? "", (n) => n && { state: { ...n, acknowledgedTime: at(9) } });
    expect(await nextBatch(deps, bell, aClient(1))).toEqual([]);
    await recheck(deps, bell);
    expect((await nextBatch(deps, bell, aClient(1))).map((n) => n.noticeId)).toEqual([ids[1]]);
  });
});

test("what is to be sent again while a stream goes through what was sent before is not forgotten", async () => {
  const ids = await issue(1);
  using bell = deps.bells.open();
  bell.listenTo(["alpha"]);
  bell.fresh.clear();
  let stamped = false;
  const notices = watchedCollection(deps.notices as never, {
    // The store has answered that nothing was sent; now another stream stamps the notice.
    after: async (method) => {
      if (method !== "find" || stamped) return;
      stamped = true;
      await offerStored(deps, (await deps.notices.load(ids[0] ?? "")) as never, aClient().understands);
      deps.bells.stamped("alpha", ids[0] ?? "", 1);
    },
  }) as typeof deps.notices;
  expect((await nextBatch({ ...deps, notices }, bell, aClient(32))).map((n) => n.noticeId)).toEqual(ids);
});

test("what was sent to a provider that a stream no longer speaks for takes no room from the others", async () => {
  const ids = await issue(2);
  using bell = deps.bells.open();
  bell.listenTo(["alpha", "beta"]);
  expect(await nextBatch(deps, bell, aClient(2))).toHaveLength(2);
  await recheck(deps, bell, 0);
  bell.listenTo(["beta"]);
  expect([bell.inWindow, bell.carried.size, bell.aside.size]).toEqual([0, 0, 0]);
  // What leaves and comes back is sent from its beginning.
  bell.listenTo(["alpha", "beta"]);
  expect((await nextBatch(deps, bell, aClient(2))).map((n) => n.noticeId)).toEqual(ids);
});

test("a silent stream asks the store for nothing, however long it beats", async () => {
  let asked = 0;
  const before = () => asked++;
  const notices = watchedCollection(deps.notices as never, { before });
  const switches = watchedCollection(deps.switches as never, { before });
  await using watching = stream(0, { ...deps, notices, switches });
  expect(await watching.read()).toEqual([]);
  const atFirst = asked;
  for (let beat = 0; beat < 5; beat++) expect(await watching.read()).toEqual([]);
  expect([atFirst > 0, asked]).toEqual([true, atFirst]);
});

test("what is sent again after a reconnect is read by pages, never the whole of it", async () => {
  for (const id of await issue(40))
    await offerStored(deps, (await deps.notices.load(id)) as never, aClient().understands);
  const limits: number[] = [];
  const find: typeof deps.notices.find = (query) => (limits.push(query.limit), deps.notices.find(query));
  await using watching = stream(256, { ...deps, notices: { ...deps.notices, find } });
  expect(await watching.read()).toHaveLength(40);
  expect(Math.max(...limits)).toBeLessThanOrEqual(16);
});

describe("a stream hears", () => {
  const published = { providerId: "alpha", noticeId: "notice-1" } as const;
  const sent = { offeredTime: at(1) };
  const heard = (facts: { state: string; offeredTime?: Date; acknowledgedTime?: Date }, verb: string) => {
    using bell = deps.bells.open();
    bell.listenTo(["alpha"]);
    bell.fresh.clear();
    bell.resent.clear();
    bell.carried.set("notice-1", { providerId: "alpha", revision: 1, sentAt: 0 });
    hear(deps.bells, { data: { ...published, revision: 1, ...facts } as never, verb });
    return [bell.fresh.size, bell.resent.size, bell.carried.size];
  };

  test.each([
    ["an issue", { state: "NOTICE_STATE_ISSUED" }, "issued", [1, 0, 1]],
    ["its own offer", { state: "NOTICE_STATE_ISSUED", ...sent }, "offered", [0, 0, 1]],
    ["an offer of a later revision", { state: "NOTICE_STATE_SUSPENDED", ...sent, revision: 2 }, "offered", [0, 1, 1]],
    ["one that is to be sent again", { state: "NOTICE_STATE_ISSUED", ...sent }, "reopened", [0, 1, 1]],
    ["a receipt", { state: "NOTICE_STATE_ACKNOWLEDGED", ...sent, acknowledgedTime: at(2) }, "acknowledged", [0, 0, 0]],
    [
      "a receipt of a later revision",
      { state: "NOTICE_STATE_SUSPENDED", ...sent, revision: 2, revisionAcknowledgedTime: at(2) },
      "acknowledged",
      [0, 0, 0],
    ],
    ["a rejection", { state: "NOTICE_STATE_REJECTED", ...sent }, "rejected", [0, 0, 0]],
    ["a doubt", { state: "NOTICE_STATE_SUSPENDED", ...sent }, "suspended", [1, 1, 0]],
    ["the end of a doubt", { state: "NOTICE_STATE_ISSUED", ...sent }, "reinstated", [1, 1, 0]],
    ["a withdrawal", { state: "NOTICE_STATE_WITHDRAWN", ...sent }, "withdrawn", [1, 1, 0]],
  ] as const)("%s", (_, facts, verb, wakes) => {
    expect(heard(facts, verb)).toEqual(wakes);
  });

  test("by one look for all what another replica issued, and that it let the brake go", async () => {
    const look = looking(deps);
    await using watching = stream();
    await look();
    expect(await watching.read()).toEqual([]);
    // Another replica has bells of its own.
    const ids = await issue(1, { ...deps, bells: new Bells() });
    expect(await watching.read()).toEqual([]);
    await look();
    expect(await watching.read()).toEqual(ids);
  });

  test("by one look of the newest, however many another replica issued in a second", async () => {
    const look = looking(deps);
    using bell = deps.bells.open();
    bell.listenTo(["beta"]);
    bell.fresh.clear();
    const states = Array.from({ length: 120 }, (_, n) => aNotice({ noticeId: `a${n}`, providerId: "alpha" }));
    states.push(aNotice({ noticeId: "b", providerId: "beta", issuedTime: at(1) }));
    await deps.notices.insertMany(states.map((state) => ({ id: state.noticeId, state })));
    await look();
    expect([...bell.fresh]).toEqual(["beta"]);
  });
});
