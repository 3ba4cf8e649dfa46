import { randomUUID } from "node:crypto";
import type { FeedChange } from "@ntd/proto/feed/v1/feed_service";
import { FeedSourceServiceService } from "@ntd/proto/hashlists/v1/feed_source_service";
import type { FeedRecipient } from "@ntd/proto/hashlists/v1/hash_list_service";
import { RevocationServiceService } from "@ntd/proto/hashlists/v1/revocation_service";
import { connect, type RpcClient } from "@ntd/rpc";
import { derivedId, MovableClock } from "@ntd/service";
import { startTestBed, type TestBed } from "@ntd/testing";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { HEADER, md5, newSet, policy, startHashlists, upload, members } from "./bed.ts";
import { hashes } from "./read-list.ts";

let bed: TestBed;
let hashlists: Awaited<ReturnType<typeof startHashlists>>;
const clock = new MovableClock();
let source: RpcClient<typeof FeedSourceServiceService>;
const held = new AsyncDisposableStack();
beforeAll(async () => {
  bed = held.use(await startTestBed());
  hashlists = held.use(await startHashlists(bed, clock));
  const identityDir = await bed.identity("service", "feed");
  source = held.use(connect(FeedSourceServiceService, { address: hashlists.address, identityDir }));
});
afterAll(() => held.disposeAsync());
// What one person takes back alone counts for a day, in all sets together: each test has a day of its own.
beforeEach(() => clock.advance(24 * 3_600_000));

const requestId = () => randomUUID();
const nobody: FeedRecipient[] = [];
const partner = "partner/neighbour";
const to = (algorithms: FeedRecipient["algorithms"] = []) => [{ partner, organisation: "Hotline NL", algorithms }];
const oneTo = (n: number) => Array.from({ length: n }, (_, i) => i + 1);
const line = (n: number, votes = 1) => `md5,${md5(n)},,ncmec,A1,${votes},file ${n}`;

/** Two persons name who gets a feed of a set. */
async function share(setId: string, recipients: FeedRecipient[]): Promise<void> {
  const { anna, ben } = hashlists;
  const wanted = { policy: undefined, members: undefined, terms: undefined, recipients: { recipients } };
  const { change } = await anna.proposeSetChange({ requestId: requestId(), setId, reason: "agreed", ...wanted });
  await expect(
    anna.approveSetChange({ requestId: requestId(), setId, changeId: change?.changeId ?? "" }),
  ).rejects.toMatchObject({ reason: "SAME_PERSON" });
  await ben.approveSetChange({ requestId: requestId(), setId, changeId: change?.changeId ?? "" });
}

async function released(setId: string, lines: readonly string[]): Promise<string> {
  const { release } = await upload(hashlists.anna, setId, [HEADER, ...lines].join("\n"));
  const releaseId = release?.releaseId ?? "";
  await hashlists.ben.approveRelease({ requestId: requestId(), releaseId });
  await hashlists.anna.activateRelease({ requestId: requestId(), releaseId });
  return releaseId;
}

async function revoke(setId: string, ns: readonly number[]): Promise<void> {
  const entryIds = ns.map((n) => derivedId("entry", setId, "MD5", md5(n)));
  const asked = { requestId: requestId(), setId, entryIds, fingerprints: [], reason: "a cat" };
  await hashlists.ben.revokeEntries({ ...asked, cause: "REVOCATION_CAUSE_NOT_ILLEGAL" });
}

/** What a partner has who reads on until there is nothing more. */
class Copy {
  readonly entries = new Map<string, number>();
  readonly removals: string[] = [];
  checkpoint = "";
  pages = 0;
  startedOver = 0;

  async read(setId: string, pageSize = 7): Promise<this> {
    for (;;) {
      const page = await source.readSource({ setId, partner, checkpoint: this.checkpoint, pageSize });
      expect(page.changes.length).toBeLessThanOrEqual(pageSize);
      this.pages++;
      if (page.startsOver) {
        this.startedOver++;
        this.entries.clear();
      }
      for (const { change } of page.changes) this.#apply(change);
      this.checkpoint = page.nextCheckpoint;
      if (page.isLast) return this;
    }
  }

  get votes(): [string, number][] {
    return [...this.entries].toSorted(([a], [b]) => (a < b ? -1 : 1));
  }

  #apply(change: FeedChange["change"]): void {
    const key = Buffer.from(change?.value.fingerprint?.value ?? []).toString("hex");
    if (change?.$case === "put") this.entries.set(key, change.value.votes);
    if (change?.$case !== "removal") return;
    this.entries.delete(key);
    this.removals.push(`${key} ${change.value.cause}`);
  }
}

