import { randomUUID } from "node:crypto";
import type { FeedChange } from "@ntd/proto/feed/v1/feed_service";
import { FeedSourceServiceService } from "@ntd/proto/hashlists/v1/feed_source_service";
import { connect, type RpcClient } from "@ntd/rpc";
import { MovableClock } from "@ntd/service";
import { eventually, startTestBed, type TestBed } from "@ntd/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { list, md5, startHashlists, upload } from "./bed.ts";
import { entryOf, named, opinionClients, setOf } from "./opinions-bed.ts";

const DAY_MS = 86_400_000;
const partner = "partner/neighbour";
const held = new AsyncDisposableStack();
const clock = new MovableClock();
let bed: TestBed;
let hashlists: Awaited<ReturnType<typeof startHashlists>>;
let people: Awaited<ReturnType<typeof opinionClients>>;
let source: RpcClient<typeof FeedSourceServiceService>;
beforeAll(async () => {
  bed = held.use(await startTestBed());
  hashlists = held.use(await startHashlists(bed, clock));
  people = held.use(await opinionClients(bed, hashlists.address));
  const identityDir = await bed.identity("service", "feed");
  source = held.use(connect(FeedSourceServiceService, { address: hashlists.address, identityDir }));
});
afterAll(() => held.disposeAsync());

const requestId = () => randomUUID();

/** A list of so many lines that a partner reads. */
async function shared(lines: number): Promise<string> {
  const setId = await setOf(hashlists.anna, hashlists.ben, lines);
  const recipients = [{ partner, organisation: "Hotline NL", algorithms: [] }];
  const asked = { requestId: requestId(), setId, reason: "agreed", recipients: { recipients } };
  const { change } = await hashlists.anna.proposeSetChange(asked);
  await hashlists.ben.approveSetChange({ requestId: requestId(), setId, changeId: change?.changeId ?? "" });
  return setId;
}

/** Numbers of the lines by their hashes. */
const numberOf = (change: FeedChange["change"]) =>
  parseInt(Buffer.from(change?.value.fingerprint?.value ?? []).toString("hex"), 16);

function wordsOf(change: FeedChange["change"]): string {
  if (change?.$case === "put")
    return `put ${numberOf(change)} ${change.value.votes}${change.value.disputed ? " disputed" : ""}`;
  const { cause = "", disabled = false } = change?.value ?? {};
  return `removal ${numberOf(change)}${disabled ? " disabled" : ""}${cause === "REVOCATION_CAUSE_UNSPECIFIED" ? "" : " for good"}`;
}

/** A partner who reads on: what each reading told, and what they have by then. */
function reader(setId: string, pageSize = 2) {
  const has = new Map<number, string>();
  let checkpoint = "";
  return {
    has,
    async read(): Promise<string[]> {
      const told: string[] = [];
      for (;;) {
        const page = await source.readSource({ setId, partner, checkpoint, pageSize });
        if (page.startsOver) has.clear();
        for (const { change } of page.changes) {
          told.push(wordsOf(change));
          if (change?.$case === "put") has.set(numberOf(change), wordsOf(change));
          else has.delete(numberOf(change));
        }
        checkpoint = page.nextCheckpoint;
        if (page.isLast) return told.toSorted();
      }
    },
  };
}

const disable = async (setId: string, n: number, days = 3) =>
  (await people.as("ben")).disableEntry({
    requestId: requestId(),
    setId,
    entry: named(setId, n),
    days,
    reason: "looked at",
  });

async function released(setId: string, text: string): Promise<void> {
  const { release } = await upload(hashlists.anna, setId, text);
  const releaseId = release?.releaseId ?? "";
  await hashlists.ben.approveRelease({ requestId: requestId(), releaseId });
  await hashlists.ben.activateRelease({ requestId: requestId(), releaseId });
}

const revoke = (setId: string, n: number) =>
  hashlists.ben.revokeEntries({
    requestId: requestId(),
    setId,
    entryIds: [entryOf(setId, n)],
    fingerprints: [],
    reason: "a cat",
    cause: "REVOCATION_CAUSE_NOT_ILLEGAL",
  });

