import { randomUUID } from "node:crypto";
import { MovableClock } from "@ntd/service";
import { editWith, eventually } from "@ntd/testing";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { onCase } from "../src/dispatches/on-case.ts";
import { leadBackDue } from "../src/provider-changes/lead-back.ts";
import { propose } from "../src/provider-changes/provider-change.ts";
import { startTestTakedown, type TestTakedown } from "./bed.ts";
import { addProvider, decidedCase, openTestDeps, watchedCollection } from "./deps.ts";
import { aDecision, at } from "./examples.ts";

describe("over the wire", () => {
  let takedown: TestTakedown;
  beforeAll(async () => {
    takedown = await startTestTakedown();
    await takedown.provider("wide", { domains: ["wide.example"] });
    await takedown.provider("alpha");
    await takedown.edit("alpha", { addDomains: ["alpha.wide.example"] }, ["wide"]);
  });
  afterAll(() => takedown[Symbol.asyncDispose]());

  const retire = (providerId: string, more: object = {}) =>
    takedown.operator.retireProvider({
      requestId: randomUUID(),
      providerId,
      reason: "closed down",
      dryRun: false,
      ...more,
    });
  const unattributed = async (caseId: string) =>
    (await takedown.operator.listUnattributed({ pageSize: 100, pageToken: "" })).dispatches.find(
      (dispatch) => dispatch.caseId === caseId,
    );
  const found = async (providerId: string) =>
    (await takedown.operator.listProviders({ pageSize: 100, pageToken: "" })).providers.find(
      (provider) => provider.providerId === providerId,
    );

  test("two persons retire it: what is open goes before a person, what comes goes to the next, nobody speaks for it", async () => {
    const { caseId } = await takedown.decide("a.alpha.wide.example");
    expect((await takedown.notice(caseId)).providerId).toBe("alpha");
    const dry = await retire("alpha", { dryRun: true });
    expect(dry.change).toMatchObject({
      changeId: "",
      persons: 2,
      retires: true,
      openElsewhere: 1,
      goes: [{ providerId: "wide", count: 1 }],
      after: { domains: [], identities: [] },
    });
    const { change } = await retire("alpha");
    expect(change).toMatchObject({ state: "PROVIDER_CHANGE_STATE_PROPOSED", retires: true });
    expect((await found("alpha"))?.retiredTime).toBeUndefined();
    const approval = { requestId: randomUUID(), changeId: change?.changeId ?? "" };
    const own = takedown.operator.approveProviderChange(approval);
    await expect(own).rejects.toMatchObject({ reason: "SAME_PERSON" });
    await takedown.another.approveProviderChange(approval);
    expect(await found("alpha")).toMatchObject({ domains: [], identities: [], retiredTime: expect.any(Date) });
    const open = await eventually("it is before a person", () => unattributed(caseId));
    const later = await takedown.decide("b.alpha.wide.example");
    expect((await takedown.notice(later.caseId)).providerId).toBe("wide");
    const isp = await takedown.isp("alpha");
    const list = isp.listNotices({ pageSize: 1, pageToken: "", state: "NOTICE_STATE_UNSPECIFIED", caseId: "" });
    await expect(list).rejects.toMatchObject({ reason: "IDENTITY_WITHOUT_PROVIDER" });
    const assigned = { requestId: randomUUID(), dispatchId: open.dispatchId, action: "ACTION_REMOVE" } as const;
    const toRetired = takedown.operator.assignProvider({ ...assigned, providerId: "alpha" });
    await expect(toRetired).rejects.toMatchObject({ fields: [{ field: "provider_id" }] });
    expect((await takedown.operator.assignProvider({ ...assigned, providerId: "wide" })).noticeId).not.toBe("");
    await expect(retire("alpha")).rejects.toMatchObject({ reason: "WRONG_STATE" });
  });

  test("it wants a reason and a provider", async () => {
    await expect(retire("wide", { reason: " " })).rejects.toMatchObject({ fields: [{ field: "reason" }] });
    await expect(retire("none")).rejects.toMatchObject({ reason: "NOT_FOUND" });
  });
});

