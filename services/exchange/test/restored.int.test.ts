import { randomUUID } from "node:crypto";
import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import { markRestored, openRestored } from "@ntd/host";
import type { Feedback } from "@ntd/proto/exchange/v1/feedback_service";
import { RestoreServiceService } from "@ntd/proto/operations/v1/restore_service";
import { connect } from "@ntd/rpc";
import { MovableClock } from "@ntd/service";
import { openStore } from "@ntd/store";
import { eventually } from "@ntd/testing";
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from "vitest";
import { md5, MINUTE, NOW, openExchangeBed, shareEntries, type ExchangeBed } from "./bed.ts";

let at: ExchangeBed;
let clock: MovableClock;
let name = "";
let nth = 0;
beforeAll(async () => {
  at = await openExchangeBed();
  const roles = ["SET_MEMBER_ROLE_CONTRIBUTOR" as const];
  at.hashlists.members = [{ person: "maintainer/maria", organisation: "x", roles }];
});
afterAll(() => at[Symbol.asyncDispose]());
beforeEach(() => {
  for (const list of [at.server.entries, at.server.asked, at.hashlists.uploads]) list.length = 0;
  at.server.feedback.clear();
  Object.assign(at.hashlists, { inForce: "", becomes: "RELEASE_STATE_ACTIVE", fault: undefined });
  at.server.isDown = false;
  clock = new MovableClock(NOW);
  name = `npo-${++nth}`;
});

const EARLIER = new Date(NOW.getTime() - 60 * MINUTE);
const value = (n: number) => md5(n).replaceAll(/<.*?>/g, "");
const storeOf = (what: string) => join(at.bed.dir, `${name}-${what}.sqlite`);
const settings = (what: string) => ({ EXCHANGE_STORE_URL: `file:${storeOf(what)}` });
const said = (n: number) => ({
  requestId: randomUUID(),
  connector: name,
  fingerprint: { algorithm: "ALGORITHM_MD5" as const, value: Buffer.from(value(n), "hex"), quality: 0 },
  opinion: "FEEDBACK_OPINION_AGREE" as const,
  reasonIds: [],
});

/** Lets the service of a store do something, and takes a copy of the store as it is then. */
async function backedUp(work: (service: Awaited<ReturnType<ExchangeBed["started"]>>) => Promise<unknown>) {
  {
    await using service = await at.started(clock, settings("before"));
    await work(service);
  }
  await copyFile(storeOf("before"), storeOf("backup"));
}

async function restored() {
  {
    await using store = await openStore(`file:${storeOf("backup")}`);
    await markRestored(await openRestored(store), { backupTime: clock.now(), difference: "d1", clock });
  }
  const service = await at.started(clock, settings("backup"));
  onTestFinished(() => service[Symbol.asyncDispose]());
  return service;
}

async function lift(address: string): Promise<void> {
  for (const person of ["olga", "otto"]) {
    await using client = connect(RestoreServiceService, {
      address,
      identityDir: await at.bed.identity("operator", person),
    });
    await client.liftRestore({ requestId: randomUUID(), difference: "d1" });
  }
}

const pulledOnce = ({ until }: Awaited<ReturnType<ExchangeBed["started"]>>) =>
  until("it is pulled", ({ totals }) => totals?.pulls === 1n);

test("a store that was brought back has no partner asked before two operators have read what differs", async () => {
  shareEntries(at.server, 1, EARLIER);
  await at.name(name);
  await backedUp(pulledOnce);
  clock.advance(2 * 60 * MINUTE);
  at.server.asked.length = 0;
  const service = await restored();
  const { keptStillSinceBackupTime } = await service.client.listConnectors({});
  expect(keptStillSinceBackupTime).toEqual(clock.now());
  await expect(service.pull(name)).rejects.toMatchObject({
    reason: "WRONG_STATE",
    message: expect.stringContaining("ntd restore lift"),
  });
  const disagree = { ...said(0), opinion: "FEEDBACK_OPINION_DISAGREE" as const, reasonIds: ["g"] };
  await expect(service.as("maria").giveFeedback(disagree)).rejects.toMatchObject({ reason: "WRONG_STATE" });
  let polls = 0;
  await eventually("the loop has had its turn", async () => (await service.connector()).name === name && ++polls > 60);
  expect(at.server.asked).toEqual([]);
  await lift(service.address);
  await service.until("it goes on", ({ totals }) => totals?.pulls === 2n);
  expect((await service.client.listConnectors({})).keptStillSinceBackupTime).toBeUndefined();
});