const listed = (ns: readonly number[], votes = 1) =>
  ns.map((n): [string, number] => [md5(n), votes]).toSorted(([a], [b]) => (a < b ? -1 : 1));

test("a partner gets all of a set page by page, and then what changed, with why something was taken back", async () => {
  const setId = await newSet(hashlists.anna);
  await released(
    setId,
    oneTo(50).map((n) => line(n)),
  );
  await revoke(setId, [50]);
  await share(setId, to());
  const copy = await new Copy().read(setId);
  expect(copy.votes).toEqual(listed(oneTo(49)));
  expect([copy.startedOver, copy.pages]).toEqual([1, 7]);
  await revoke(setId, [3, 4]);
  await released(
    setId,
    [...oneTo(48).filter((n) => n > 5), 60, 61].map((n) => line(n, n === 7 ? 9 : 1)),
  );
  await revoke(setId, [61]);
  await copy.read(setId, 2);
  const now = new Map(listed([...oneTo(48).filter((n) => n > 5), 60]));
  expect(copy.votes).toEqual([...now.set(md5(7), 9)].toSorted(([a], [b]) => (a < b ? -1 : 1)));
  expect(copy.startedOver).toBe(1);
  expect(copy.removals.toSorted()).toEqual([
    `${md5(1)} REVOCATION_CAUSE_UNSPECIFIED`,
    `${md5(2)} REVOCATION_CAUSE_UNSPECIFIED`,
    `${md5(3)} REVOCATION_CAUSE_NOT_ILLEGAL`,
    `${md5(4)} REVOCATION_CAUSE_NOT_ILLEGAL`,
    `${md5(5)} REVOCATION_CAUSE_UNSPECIFIED`,
    `${md5(49)} REVOCATION_CAUSE_UNSPECIFIED`,
  ]);
  const pages = copy.pages;
  await copy.read(setId);
  expect(copy.pages).toBe(pages + 1);
});

test("what is given back is told again", async () => {
  const setId = await newSet(hashlists.anna);
  await released(
    setId,
    oneTo(5).map((n) => line(n)),
  );
  await share(setId, to());
  await revoke(setId, [2]);
  const copy = await new Copy().read(setId);
  expect(copy.votes).toEqual(listed([1, 3, 4, 5]));
  const client = async (name: string) =>
    held.use(
      connect(RevocationServiceService, {
        address: hashlists.address,
        identityDir: await bed.identity("maintainer", name),
      }),
    );
  const [anna, ben] = [await client("anna"), await client("ben")];
  const entryIds = [derivedId("entry", setId, "MD5", md5(2))];
  const asked = { requestId: requestId(), setId, entryIds, fingerprints: [], reason: "it was right" };
  const { restoration } = await anna.restoreEntries(asked);
  await ben.approveRestoration({ requestId: requestId(), revocationId: restoration?.revocationId ?? "" });
  expect((await copy.read(setId)).votes).toEqual(listed(oneTo(5)));
  expect(copy.startedOver).toBe(1);
});

test("a partner gets the algorithms that are his alone, begins again when they are others, and ends with his right", async () => {
  const setId = await newSet(hashlists.anna);
  await released(setId, [line(1), `sha256,${hashes.sha256(1)},,,,1,`, `pdq,${hashes.pdq(1)},80,,,1,`]);
  await share(setId, to(["ALGORITHM_SHA256"]));
  const copy = await new Copy().read(setId);
  expect([...copy.entries.keys()]).toEqual([hashes.sha256(1)]);
  await share(setId, to(["ALGORITHM_MD5", "ALGORITHM_SHA256"]));
  await copy.read(setId);
  expect([copy.entries.size, copy.startedOver]).toEqual([2, 2]);
  await share(setId, nobody);
  await expect(copy.read(setId)).rejects.toMatchObject({ reason: "NOT_FOUND" });
});

test("of a set that is retired a partner keeps nothing, and of one with nothing in force there is nothing to have", async () => {
  const { anna, ben } = hashlists;
  const setId = await newSet(anna);
  await share(setId, to());
  const copy = await new Copy().read(setId);
  expect(copy.votes).toEqual([]);
  await released(setId, [line(1), line(2)]);
  expect((await copy.read(setId)).votes).toEqual(listed([1, 2]));
  const { change } = await anna.proposeSetChange({ requestId: requestId(), setId, retire: true, reason: "it is over" });
  await ben.approveSetChange({ requestId: requestId(), setId, changeId: change?.changeId ?? "" });
  expect((await copy.read(setId)).votes).toEqual([]);
});