test("what is disabled is out for a time, and told again when that ends, by somebody or by itself", async () => {
  const setId = await shared(6);
  const partnerHas = reader(setId);
  await partnerHas.read();
  const listed = partnerHas.has.get(2);
  await disable(setId, 2);
  await disable(setId, 3);
  expect(await partnerHas.read()).toEqual(["removal 2 disabled", "removal 3 disabled"]);
  expect(await partnerHas.read()).toEqual([]);
  // Who begins now never hears of them.
  const other = reader(setId);
  await other.read();
  expect(new Set(other.has.keys())).toEqual(new Set([1, 4, 5, 6]));
  const entry = named(setId, 2);
  await (await people.as("ben")).enableEntry({ requestId: requestId(), setId, entry });
  expect(await partnerHas.read()).toEqual([listed]);
  clock.advance(4 * DAY_MS);
  await eventually(
    "its time is over",
    async () => (await people.standings(setId)).all.get(entryOf(setId, 3))?.disabled === false,
  );
  expect(await partnerHas.read()).toEqual([listed?.replace("2", "3")]);
  await other.read();
  expect(other.has).toEqual(partnerHas.has);
});

test("what is disputed decides nothing until it is not, and votes of members count", async () => {
  const setId = await shared(5);
  const partnerHas = reader(setId);
  await partnerHas.read();
  await people.say("carl", setId, [1, 2], "ENTRY_OPINION_POSITIVE");
  await people.say("dora", setId, [1, 2, 3], "ENTRY_OPINION_POSITIVE");
  expect(await partnerHas.read()).toEqual(["put 1 2", "put 2 2", "put 3 1"]);
  await people.say("dora", setId, [1], "ENTRY_OPINION_NEGATIVE");
  expect(await partnerHas.read()).toEqual(["put 1 0 disputed"]);
  const whole = reader(setId);
  await whole.read();
  expect(whole.has).toEqual(partnerHas.has);
  const entries = [named(setId, 1)];
  await (await people.as("dora")).withdrawOpinions({ requestId: requestId(), setId, entries });
  expect(await partnerHas.read()).toEqual(["put 1 1"]);
});

test("what is taken back, dropped or listed anew while it is disabled is told for what it then is", async () => {
  const setId = await shared(4);
  const partnerHas = reader(setId);
  await partnerHas.read();
  for (const n of [1, 2, 3]) await disable(setId, n);
  await partnerHas.read();
  await revoke(setId, 1);
  expect(await partnerHas.read()).toEqual(["removal 1 for good"]);
  // The second is dropped while it is disabled; the fifth is new, and disabled before anybody heard of it.
  const lines = list(5).split("\n");
  await released(setId, lines.filter((line) => !line.includes(md5(2))).join("\n"));
  await disable(setId, 5);
  expect(await partnerHas.read()).toEqual([]);
  for (const n of [2, 3, 5]) {
    await (await people.as("ben")).enableEntry({ requestId: requestId(), setId, entry: named(setId, n) });
  }
  const told = await partnerHas.read();
  expect(told.map((words) => words.split(" ").slice(0, 2).join(" "))).toEqual(["put 3", "put 5"]);
  const whole = reader(setId);
  await whole.read();
  expect(whole.has).toEqual(partnerHas.has);
});

test("whatever is said and listed in between, who read on has what who begins now gets", async () => {
  const setId = await shared(40);
  const [often, seldom] = [reader(setId, 3), reader(setId, 1000)];
  await Promise.all([often.read(), seldom.read()]);
  const numbers = Array.from({ length: 40 }, (_, i) => i + 1);
  for (let turn = 0; turn < 6; turn++) {
    const some = numbers.filter((n) => n % 6 === turn);
    await people.say("carl", setId, some, turn % 2 === 0 ? "ENTRY_OPINION_NEGATIVE" : "ENTRY_OPINION_POSITIVE");
    await people.say("dora", setId, some.slice(0, 3), "ENTRY_OPINION_NEGATIVE");
    await disable(setId, some[turn % some.length] ?? 1);
    if (turn === 2) await released(setId, list(38));
    if (turn === 3) await revoke(setId, 7);
    if (turn === 4) await released(setId, list(41));
    await often.read();
    const whole = reader(setId, 7);
    await whole.read();
    expect(often.has).toEqual(whole.has);
  }
  await seldom.read();
  expect(seldom.has).toEqual(often.has);
});
