import type { SetPolicy } from "@ntd/proto/hashlists/v1/release";
import { openStore } from "@ntd/store";
import { entryIds, idTexts } from "../../services/hashlists/src/entries/entry-id.ts";
import { EntryWriter } from "../../services/hashlists/src/entries/store-entries.ts";
import { approve } from "../../services/hashlists/src/releases/approval.ts";
import type { ReleaseState } from "../../services/hashlists/src/releases/release.ts";
import { activate, newSet, type HashSetState } from "../../services/hashlists/src/sets/hash-set.ts";
import { openCollections as openLists, type Collections as Lists } from "../../services/hashlists/src/store.ts";
import { beginUpload, finishUpload } from "../../services/hashlists/src/uploads/upload-steps.ts";
import { matchIdOf } from "../../services/matching/src/ids.ts";
import { beginPass, endPass, newRange, RANGES, type RangeState } from "../../services/matching/src/rows/range.ts";
import { takeSearch, takeTarget, type Row } from "../../services/matching/src/rows/row.ts";
import { openCollections, type KnownSet } from "../../services/matching/src/store.ts";
import { exampleHit } from "../../services/matching/test/examples.ts";
import { hashOf, near } from "./matching-service-entries.ts";
import type { Sizes } from "./quantity-sizes.ts";

export const SET = "country";
/** The list that speaks against it, a tenth as long, and the number of its first entry. */
const AGAINST = "innocent";
export const NEGATIVE = 2 ** 27;
export const againstOf = (listed: number) => Math.ceil(listed / 10);
/** Entries that each of the two releases has alone; a row hits each of them. */
export const CHANGED = 50;
/** Numbers of entries: all have those up to `listed`; behind them are those of one release alone. */
export const ROWS = 2 ** 26;
const [FIRST, SECOND] = [2 ** 24, 2 ** 25];

const at = new Date(Date.UTC(2030, 0, 1));
const policy = {
  owner: "Hotline",
  role: "SET_ROLE_POSITIVE",
  autoIssue: false,
  minVotes: 0,
  thresholds: { pdq: 31, blockhash: 12, pdqQuality: 50, blockhashTransitions: 60 },
} as const;

const NOTHING_OTHER = {
  activeReleaseId: "",
  activeEntryCount: 0,
  added: 0,
  removed: 0,
  changed: 0,
  reclassed: 0,
  kinds: [],
  time: new Date(0),
};

/** Two releases of one list, the first in force, and a list that speaks against it, through the services' own constructors. */
export async function fillLists(url: string, { listed }: Sizes): Promise<void> {
  await using store = await openStore(url);
  const lists = await openLists(store);
  const numbers = (from: number, count: number) => Array.from({ length: count }, (_, i) => entryLine(from + i, i));
  const write = async (setId: string, part: string, ...ranges: [from: number, count: number][]) => {
    const writer = new EntryWriter(lists, setId, part);
    for (const [from, count] of ranges) {
      for (let at = 0; at < count; at += 1000) await writer.add(numbers(from + at, Math.min(1000, count - at)));
    }
    await writer.end();
    return writer.count;
  };
  await fillSet(lists, SET, policy, [
    ["r1", (part) => write(SET, part, [0, listed], [FIRST, CHANGED])],
    ["r2", (part) => write(SET, part, [0, listed], [SECOND, CHANGED])],
  ]);
  const against = { ...policy, role: "SET_ROLE_NEGATIVE" } as const;
  await fillSet(lists, AGAINST, against, [["n1", (part) => write(AGAINST, part, [NEGATIVE, againstOf(listed)])]]);
}

type Written = [releaseId: string, write: (part: string) => Promise<number>];

// The first release is in force.
async function fillSet(lists: Lists, setId: string, of: SetPolicy, releases: Written[]) {
  const given = { setId, policy: of, createdBy: "m/a", createdTime: at, createdRequest: setId, createdDigest: "d" };
  let set: HashSetState = newSet(given);
  for (const [releaseId, write] of releases) {
    const part = `part-${releaseId}`;
    const entryCount = await write(part);
    const begun = beginUpload(undefined, { releaseId, setId, uploadedBy: "m/a", part, now: at, leaseUntil: at });
    const done = begun && finishUpload(begun, part, { name: "validated", digest: "d", entryCount }, at);
    const word = { by: "m/b", now: at, comparison: NOTHING_OTHER, counter: set.counter, confirmRemoved: undefined };
    await lists.releases.insert(releaseId, approve(done as ReleaseState, word) as ReleaseState);
    if (set.active === undefined) set = activate(set, { releaseId, entryCount }, "m/b", at) ?? set;
  }
  await lists.sets.insert(setId, set);
}