test("what files look like is told of what the partner gets and what is in force then, with each page", async () => {
  const setId = await newSet(hashlists.anna);
  const sha256 = (n: number) => `sha256,${hashes.sha256(n)},,,,1,file ${n}`;
  await released(
    setId,
    oneTo(20).flatMap((n) => [line(n), sha256(n)]),
  );
  await revoke(setId, [20]);
  const read = (checkpoint: string) => source.readSource({ setId, partner, checkpoint, pageSize: 15 });
  const shown = ({ shapes }: Awaited<ReturnType<typeof read>>) =>
    shapes.map(({ algorithms, hasOwnKey, fileCount }) => [algorithms.join(), hasOwnKey, fileCount]);
  await share(setId, to());
  const first = await read("");
  expect(shown(first)).toEqual([
    ["ALGORITHM_MD5", true, 20n],
    ["ALGORITHM_SHA256", false, 20n],
  ]);
  await revoke(setId, [1, 2, 3]);
  expect((await read(first.nextCheckpoint)).shapes).toEqual(first.shapes);
  expect((await new Copy().read(setId)).pages).toBe(6);
  await share(setId, to(["ALGORITHM_MD5"]));
  expect(shown(await read(""))).toEqual([["ALGORITHM_MD5", true, 20n]]);
  const { checkpoint } = await new Copy().read(setId);
  expect(await read(checkpoint)).toMatchObject({ shapes: [], shapesBefore: [] });
  await revoke(setId, [4]);
  const counts = { shapesBefore: [{ fileCount: 20n }], shapes: [{ fileCount: 20n }] };
  expect(await read(checkpoint)).toMatchObject({ fromPart: 0, toPart: 256, ...counts });
});

test("what files look like is not told of what was taken back of a set, once that is most of it", async () => {
  const setId = await newSet(hashlists.anna);
  const rows = oneTo(4).map((n) => line(n));
  await released(setId, rows);
  await share(setId, to());
  await revoke(setId, [1, 2, 3]);
  const page = await source.readSource({ setId, partner, checkpoint: "", pageSize: 15 });
  expect(page.shapes).toMatchObject([{ fileCount: 1n }]);
});

test("pages of films hold no more than a message takes", async () => {
  const setId = await newSet(hashlists.anna);
  const frames = (n: number) => Array.from({ length: 1000 }, (_, i) => `${hashes.pdq(n)}:90:${i}`).join(" ");
  await released(
    setId,
    oneTo(40).map((n) => `vpdq,${frames(n)},,,,,`),
  );
  await share(setId, to());
  const copy = await new Copy().read(setId, 1000);
  expect(copy.entries.size).toBe(40);
  expect(copy.pages).toBeGreaterThan(1);
});

test("who gets what takes two persons and a list that may be passed on; a checkpoint is one of ours", async () => {
  const { anna } = hashlists;
  const setId = await newSet(anna);
  await share(setId, to());
  const wanted = (recipients: FeedRecipient[]) => ({
    policy: undefined,
    members: undefined,
    terms: undefined,
    recipients: { recipients },
  });
  const ask = (recipients: FeedRecipient[], of = setId) =>
    anna.proposeSetChange({ requestId: requestId(), setId: of, reason: "agreed", ...wanted(recipients) });
  const wrong = [{ partner: "isp/x", organisation: "", algorithms: ["ALGORITHM_UNSPECIFIED" as const] }];
  await expect(ask([...wrong, ...to(), ...to()])).rejects.toMatchObject({
    fields: ["0].partner", "0].organisation", "0].algorithms", "2].partner"].map((at) => ({
      field: `recipients[${at}`,
    })),
  });
  const own = `set-${randomUUID()}`;
  const reported = { ...policy, role: "SET_ROLE_VICTIM_REPORTED" as const, autoIssue: false };
  await anna.createSet({ requestId: requestId(), setId: own, policy: reported, members });
  await expect(ask(to(), own)).rejects.toMatchObject({ fields: [{ field: "recipients" }] });
  for (const checkpoint of ["x", Buffer.from('{"at":"end","counter":-1,"may":"all"}').toString("base64url")]) {
    const read = source.readSource({ setId, partner, checkpoint, pageSize: 0 });
    await expect(read).rejects.toMatchObject({ fields: [{ field: "checkpoint" }] });
  }
  const { sets } = await source.listRecipients({ pageSize: 200, pageToken: "" });
  expect(sets.find((one) => one.setId === setId)).toMatchObject({ recipients: to() });
});
