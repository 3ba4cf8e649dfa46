import { randomUUID } from "node:crypto";
import type { ProviderChange } from "@ntd/proto/takedown/v1/provider_service";
import { editWith, providerWith } from "@ntd/testing";
import { MovableClock } from "@ntd/service";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { onCase } from "../src/dispatches/on-case.ts";
import { applyChange } from "../src/provider-changes/apply-change.ts";
import { applyDue } from "../src/provider-changes/every-second-apply.ts";
import { Directory } from "../src/providers/directory.ts";
import { draftChange } from "../src/provider-changes/propose-change.ts";
import { approve } from "../src/provider-changes/provider-change.ts";
import type { Deps } from "../src/deps.ts";
import { startTestTakedown, type TestTakedown } from "./bed.ts";
import { addProvider, decidedCase, openTestDeps, watchedCollection } from "./deps.ts";
import { at } from "./examples.ts";

describe("over the wire", () => {
  let takedown: TestTakedown;
  beforeAll(async () => {
    takedown = await startTestTakedown();
    for (const id of ["alpha", "beta"]) await takedown.provider(id, { domains: [`${id}.example`] });
  });
  afterAll(() => takedown[Symbol.asyncDispose]());

  const edit = (providerId: string, change: Parameters<typeof editWith>[0], more: object = {}) =>
    takedown.operator.editProvider({
      requestId: randomUUID(),
      providerId,
      edit: editWith(change),
      over: [],
      reason: "test",
      dryRun: false,
      ...more,
    });
  const approval = (change: ProviderChange | undefined) => ({
    requestId: randomUUID(),
    changeId: change?.changeId ?? "",
  });
  const stored = async (id: string) =>
    (await takedown.operator.listProviders({ pageSize: 200, pageToken: "" })).providers.find(
      (p) => p.providerId === id,
    );

  test("a new name is in force at once and loses nothing", async () => {
    await takedown.provider("names", { domains: ["names.example"] });
    const { change } = await edit("names", { displayName: "Names Ltd" });
    expect(change).toMatchObject({ state: "PROVIDER_CHANGE_STATE_APPLIED", persons: 1, reason: "test" });
    expect(await stored("names")).toMatchObject({ displayName: "Names Ltd", domains: ["names.example"] });
  });

  test("a put that would drop something is refused by name", async () => {
    const put = takedown.operator.putProvider({
      requestId: randomUUID(),
      provider: providerWith({ providerId: "alpha", identities: ["alpha"] }),
      over: [],
      reason: "",
    });
    await expect(put).rejects.toMatchObject({
      fields: [{ field: "provider.domains", description: expect.stringContaining("alpha.example") }],
    });
  });

  test("a new provider gets nothing until a second person approves it, and is approved once", async () => {
    const provider = providerWith({ providerId: "fresh", domains: ["fresh.example"], identities: ["fresh"] });
    const request = { requestId: randomUUID(), provider, over: [], reason: "contract" };
    const { change } = await takedown.operator.putProvider(request);
    expect(change).toMatchObject({ state: "PROVIDER_CHANGE_STATE_PROPOSED", before: undefined, after: provider });
    expect(await stored("fresh")).toBeUndefined();
    const own = takedown.operator.approveProviderChange(approval(change));
    await expect(own).rejects.toMatchObject({ reason: "SAME_PERSON" });
    const approve = approval(change);
    const first = await takedown.another.approveProviderChange(approve);
    expect(first.change).toMatchObject({ state: "PROVIDER_CHANGE_STATE_APPLIED", approvedBy: "operator/second" });
    expect(await takedown.another.approveProviderChange(approve)).toEqual(first);
    expect(await stored("fresh")).toEqual(provider);
    const again = takedown.another.approveProviderChange(approval(change));
    await expect(again).rejects.toMatchObject({ reason: "WRONG_STATE" });
    expect((await takedown.operator.putProvider(request)).change?.changeId).toBe(change?.changeId);
    await expect(takedown.another.approveProviderChange(approval(undefined))).rejects.toMatchObject({
      reason: "NOT_FOUND",
    });
  });

  test("an overlap is named with who wins, and takes the other provider's name", async () => {
    await expect(edit("alpha", { addDomains: ["pictures.beta.example"] })).rejects.toMatchObject({
      fields: [{ field: "over", description: expect.stringMatching(/beta: .* go to alpha/) }],
    });
    const { change } = await edit("alpha", { addDomains: ["pictures.beta.example"] }, { dryRun: true });
    expect(change?.overlaps).toEqual([
      { place: "pictures.beta.example", providerId: "beta", theirPlace: "beta.example", winner: "alpha" },
    ]);
    const kept = await takedown.edit("alpha", { addDomains: ["beta.example"] }, ["beta"]);
    expect(kept.state).toBe("PROVIDER_CHANGE_STATE_APPLIED");
    const { caseId } = await takedown.decide("beta.example");
    expect((await takedown.notice(caseId)).providerId).toBe("alpha");
    await takedown.edit("alpha", { removeDomains: ["beta.example"] });
    expect((await takedown.notice((await takedown.decide("beta.example")).caseId)).providerId).toBe("beta");
  });

  test("an identity acts for one provider", async () => {
    await expect(edit("alpha", { addIdentities: ["beta"] })).rejects.toMatchObject({
      fields: [{ field: "edit.add_identities[0]", description: expect.stringContaining("beta already") }],
    });
  });

  test("a dry run says how many open addresses would be another's, and keeps nothing", async () => {
    await takedown.provider("wide", { domains: ["wide.example"] });
    for (const host of ["a.wide.example", "b.wide.example", "other.example"]) {
      const { caseId } = await takedown.decide(host);
      if (host !== "other.example") await takedown.notice(caseId);
    }
    const what = { addDomains: ["a.wide.example"] };
    const { change } = await edit("alpha", what, { over: ["wide"], dryRun: true });
    expect(change).toMatchObject({ changeId: "", openElsewhere: 1, openElsewhereMore: false });
    const { change: gone } = await edit("wide", { removeDomains: ["wide.example"] }, { dryRun: true });
    expect(gone).toMatchObject({ openElsewhere: 2, before: { domains: ["wide.example"] }, after: { domains: [] } });
    expect(await stored("wide")).toMatchObject({ domains: ["wide.example"] });
  });

  test("what waits is listed, and what became of each change, newest first", async () => {
    await takedown.provider("listed", { domains: ["listed.example"] });
    const { change } = await edit("listed", { addDomains: ["more.example"] });
    const page = { pageSize: 10, pageToken: "", providerId: "listed" };
    const waiting = await takedown.operator.listProviderChanges({ ...page, waiting: true });
    expect(waiting.changes.map((c) => c.changeId)).toEqual([change?.changeId]);
    const all = await takedown.operator.listProviderChanges({ ...page, waiting: false });
    expect(all.changes.map((c) => [c.state, c.proposedBy, c.approvedBy, c.reason])).toEqual([
      ["PROVIDER_CHANGE_STATE_PROPOSED", "operator/admin", "", "test"],
      ["PROVIDER_CHANGE_STATE_APPLIED", "operator/admin", "operator/second", "test"],
    ]);
  });

  test("of two that were proposed side by side one is applied", async () => {
    await takedown.provider("raced", { domains: ["raced.example"] });
    const proposed = await Promise.all(["one", "two"].map((n) => edit("raced", { addDomains: [`${n}.example`] })));
    const ends = await Promise.all(
      proposed.map(({ change }) => takedown.another.approveProviderChange(approval(change))),
    );
    expect(ends.map(({ change }) => String(change?.state)).toSorted()).toEqual([
      "PROVIDER_CHANGE_STATE_APPLIED",
      "PROVIDER_CHANGE_STATE_REFUSED",
    ]);
    expect((await stored("raced"))?.domains).toHaveLength(2);
  });

  test("an edit wants a reason, a provider and something to change", async () => {
    const fields = (field: string) => ({ fields: [{ field }] });
    await expect(edit("alpha", { displayName: "x" }, { reason: " " })).rejects.toMatchObject(fields("reason"));
    await expect(edit("alpha", {})).rejects.toMatchObject(fields("edit"));
    await expect(edit("none", { displayName: "x" })).rejects.toMatchObject({ reason: "NOT_FOUND" });
  });
});

