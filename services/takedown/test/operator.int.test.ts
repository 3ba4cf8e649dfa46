import { randomUUID } from "node:crypto";
import { nouns } from "@ntd/bus";
import { eventually } from "@ntd/testing";
import { ProviderServiceService } from "@ntd/proto/takedown/v1/provider_service";
import { connect } from "@ntd/rpc";
import { Problem } from "@ntd/service";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { aMachineDecision, anOutcomeToSend, at } from "./examples.ts";
import { payloadOf, startTestTakedown, watch, type TestTakedown } from "./bed.ts";

let takedown: TestTakedown;
beforeAll(async () => {
  takedown = await startTestTakedown({ HEARTBEAT_MS: "50" });
  for (const id of ["alpha", "beta"]) await takedown.provider(id, { domains: [`${id}.example`] });
});
afterAll(() => takedown[Symbol.asyncDispose]());

const because = { over: [], reason: "" };
const firstPage = { pageSize: 200, pageToken: "" };
const unattributed = async (caseId: string) =>
  (await takedown.operator.listUnattributed(firstPage)).dispatches.find((d) => d.caseId === caseId);
const waits = (caseId: string) => eventually("it waits for a person", () => unattributed(caseId));
const waitsNoMore = (caseId: string) =>
  eventually("it waits no more", async () => (await unattributed(caseId)) === undefined);
const assignment = (dispatchId: string, providerId: string) => ({
  requestId: randomUUID(),
  dispatchId,
  providerId,
  action: "ACTION_REMOVE" as const,
});

describe("the brake", () => {
  test("halted: nothing leaves, not after a restart either; resumed: everything does", async () => {
    const { haltedTime } = await takedown.operator.haltDispatch({ requestId: randomUUID(), reason: "drill" });
    expect(haltedTime).toBeInstanceOf(Date);
    await using stream = watch(await takedown.isp("alpha"));
    const ids: string[] = [];
    for (let i = 0; i < 3; i++)
      ids.push((await takedown.notice((await takedown.decide("alpha.example")).caseId)).noticeId);
    await takedown.restart();
    await using later = watch(await takedown.isp("alpha"));
    // Heartbeats show that the streams look and find nothing that may leave.
    const before = later.heartbeats.length;
    await eventually("the stream has looked several times", () => later.heartbeats.length > before + 5);
    expect([...stream.notices, ...later.notices]).toEqual([]);
    expect((await takedown.bed.published(nouns.notice)).filter((e) => e.verb === "offered")).toEqual([]);
    await takedown.operator.resumeDispatch({ requestId: randomUUID() });
    await later.next(3);
    expect(later.notices.map((n) => n.noticeId).toSorted()).toEqual(ids.toSorted());
  });

  test("wants a reason", async () => {
    const halt = takedown.operator.haltDispatch({ requestId: randomUUID(), reason: " " });
    await expect(halt).rejects.toMatchObject({ reason: "FIELD_INVALID", fields: [{ field: "reason" }] });
  });

  test("a repeat of an old halt does not halt again", async () => {
    const request = { requestId: randomUUID(), reason: "drill" };
    const first = await takedown.operator.haltDispatch(request);
    await takedown.operator.resumeDispatch({ requestId: randomUUID() });
    expect(await takedown.operator.haltDispatch(request)).toEqual(first);
    await using stream = watch(await takedown.isp("beta"));
    await takedown.decide("beta.example");
    await stream.next();
  });
});