/** Puts the release in force that is not; the event that tells of it. */
export async function activateOther({ sets, releases }: Lists) {
  const found = await sets.load(SET);
  const other = found?.state.active?.releaseId === "r1" ? "r2" : "r1";
  const release = await releases.load(other);
  const entryCount = release?.state.stage.name === "approved" ? release.state.stage.entryCount : 0;
  const state = found && activate(found.state, { releaseId: other, entryCount }, "m/b", new Date());
  if (found === undefined || state === undefined) throw new Error("the list was not filled");
  await sets.save(found, state);
  const active = { activeReleaseId: other, entryCount: BigInt(entryCount), counter: BigInt(state.counter) };
  return { version: state.counter + 1, data: { setId: SET, policy, ...active, activatedTime: new Date() } };
}

function entryLine(number: number, line: number) {
  const value = Buffer.from(hashOf(number)).toString("hex");
  return { algorithm: "PDQ", value, quality: 80, votes: 3, scheme: "", code: "", sourceId: "", line } as const;
}

/** Rows that were searched in the first release: one hits each of its own entries, one will hit each of the second's. */
export async function fillRows(url: string, { rows: count, listed }: Sizes): Promise<void> {
  await using store = await openStore(url);
  const { rows, ranges, sets } = await openCollections(store);
  for (let from = 0; from < count; from += 1000) {
    const some = Array.from({ length: Math.min(1000, count - from) }, (_, i) => rowOf(from + i, count));
    await rows.insertMany(some.map((state) => ({ id: matchIdOf(state.targetId, 1), state })));
  }
  const pass = { setId: SET, through: 1, by: "fill", now: at, until: at };
  const other = { ...pass, setId: AGAINST };
  for (const range of RANGES) {
    const through = endPass(beginPass(newRange, pass) as RangeState);
    await ranges.insert(range, endPass(beginPass(through, other) as RangeState));
  }
  const known: KnownSet = {
    schemaVersion: 1,
    setId: SET,
    version: 2,
    policy,
    activeReleaseId: "r1",
    entryCount: listed + CHANGED,
    counter: 1,
  };
  await sets.insert(SET, known);
  const against = { policy: { ...policy, role: "SET_ROLE_NEGATIVE" }, activeReleaseId: "n1" } as const;
  await sets.insert(AGAINST, { ...known, setId: AGAINST, ...against, entryCount: againstOf(listed) });
}

const idOf = entryIds(SET);

function rowOf(n: number, count: number): Row {
  const every = Math.floor(count / (2 * CHANGED));
  const nth = n % every === 0 ? n / every : -1;
  const entry = nth < 0 || nth >= 2 * CHANGED ? undefined : nth < CHANGED ? FIRST + nth : SECOND + nth - CHANGED;
  const seen = targetOf(`target ${n}`, n, entry);
  const row = takeTarget(undefined, { ...seen, version: 1 }) as Row;
  const entryId = entry === undefined ? "" : idTexts(idOf("PDQ", Buffer.from(hashOf(entry)).toString("hex")))[0];
  const isHit = entry !== undefined && entry < SECOND;
  const hit = exampleHit({
    setId: SET,
    releaseId: "r1",
    entryId: entryId ?? "",
    distance: 5,
    autoIssue: false,
    minVotes: 0,
  });
  return takeSearch(row, [{ setId: SET, counter: 1, hits: isHit ? [hit] : [] }], at);
}

/** A picture by its number, all its hashes; like a listed one if that is said. */
export function targetOf(targetId: string, n: number, entry?: number) {
  const hash = (i: number) => hashOf(ROWS + n * 12 + i);
  const pdq = entry === undefined ? hash(0) : near(entry, 5);
  const names = ["original", "rotate90", "rotate180", "rotate270", "flipX", "flipY", "rotate90FlipX", "rotate90FlipY"];
  const fingerprints = [
    { algorithm: "ALGORITHM_SHA256" as const, value: hash(8), quality: 0 },
    { algorithm: "ALGORITHM_SHA1" as const, value: hash(9).slice(0, 20), quality: 0 },
    { algorithm: "ALGORITHM_MD5" as const, value: hash(10).slice(0, 16), quality: 0 },
    { algorithm: "ALGORITHM_PDQ" as const, value: pdq, quality: 80 },
    { algorithm: "ALGORITHM_BLOCKHASH256" as const, value: hash(11), quality: 120 },
  ];
  const pdqForms = names.map((form, i) => ({ form, value: i === 0 ? pdq : hash(i) }));
  const content = {
    recipe: "exact-1",
    fingerprints,
    pdqForms,
    renditions: [],
    degraded: false,
    tooLittleDetail: false,
    format: "jpeg",
    revision: 1,
  };
  return { targetId, episode: 1, content };
}
