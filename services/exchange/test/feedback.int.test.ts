import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { join } from "node:path";
import type { Feedback, FeedbackOpinion } from "@ntd/proto/exchange/v1/feedback_service";
import type { SetMemberRole } from "@ntd/proto/hashlists/v1/hash_list_service";
import { MovableClock } from "@ntd/service";
import { eventually } from "@ntd/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { md5, MINUTE, NOW, openExchangeBed, shareEntries, type ExchangeBed } from "./bed.ts";

const REASON = "11111111-2222-3333-4444-555555555555";
const member = (name: string, ...roles: SetMemberRole[]) => ({
  person: `maintainer/${name}`,
  organisation: "x",
  roles,
});

let at: ExchangeBed;
let clock: MovableClock;
let service: Awaited<ReturnType<ExchangeBed["started"]>>;
beforeAll(async () => {
  at = await openExchangeBed();
  at.hashlists.members = [
    member("maria", "SET_MEMBER_ROLE_CONTRIBUTOR"),
    member("omar", "SET_MEMBER_ROLE_APPROVER"),
    member("rhea", "SET_MEMBER_ROLE_READER"),
  ];
  shareEntries(at.server, 20, new Date(NOW.getTime() - 60 * MINUTE));
  // Another member lists the first one, too.
  at.server.entries.push({ ...shared(0), id: "o0", member: 7 });
  await at.name("npo");
  clock = new MovableClock(NOW);
  service = await at.started(clock);
  await service.until("it is pulled", ({ totals }) => totals?.pulls === 1n);
});
afterAll(async () => {
  await service[Symbol.asyncDispose]();
  await at[Symbol.asyncDispose]();
});
beforeEach(() => {
  at.server.feedback.clear();
  at.server.asked.length = 0;
  at.server.faults.length = 0;
});

const ALL = { connector: "npo", pageSize: 100, pageToken: "", state: "FEEDBACK_STATE_UNSPECIFIED" } as const;
const shared = (n: number) => at.server.entries[n] ?? expect.fail();
const value = (n: number) => Uint8Array.from(Buffer.from(md5(n).replaceAll(/<.*?>/g, ""), "hex"));
const fingerprint = (n: number) => ({ algorithm: "ALGORITHM_MD5", value: value(n), quality: 0 }) as const;
const about = (n: number, opinion: FeedbackOpinion = "FEEDBACK_OPINION_AGREE", reasonIds: string[] = []) => ({
  requestId: randomUUID(),
  connector: "npo",
  fingerprint: fingerprint(n),
  opinion,
  reasonIds,
});

function becomes(n: number, what: string, is: (feedback: Feedback) => boolean, of = service): Promise<Feedback> {
  return eventually(what, async () => {
    const { feedback } = await of.as("rhea").listFeedback(ALL);
    const found = feedback.find((one) => Buffer.from(one.fingerprint?.value ?? []).equals(value(n)));
    return found !== undefined && is(found) && found;
  });
}
const isSent = ({ state }: Feedback) => state === "FEEDBACK_STATE_SENT";
const isWaiting = ({ state, why }: Feedback) => state === "FEEDBACK_STATE_WAITING" && why !== "";

test("an agreement is put at each entry that lists the hash, once, and names nobody", async () => {
  const request = about(0);
  await service.as("maria").giveFeedback(request);
  const sent = await becomes(0, "it is sent", isSent);
  await service.as("maria").giveFeedback(request);
  expect(sent).toMatchObject({ givenBy: "maintainer/maria", opinion: "FEEDBACK_OPINION_AGREE", why: "" });
  expect(new Set(at.server.feedback.keys())).toEqual(
    new Set(["/npo/v2/entries/42/i0/MD5/feedback", "/npo/v2/entries/7/o0/MD5/feedback"]),
  );
  for (const { type, body, times } of at.server.feedback.values()) {
    expect([type, times]).toEqual(["application/xml; charset=utf-8", 1]);
    expect(body).toContain("<affirmative/>");
    expect(body).not.toContain("maria");
  }
  expect((await service.connector()).feedback).toMatchObject({ sent: 1, waiting: 0 });
});

test("a disagreement names a reason of the exchange, and takes the place of what was said before", async () => {
  const { reasons } = await service.as("omar").listFeedbackReasons({ connector: "npo", algorithm: "ALGORITHM_MD5" });
  expect(reasons).toEqual([{ reasonId: REASON, name: "Not CSAM" }]);
  await service.as("maria").giveFeedback(about(1));
  await becomes(1, "it is sent", isSent);
  await service.as("omar").giveFeedback(about(1, "FEEDBACK_OPINION_DISAGREE", [REASON]));
  const sent = await becomes(1, "the other word is sent", (one) => isSent(one) && one.givenBy === "maintainer/omar");
  expect(sent.reasons).toEqual(reasons);
  const put = at.server.feedback.get("/npo/v2/entries/42/i1/MD5/feedback");
  expect(put).toMatchObject({ times: 2, body: expect.stringContaining(`<guid>${REASON}</guid>`) });
  // Within a day it is asked once.
  expect(at.server.asked.filter((path) => path.endsWith("/reasons"))).toHaveLength(1);
});