test("what was waiting to be said when the backup was made is not said by itself: it may have been, or something else", async () => {
  shareEntries(at.server, 2, EARLIER);
  await at.name(name);
  await backedUp(async (service) => {
    await pulledOnce(service);
    at.server.isDown = true;
    await service.as("maria").giveFeedback(said(0));
  });
  at.server.isDown = false;
  clock.advance(MINUTE);
  const service = await restored();
  const ofWord = (n: number, is: (feedback: Feedback) => boolean) =>
    eventually(`word ${n}`, async () => {
      const { feedback } = await service.as("maria").listFeedback({
        connector: name,
        pageSize: 10,
        pageToken: "",
        state: "FEEDBACK_STATE_UNSPECIFIED",
      });
      const found = feedback.find((one) => Buffer.from(one.fingerprint?.value ?? []).toString("hex") === value(n));
      return found !== undefined && is(found) && found;
    });
  clock.advance(MINUTE);
  await service.as("maria").giveFeedback(said(1));
  await lift(service.address);
  await ofWord(1, ({ state }) => state === "FEEDBACK_STATE_SENT");
  const { why } = await ofWord(0, ({ state }) => state === "FEEDBACK_STATE_FAILED");
  expect(why).toContain("Say it once more");
  expect([...at.server.feedback.keys()]).toEqual([`/npo/v2/entries/42/i1/MD5/feedback`]);
  await service.as("maria").giveFeedback(said(0));
  await ofWord(0, ({ state }) => state === "FEEDBACK_STATE_SENT");
});

/** Pulls once into force, makes a backup, and pulls twice more, of which the backup knows nothing. */
async function wentOn(others: object = {}) {
  shareEntries(at.server, 2, EARLIER);
  await at.name(name);
  await backedUp(pulledOnce);
  at.hashlists.inForce = at.hashlists.uploads[0]?.release.releaseId ?? "";
  {
    await using service = await at.started(clock, settings("before"));
    for (const pulls of [2n, 3n]) {
      shareEntries(at.server, 1, clock.now());
      clock.advance(60 * MINUTE);
      const { releaseId } = await service.until("it goes on", ({ totals }) => totals?.pulls === pulls);
      at.hashlists.inForce = releaseId;
    }
  }
  // i2 was brought after the backup, and its member took it back: its tombstone tells no hash.
  const [gone] = at.server.entries.splice(2, 1);
  at.server.entries.push({ id: gone?.id ?? "", time: clock.now(), isGone: true });
  clock.advance(60 * MINUTE);
  await at.nameAll({ [name]: {}, ...others });
  const service = await restored();
  at.server.asked.length = 0;
  await lift(service.address);
  return service;
}

test("where hashlists has brought what the backup does not know, all is read anew, and takes the place of what is in force", async () => {
  const service = await wentOn();
  await service.until("it goes on", ({ totals }) => totals?.pulls === 2n);
  expect(at.server.asked[0]).toContain("from=2026-02-01T00%3A00%3A00Z");
  const last = at.hashlists.uploads.at(-1);
  expect(last?.header).toMatchObject({ kind: "UPLOAD_KIND_FULL", format: "LIST_FORMAT_NTD_CSV" });
  expect(last?.header.baseReleaseId).toBeUndefined();
  expect(linesOf(last?.text)).toEqual([0, 1, 3].map((n) => `md5,${value(n)},,ncmec,A1,1,42-i${n},`));
});

test("where another connector brings to the same set, nothing of it is taken back", async () => {
  const service = await wentOn({ other: { url: "https://within.example/npo" } });
  await service.untilOne("it goes on", ({ name: one, totals }) => one === name && totals?.pulls === 2n);
  expect(at.hashlists.uploads.at(-1)?.header.kind).toBe("UPLOAD_KIND_DELTA");
});

test("where hashlists has lost what is in force, what is brought is no delta of it", async () => {
  shareEntries(at.server, 2, EARLIER);
  await at.name(name);
  await backedUp(pulledOnce);
  at.hashlists.inForce = "of-after-the-backup";
  clock.advance(60 * MINUTE);
  const service = await restored();
  await lift(service.address);
  await service.until("it goes on", ({ totals }) => totals?.pulls === 2n);
  expect(at.hashlists.uploads.at(-1)?.header.kind).toBe("UPLOAD_KIND_FULL");
});

test("where both are as they were at one moment, it goes on where it was", async () => {
  shareEntries(at.server, 2, EARLIER);
  await at.name(name);
  await backedUp(pulledOnce);
  at.hashlists.inForce = at.hashlists.uploads[0]?.release.releaseId ?? "";
  shareEntries(at.server, 1, NOW);
  clock.advance(60 * MINUTE);
  const service = await restored();
  at.server.asked.length = 0;
  await lift(service.address);
  await service.until("it goes on", ({ totals }) => totals?.pulls === 2n);
  expect(at.server.asked[0]).toContain("from=2026-03-01T11%3A59%3A55Z");
  expect(linesOf(at.hashlists.uploads[1]?.text)).toEqual([`md5,${value(2)},,ncmec,A1,1,42-i2,`]);
});

const linesOf = (text = "") =>
  text
    .trim()
    .split("\n")
    .slice(1)
    .toSorted((a, b) => (a < b ? -1 : 1));