describe("on one store", () => {
  let deps: Awaited<ReturnType<typeof openTestDeps>>;
  beforeEach(async () => {
    deps = await openTestDeps();
    await addProvider(deps, "alpha", "alpha.example");
  });
  afterEach(() => deps[Symbol.asyncDispose]());

  const clock = () => {
    if (deps.clock instanceof MovableClock) return deps.clock;
    throw new Error("a clock that stands still");
  };
  const signal = new AbortController().signal;
  /** alpha is retired as a change left it that is in force. */
  async function retired(): Promise<void> {
    const found = await deps.providers.load("alpha");
    if (found === undefined) throw new Error("no provider");
    const changes = [{ by: "operator/anna", at: at(1), changeId: "c" }];
    await deps.providers.save(found, { ...found.state, domains: [], identities: [], retired: at(1), changes });
    const openElsewhere = { count: 0, isMore: false };
    const who = {
      changeId: "c",
      providerId: "alpha",
      edit: editWith({}),
      over: [],
      proposedBy: "operator/anna",
      base: 1,
    };
    const change = propose(
      { ...who, before: undefined, isNew: false, openElsewhere, retires: true },
      { places: [], speaksFor: () => undefined },
      at(0),
    );
    const leadBack = { dueAt: at(1), left: 2 };
    await deps.providerChanges.insert("c", { ...change, ended: { is: "applied", time: at(1) }, leadBack });
  }
  const waiting = async () =>
    (
      await deps.dispatches.find({
        where: { unattributedSince: { gte: new Date(0) } },
        orderBy: "unattributedSince",
        limit: 10,
      })
    ).length;

  test("whatever a crash left is led back once, and a minute later what was sent to it meanwhile", async () => {
    await onCase(deps)(decidedCase(deps, "https://x.alpha.example/1.jpg"));
    await retired();
    clock().advance(2000);
    const died = { ...deps, providerChanges: watchedCollection(deps.providerChanges as never, { before: dieAtSave }) };
    await leadBackDue(died, signal).catch(() => undefined);
    expect(await waiting()).toBe(1);
    await leadBackDue(deps, signal);
    expect((await deps.dispatches.find({ limit: 10 }))[0]?.state.ledBackBy).toHaveLength(1);
    // Another replica, which had not heard of it yet, sends something.
    await onCase(deps)(
      decidedCase(deps, "https://x.alpha.example/2.jpg", 1, { caseId: "case-2", decision: aDecision("decision-2") }),
    );
    await leadBackDue(deps, signal);
    expect(await waiting()).toBe(1);
    clock().advance(61_000);
    await leadBackDue(deps, signal);
    expect(await waiting()).toBe(2);
    expect((await deps.providerChanges.load("c"))?.state).not.toHaveProperty("leadBack");
  });

  test("a notice that is not made yet is led back too", async () => {
    await onCase(deps)(decidedCase(deps, "https://x.alpha.example/1.jpg"));
    const [found] = await deps.dispatches.find({ limit: 1 });
    if (found === undefined) throw new Error("no dispatch");
    const [addressee] = found.state.addressees;
    if (addressee === undefined) throw new Error("no addressee");
    const other = { ...addressee, noticeId: "unmade", created: false };
    const saved = await deps.dispatches.save(found, { ...found.state, addressees: [other] });
    await retired();
    clock().advance(2000);
    await leadBackDue(deps, signal);
    expect((await deps.dispatches.load(found.id))?.state.ledBackBy).toContain("unmade");
    expect(saved).toBeDefined();
  });

  test("what is in doubt waits for its end, and is led back then", async () => {
    await onCase(deps)(decidedCase(deps, "https://x.alpha.example/1.jpg"));
    const mark = async (isDoubted: boolean) => {
      const [found] = await deps.notices.find({ limit: 1 });
      if (found === undefined) throw new Error("no notice");
      const { suspended: _, ...rest } = found.state;
      await deps.notices.save(found, isDoubted ? { ...rest, suspended: true } : rest);
    };
    await mark(true);
    await retired();
    clock().advance(2000);
    await leadBackDue(deps, signal);
    expect(await waiting()).toBe(0);
    await mark(false);
    clock().advance(600_000);
    await leadBackDue(deps, signal);
    expect(await waiting()).toBe(1);
  });

  test("however many notices others have open, its own alone are read", async () => {
    await addProvider(deps, "beta", "beta.example");
    await onCase(deps)(decidedCase(deps, "https://x.alpha.example/1.jpg"));
    const decision = aDecision("decision-2");
    await onCase(deps)(decidedCase(deps, "https://x.beta.example/2.jpg", 1, { caseId: "case-2", decision }));
    await retired();
    clock().advance(2000);
    const read: string[] = [];
    const pages: typeof deps.notices.pages = async function* (query, size) {
      for await (const page of deps.notices.pages(query, size)) {
        read.push(...page.map(({ state }) => state.providerId));
        yield page;
      }
    };
    const notices = new Proxy(deps.notices, {
      get: (of, name, self) => (name === "pages" ? pages : (Reflect.get(of, name, self) as unknown)),
    });
    await leadBackDue({ ...deps, notices }, signal);
    expect(read).toEqual(["alpha"]);
    expect(await waiting()).toBe(1);
  });

  test("one that was put again since leads nothing back", async () => {
    await onCase(deps)(decidedCase(deps, "https://x.alpha.example/1.jpg"));
    await retired();
    const found = await deps.providers.load("alpha");
    if (found === undefined) throw new Error("no provider");
    const { retired: _, ...again } = found.state;
    await deps.providers.save(found, {
      ...again,
      changes: [...again.changes, { by: "operator/anna", at: at(2), changeId: "d" }],
    });
    clock().advance(2000);
    await leadBackDue(deps, signal);
    expect(await waiting()).toBe(0);
  });
});

function dieAtSave(method: string): void {
  if (method === "save") throw new Error("died");
}