describe("a decision without a provider", () => {
  test("waits for a person, whose choice makes one notice however often it is asked for", async () => {
    const { caseId, url } = await takedown.decide("nobody.example");
    const waiting = await waits(caseId);
    expect(waiting).toMatchObject({ caseId, url });
    const request = assignment(waiting.dispatchId, "beta");
    const { noticeId } = await takedown.operator.assignProvider(request);
    expect(await takedown.operator.assignProvider(request)).toEqual({ noticeId, waitsForSecondPerson: false });
    await takedown.notice(caseId);
    expect(await takedown.notices(caseId)).toMatchObject([{ noticeId, providerId: "beta", action: "ACTION_REMOVE" }]);
    expect(await unattributed(caseId)).toBeUndefined();
    await using stream = watch(await takedown.isp("beta"));
    await eventually("it leaves", () => stream.notices.some((n) => n.noticeId === noticeId));
    const sent = stream.notices.find((n) => n.noticeId === noticeId);
    expect(sent && payloadOf(sent).requestedAction).toBe("ACTION_REMOVE");
  });

  test("takes a second person to be blocked as a whole host, who makes the same call", async () => {
    const { caseId } = await takedown.decide("nobody.example");
    const { dispatchId } = await waits(caseId);
    const block = () => ({ ...assignment(dispatchId, "beta"), action: "ACTION_BLOCK_NETWORK" as const });
    const first = block();
    const waiting = { noticeId: "", waitsForSecondPerson: true };
    for (const request of [first, first, block()]) {
      expect(await takedown.operator.assignProvider(request)).toEqual(waiting);
    }
    expect(await takedown.notices(caseId)).toEqual([]);
    const proposed = [{ providerId: "beta", action: "ACTION_BLOCK_NETWORK", proposedBy: "operator/admin" }];
    expect(await unattributed(caseId)).toMatchObject({ proposed });
    const { noticeId, waitsForSecondPerson } = await takedown.another.assignProvider(block());
    expect(waitsForSecondPerson).toBe(false);
    await takedown.notice(caseId);
    expect(await takedown.notices(caseId)).toMatchObject([{ noticeId, action: "ACTION_BLOCK_NETWORK" }]);
    expect(await takedown.operator.assignProvider(first)).toEqual(waiting);
  });

  test("an unknown provider, action or dispatch is refused by name", async () => {
    const { dispatchId } = await waits((await takedown.decide("nobody.example")).caseId);
    const assign = (change: object) =>
      takedown.operator.assignProvider({ ...assignment(dispatchId, "beta"), ...change });
    await expect(assign({ providerId: "none" })).rejects.toMatchObject({ fields: [{ field: "provider_id" }] });
    await expect(assign({ action: "ACTION_RESTORE" })).rejects.toMatchObject({ fields: [{ field: "action" }] });
    await expect(assign({ dispatchId: randomUUID() })).rejects.toMatchObject({ reason: "NOT_FOUND" });
  });

  test("of a machine waits no more once the target is gone, and nobody can be assigned then", async () => {
    const decision = aMachineDecision(randomUUID());
    const { caseId, targetId } = await takedown.decide("nobody.example", { decision });
    const { dispatchId } = await waits(caseId);
    await takedown.publishTarget(2, { targetId, state: "TARGET_STATE_GONE", goneTime: at(60) });
    await waitsNoMore(caseId);
    const late = takedown.operator.assignProvider(assignment(dispatchId, "beta"));
    await expect(late).rejects.toMatchObject({ reason: "WRONG_STATE" });
  });

  test("of a person goes on waiting for a provider though an eye calls the target gone, and leaves once it has one", async () => {
    const { caseId, targetId } = await takedown.decide("nobody.example");
    const { dispatchId } = await waits(caseId);
    await takedown.publishTarget(2, { targetId, state: "TARGET_STATE_GONE", goneTime: at(60) });
    await eventually("the event is handled", async () => {
      const info = await takedown.bed.bus.manager.consumers.info("PROBER", "takedown-target");
      return info.num_pending === 0 && info.num_ack_pending === 0;
    });
    expect(await unattributed(caseId)).toBeDefined();
    const { noticeId } = await takedown.operator.assignProvider(assignment(dispatchId, "beta"));
    await using stream = watch(await takedown.isp("beta"));
    await eventually("it leaves", () => stream.notices.some((n) => n.noticeId === noticeId));
  });

  test("not hosted here leads back to the person, who finds another", async () => {
    const { caseId, targetId } = await takedown.decide("alpha.example");
    const { noticeId } = await takedown.notice(caseId);
    const alpha = await takedown.isp("alpha");
    await using stream = watch(alpha);
    await eventually("it is sent", () => stream.notices.some((n) => n.noticeId === noticeId));
    const outcomes = [anOutcomeToSend({ targetId, outcome: "OUTCOME_NOT_HOSTED_HERE" })];
    await alpha.reportOutcome({ requestId: randomUUID(), noticeId, revision: 1, outcomes });
    const { dispatchId } = await waits(caseId);
    const again = takedown.operator.assignProvider(assignment(dispatchId, "alpha"));
    await expect(again).rejects.toMatchObject({ reason: "ALREADY_EXISTS" });
    await takedown.operator.assignProvider(assignment(dispatchId, "beta"));
    expect(await unattributed(caseId)).toBeUndefined();
    const told = await eventually("the second notice is told", async () => {
      const all = await takedown.notices(caseId);
      return all.length === 2 && all;
    });
    expect(told.map((n) => n.providerId)).toEqual(["alpha", "beta"]);
  });
});