describe("who and what is refused:", () => {
  test("to others the connector is not there, and who only looks says nothing", async () => {
    await expect(service.as("zoe").giveFeedback(about(2))).rejects.toMatchObject({ reason: "NOT_FOUND" });
    await expect(service.as("zoe").listFeedback(ALL)).rejects.toMatchObject({ reason: "NOT_FOUND" });
    await expect(service.as("rhea").giveFeedback(about(2))).rejects.toMatchObject({ reason: "NOT_ALLOWED" });
  });

  test("a hash that nobody lists, a kind of which no feedback is taken, reasons that are none", async () => {
    const maria = service.as("maria");
    const refuses = (request: ReturnType<typeof about> | object) =>
      maria.giveFeedback({ ...about(2), ...request }).then(
        () => "taken",
        (error: { reason: string; message: string }) => `${error.reason} ${error.message}`,
      );
    expect(await refuses(about(99))).toMatch(/^NOT_FOUND No entry/);
    const sha256 = { algorithm: "ALGORITHM_SHA256", value: new Uint8Array(32), quality: 0 };
    expect(await refuses({ fingerprint: sha256 })).toMatch(/^FIELD_INVALID .*MD5, SHA1 and PDQ/);
    const disagree = "FEEDBACK_OPINION_DISAGREE";
    expect(await refuses({ opinion: disagree })).toMatch(/^FIELD_INVALID .*1 to 10/);
    expect(await refuses({ opinion: disagree, reasonIds: ["other"] })).toMatch(/^FIELD_INVALID .*ntd exchange reasons/);
    expect(at.server.feedback.size).toBe(0);
  });
});

describe("an exchange that", () => {
  test("does not answer hears it later, once", async () => {
    at.server.isDown = true;
    onTestFinished(() => void (at.server.isDown = false));
    await service.as("maria").giveFeedback(about(3));
    await becomes(3, "it waits", isWaiting);
    const { feedback } = await service.connector();
    expect(feedback).toMatchObject({ waiting: 1, failure: { fault: "CONNECTOR_FAULT_UNREACHABLE", count: 1 } });
    at.server.isDown = false;
    clock.advance(6000);
    await service.as("maria").giveFeedback(about(4));
    await becomes(3, "it is sent", isSent);
    expect((await service.connector()).feedback?.failure).toBeUndefined();
    expect(at.server.feedback.get("/npo/v2/entries/42/i3/MD5/feedback")?.times).toBe(1);
    await becomes(4, "so is what was said later", isSent);
  });

  test("does not take it is not asked again", async () => {
    shared(5).isGone = true;
    await service.as("maria").giveFeedback(about(5));
    const refused = await becomes(5, "it is refused", ({ state }) => state === "FEEDBACK_STATE_REFUSED");
    expect(refused).toMatchObject({ entries: [{ status: 404, tryCount: 1 }], why: expect.stringContaining("404") });
  });

  test("stumbles over one hears the others", async () => {
    at.server.faults.push((answer) => ({ ...answer, status: 500 }));
    await service.as("maria").giveFeedback(about(6));
    await becomes(6, "it waits", isWaiting);
    await service.as("maria").giveFeedback(about(7));
    await becomes(7, "the other is sent", isSent);
    clock.advance(15 * MINUTE);
    await service.as("maria").giveFeedback(about(8));
    await becomes(6, "it is sent", isSent);
    await becomes(8, "so is what was said later", isSent);
  });

  test("refuses our password is asked once, whatever waits; after new ones an operator has it said", async () => {
    at.server.password = "new";
    onTestFinished(() => void (at.server.password = "secret"));
    await service.as("maria").giveFeedback(about(9));
    await becomes(9, "it waits", isWaiting);
    await service.as("maria").giveFeedback(about(10));
    await becomes(10, "so does the next", isWaiting);
    expect(at.server.asked).toEqual(["/npo/v2/entries/42/i9/MD5/feedback"]);
    at.server.password = "secret";
    await service.pull("npo");
    await becomes(9, "it is sent", isSent);
    await becomes(10, "so is the next", isSent);
  });
});

test("killed between saying it and noting so, it is said once more, and no more", async () => {
  const storeUrl = `file:${join(at.bed.dir, "killed", "store.sqlite")}`;
  const settings = { EXCHANGE_STORE_URL: storeUrl };
  // So that the back-off is over when the process begins.
  const real = new MovableClock(new Date(Date.now() - 60_000));
  {
    await using first = await at.started(real, settings);
    await first.until("it is pulled", ({ totals }) => totals?.pulls === 1n);
    at.server.isDown = true;
    await first.as("maria").giveFeedback(about(11));
    await becomes(11, "it waits", isWaiting, first);
  }
  at.server.isDown = false;
  const { PATH = "" } = process.env;
  const env = { PATH, ...at.environment, ...settings, NTD_FAILPOINT: "exchange.said:1" };
  const child = spawn(process.execPath, [join(import.meta.dirname, "../src/main.ts")], { env, stdio: "ignore" });
  onTestFinished(() => void child.kill("SIGKILL"));
  expect(await once(child, "exit")).toEqual([null, "SIGKILL"]);
  const path = "/npo/v2/entries/42/i11/MD5/feedback";
  expect(at.server.feedback.get(path)?.times).toBe(1);
  // The lease of who was killed is over.
  await using second = await at.started(new MovableClock(new Date(Date.now() + 120_000)), settings);
  const sent = await becomes(11, "it is sent", isSent, second);
  expect([at.server.feedback.get(path)?.times, sent.entries[0]?.tryCount]).toEqual([2, 3]);
});