describe("on one store", () => {
  let deps: Awaited<ReturnType<typeof openTestDeps>>;
  beforeEach(async () => {
    deps = await openTestDeps();
  });
  afterEach(() => deps[Symbol.asyncDispose]());

  /** Proposes a provider as operator/anna, and has operator/budi approve it; nothing is applied. */
  async function approved(changeId: string, providerId: string, change: Partial<ReturnType<typeof editWith>>) {
    const proposal = { providerId, edit: editWith({ displayName: providerId, ...change }), over: [], reason: "" };
    const { change: drafted } = await draftChange(deps, "operator/anna", changeId, proposal, undefined);
    const next = approve(drafted, "operator/budi", deps.clock.now());
    if (typeof next !== "object") throw new Error(next);
    await deps.providerChanges.insert(changeId, next);
  }
  const stateOf = async (changeId: string) => (await deps.providerChanges.load(changeId))?.state.ended?.is;
  const go = () => applyDue(deps, new AbortController().signal);
  /** The same, that dies before or after its n-th write to a collection. */
  function dying(name: "providers" | "providerChanges" | "turns", when: "before" | "after", nth: number): Deps {
    let writes = 0;
    const die = (method: string) => {
      if ((method === "save" || method === "insert") && ++writes === nth) throw new Error("died");
    };
    return { ...deps, [name]: watchedCollection(deps[name] as never, { [when]: die }) };
  }

  test.each([
    ["turns", "before", 1],
    ["turns", "after", 1],
    ["providers", "before", 1],
    ["providers", "after", 1],
    ["providerChanges", "before", 1],
    ["providerChanges", "after", 1],
    ["turns", "before", 2],
    ["turns", "after", 2],
  ] as const)(
    "what dies at %s, %s write %i, is applied once by the loop, and the next one too",
    async (name, when, nth) => {
      await approved("first", "alpha", { addDomains: ["alpha.example"] });
      await expect(applyChange(dying(name, when, nth), "first")).rejects.toThrow("died");
      await go();
      await approved("second", "beta", { addDomains: ["beta.example"] });
      await go();
      expect([await stateOf("first"), await stateOf("second")]).toEqual(["applied", "applied"]);
      expect((await deps.providers.load("alpha"))?.state.changes).toHaveLength(1);
      expect(await deps.directory.attribute("https://x.alpha.example/", "")).toEqual(["alpha"]);
      expect((await deps.turns.load("providers"))?.state.changeId).toBeUndefined();
    },
  );

  test("two replicas that apply two providers with one domain: one of them gets it", async () => {
    await approved("first", "alpha", { addDomains: ["same.example"], addIdentities: ["noc"] });
    await approved("second", "beta", { addDomains: ["same.example"], addIdentities: ["noc"] });
    const other = { ...deps, directory: await Directory.open(deps.providers, new MovableClock(at(0))) };
    await Promise.all([applyChange(deps, "first"), applyChange(other, "second")]);
    expect([await stateOf("first"), await stateOf("second")].filter((state) => state === "applied")).toHaveLength(1);
    expect([await stateOf("first"), await stateOf("second")]).toContain("refused");
    await deps.directory.refresh();
    expect(deps.directory.providersOf("noc")).toHaveLength(1);
  });

  test("a replica that pauses between its look at the others and its write hands its turn over: the next is held against it", async () => {
    await approved("first", "alpha", { addDomains: ["same.example"] });
    await approved("second", "beta", { addDomains: ["same.example"] });
    const other = { ...deps, directory: await Directory.open(deps.providers, new MovableClock(at(0))) };
    let paused = false;
    const before = async (method: string) => {
      if (method !== "insert" || paused) return;
      paused = true;
      await applyChange(other, "second");
    };
    await applyChange({ ...deps, providers: watchedCollection(deps.providers as never, { before }) }, "first");
    expect([paused, await stateOf("first"), await stateOf("second")]).toEqual([true, "applied", "refused"]);
    expect(await deps.providers.load("beta")).toBeUndefined();
  });

  test("one change that two replicas apply at once is applied once", async () => {
    await approved("first", "alpha", { addDomains: ["alpha.example"] });
    const other = { ...deps, directory: await Directory.open(deps.providers, new MovableClock(at(0))) };
    await Promise.all([applyChange(deps, "first"), applyChange(other, "first"), applyChange(deps, "first")]);
    expect((await deps.providers.load("alpha"))?.state.changes).toHaveLength(1);
    expect(await stateOf("first")).toBe("applied");
  });

  test("a domain that release 0.2 let two providers share is still sent to both", async () => {
    for (const id of ["host", "platform"]) await addProvider(deps, id, "shared.example");
    await onCase(deps)(decidedCase(deps, "https://www.shared.example/a.png"));
    const notices = await deps.notices.find({ limit: 10 });
    expect(notices.map(({ state }) => state.providerId).toSorted()).toEqual(["host", "platform"]);
  });
});
