import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Caller } from "@ntd/rpc";
import { containersMissing, startMongoContainer } from "@ntd/testing";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { setBrake } from "../src/brake/brake.ts";
import { halt } from "../src/brake/rpc-halt-dispatch.ts";
import type { Deps } from "../src/deps.ts";
import { facts } from "../src/facts.ts";
import { onCase } from "../src/dispatches/on-case.ts";
import { offerStored } from "../src/stream/offer.ts";
import { addProvider, decidedCase, openTestDeps, watchedCollection } from "./deps.ts";
import { aNotice, at, aClient } from "./examples.ts";

// The brake on both stores: SQLite, where all is one process, and MongoDB, where another replica halts.

const noContainers = await containersMissing();
const picture = "https://pictures.alpha.example/1";
const operator: Caller = { kind: "operator", name: "o", id: "spiffe://ntd.test/operator/o", person: "operator/o" };
const stores = [
  { name: "sqlite", reason: undefined },
  { name: "mongo", reason: noContainers },
];

async function folder(): Promise<{ url: string } & AsyncDisposable> {
  const dir = await mkdtemp(join(tmpdir(), "ntd-brake-"));
  return { url: `file:${dir}`, [Symbol.asyncDispose]: () => rm(dir, { recursive: true }) };
}

describe.each(stores)("$name", ({ name, reason }) => {
  if (reason !== undefined) {
    test.skip(`the brake: ${reason}`, () => undefined);
    return;
  }
  let server: { url: string } & AsyncDisposable;
  beforeAll(async () => {
    server = name === "mongo" ? await startMongoContainer() : await folder();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  let stack: AsyncDisposableStack;
  /** The replica that offers, and the one that halts. */
  let deps: Deps;
  let other: Deps;
  beforeEach(async () => {
    stack = new AsyncDisposableStack();
    const url = `${server.url}/t${randomUUID().slice(0, 8)}`;
    deps = stack.use(await openTestDeps(url));
    other = name === "mongo" ? stack.use(await openTestDeps(url)) : deps;
    await addProvider(deps, "alpha", "alpha.example");
  });
  afterEach(() => stack.disposeAsync());

  const stop = () => halt(other, operator, { requestId: randomUUID(), reason: "drill" });
  const go = () => setBrake(other, operator, { requestId: randomUUID(), body: new Uint8Array(), halted: false });

  test("a replica that paused between its read of the switch and its save stamps nothing once the halt has answered", async () => {
    await onCase(deps)(decidedCase(deps, picture));
    const [found] = await deps.notices.find({ limit: 1 });
    let answered = false;
    const before = async (method: string) => {
      // The switch was read as open. All of the halt runs now, answer included, and then the save goes on.
      if (method !== "save" || answered) return;
      await stop();
      answered = true;
    };
    const paused = { ...deps, notices: watchedCollection(deps.notices as never, { before }) } as Deps;
    expect(found && (await offerStored(paused, found, aClient().understands))).toBeUndefined();
    expect(answered).toBe(true);
    const stored = await deps.notices.load(found?.id ?? "");
    expect(stored?.state.offeredTime).toBeUndefined();
    await go();
    expect(stored && (await offerStored(deps, stored, aClient().understands))?.noticeId).toBe(found?.id);
  });

  test("a notice made while dispatch is halted waits, and leaves after the resume", async () => {
    await stop();
    await onCase(deps)(decidedCase(deps, picture));
    const [found] = await deps.notices.find({ where: { unoffered: "alpha" }, orderBy: "issuedTime", limit: 1 });
    expect(found && (await offerStored(deps, found, aClient().understands))).toBeUndefined();
    await go();
    expect(found && (await offerStored(deps, found, aClient().understands))?.noticeId).toBe(found?.id);
  });

  test("status tells that dispatch is halted, how many notices are open, and to how many providers a stream goes", async () => {
    expect(await facts(deps)).toEqual({ halted: false, open_notices: 0, connected_providers: 0, streams: 0 });
    await stop();
    await onCase(deps)(decidedCase(deps, picture));
    using bell = deps.bells.open();
    bell.listenTo(["alpha"]);
    expect(await facts(deps)).toEqual({ halted: true, open_notices: 1, connected_providers: 1, streams: 1 });
    await go();
    expect(await facts(deps)).toMatchObject({ halted: false });
  });

  test("a halt is two writes however many notices wait, and leaves alone what was offered", async () => {
    const waiting = Array.from({ length: 300 }, (_, i) => aNotice({ noticeId: `waits-${i}` }));
    const offered = aNotice({ noticeId: "offered", offeredTime: at(1) });
    await deps.notices.insertMany([...waiting, offered].map((state) => ({ id: state.noticeId, state })));
    const calls: string[] = [];
    const after = (method: string) => calls.push(method);
    other = { ...other, notices: watchedCollection(other.notices as never, { after }) } as Deps;
    await stop();
    expect(calls).toEqual(["touch"]);
    const versions = (await deps.notices.find({ limit: 400 })).map((d) => d.version);
    expect(versions.filter((version) => version === 2)).toHaveLength(300);
    expect((await deps.notices.load("offered"))?.version).toBe(1);
    expect(await deps.notices.outbox.pending(1)).toEqual([]);
  });
});