describe("providers", () => {
  test("are listed as they were put, and a put that names more adds it", async () => {
    const provider = {
      wins: [],
      retiredTime: undefined,
      providerId: "net",
      displayName: "Net",
      domains: ["net.example"],
      prefixes: ["203.0.113.0/24", "2001:db8::/32"],
      roles: ["PROVIDER_ROLE_ACCESS_ISP" as const],
      identities: ["net-noc"],
    };
    await takedown.provider("net", { ...provider, domains: [] });
    await takedown.provider("net", provider);
    const { providers } = await takedown.operator.listProviders(firstPage);
    expect(providers.find((p) => p.providerId === "net")).toEqual(provider);
    const page = await takedown.operator.listProviders({ pageSize: 1, pageToken: "" });
    const next = await takedown.operator.listProviders({ pageSize: 200, pageToken: page.nextPageToken });
    expect([...page.providers, ...next.providers]).toEqual(providers);
  });

  test("every fault is named at once", async () => {
    const provider = {
      wins: [],
      retiredTime: undefined,
      providerId: "Net!",
      displayName: "",
      domains: ["example", "ok.example", "https://x.example"],
      prefixes: ["0.0.0.0/0", "192.0.2.0/24"],
      roles: ["PROVIDER_ROLE_UNSPECIFIED" as const],
      identities: ["isp/net"],
    };
    const put = takedown.operator.putProvider({ requestId: randomUUID(), provider, ...because });
    await expect(put).rejects.toMatchObject({
      fields: ["provider_id", "display_name", "domains[0]", "domains[2]", "prefixes[0]", "identities[0]", "roles"].map(
        (field) => ({ field: `provider.${field}` }),
      ),
    });
  });

  test("a domain or prefix that is wrong is shown, unless it is an address", async () => {
    const lists = { domains: ["example", "https://x.example/picture"], prefixes: ["10.0.0.5/8", "x/8"] };
    const provider = {
      providerId: "net",
      displayName: "Net",
      ...lists,
      roles: [],
      identities: [],
      wins: [],
      retiredTime: undefined,
    };
    const put = takedown.operator.putProvider({ requestId: randomUUID(), provider, ...because });
    const fault = await put.then(
      () => undefined,
      (error: unknown) => Problem.from(error),
    );
    expect(fault?.fields.map((f) => f.description)).toEqual([
      expect.stringMatching(/^"example" is no registered domain/),
      expect.stringMatching(/^an address is no registered domain/),
      '"10.0.0.5/8" has bits beyond its length; write 10.0.0.0/8',
      expect.stringMatching(/^"x\/8" is no CIDR prefix/),
    ]);
  });

  test("an identity taken from a provider carries its notices no more", async () => {
    await takedown.provider("moved", { domains: ["moved.example"], identities: ["old"] });
    const old = await takedown.isp("old");
    await using stream = watch(old);
    await takedown.decide("moved.example");
    const { noticeId } = await stream.next();
    await takedown.edit("moved", { addIdentities: ["new"], removeIdentities: ["old"] });
    await expect(old.getNotice({ noticeId })).rejects.toMatchObject({ reason: "IDENTITY_WITHOUT_PROVIDER" });
    await using fresh = watch(await takedown.isp("new"));
    expect((await fresh.next()).noticeId).toBe(noticeId);
  });

  test("an identity that no provider names is refused by that reason, on an open stream too", async () => {
    const refused = { code: "PERMISSION_DENIED", reason: "IDENTITY_WITHOUT_PROVIDER" };
    const nobody = await takedown.isp("nobody");
    const first = async (isp: typeof nobody) =>
      isp.watchNotices({ maxInFlight: 0, understands: [] })[Symbol.asyncIterator]().next();
    await expect(first(nobody)).rejects.toMatchObject(refused);
    await expect(
      nobody.listNotices({ ...firstPage, state: "NOTICE_STATE_UNSPECIFIED", caseId: "" }),
    ).rejects.toMatchObject(refused);
    await takedown.provider("leaver", { identities: ["leaver"] });
    const events = (await takedown.isp("leaver"))
      .watchNotices({ maxInFlight: 0, understands: [] })
      [Symbol.asyncIterator]();
    await events.next();
    await takedown.edit("leaver", { removeIdentities: ["leaver"] });
    const ended = (async () => {
      while ((await events.next()).done !== true);
    })();
    await expect(ended).rejects.toMatchObject(refused);
  });

  test("only an operator may touch them", async () => {
    const { bed } = takedown;
    const { address } = takedown;
    await using isp = connect(ProviderServiceService, { address, identityDir: await bed.identity("isp", "alpha") });
    const notAllowed = { reason: "NOT_ALLOWED" };
    await expect(isp.listProviders(firstPage)).rejects.toMatchObject(notAllowed);
    await expect(isp.haltDispatch({ requestId: randomUUID(), reason: "x" })).rejects.toMatchObject(notAllowed);
  });
});
