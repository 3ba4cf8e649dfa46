import { randomUUID } from "node:crypto";
import {
  EntryServiceService,
  HashListServiceService,
  type Entry,
  type ReleaseInfo,
} from "@ntd/proto/hashlists/v1/hash_list_service";
import { connect, type RpcClient } from "@ntd/rpc";
import { derivedId } from "@ntd/service";
import { setMembers, startTestBed, type TestBed } from "@ntd/testing";
import { long } from "@ntd/testing/runs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startProcess } from "../security/processes.ts";
import { bytesOf, FORMATS, listedFile, type ListedFile, type Written } from "./listed-files.ts";

// One list of files, each by three hashes, in every format: what is in force afterwards is the same, whichever it came in.

const FILES = Math.ceil((long ? 1_000_000 : 5000) / 3);
const ENTRIES = 3 * FILES;
const SET = "same";
const deadline = 7_200_000;

let bed: TestBed;
let reader: RpcClient<typeof EntryServiceService>;
let as: Record<"amina" | "budi" | "ann", RpcClient<typeof HashListServiceService>>;
const held = new AsyncDisposableStack();
beforeAll(async () => {
  bed = held.use(await startTestBed());
  const { address } = held.use(await startProcess(bed, "hashlists"));
  const client = async (name: string) =>
    held.use(connect(HashListServiceService, { address, identityDir: await bed.identity("maintainer", name) }));
  as = { amina: await client("amina"), budi: await client("budi"), ann: await client("ann") };
  const identityDir = await bed.identity("service", "matching");
  reader = held.use(connect(EntryServiceService, { address, identityDir }));
  const policy = { owner: "hotline", role: "SET_ROLE_POSITIVE" as const, autoIssue: false, minVotes: 0 };
  const about = { policy: { ...policy, thresholds: undefined }, members: setMembers("amina", "budi", "ann") };
  await as.amina.createSet({ requestId: randomUUID(), setId: SET, ...about });
});
afterAll(() => held.disposeAsync());

/** Which file and hash an entry is of, by its id; made of what the list says, not of what was read. */
const known = new Map<string, { n: number; kind: Kind }>();
const KINDS = ["md5", "sha1", "pdq"] as const;
type Kind = (typeof KINDS)[number];
/** By which of its hashes a file is told: those that others can share. */
const TOGETHER: ReadonlySet<string> = new Set<Kind>(["md5", "sha1"]);
for (let n = 0; n < FILES; n++) {
  const file = listedFile(n);
  for (const kind of KINDS) known.set(derivedId("entry", SET, kind.toUpperCase(), file[kind]), { n, kind });
}

async function* messages(format: Written) {
  yield { part: { $case: "header" as const, value: { requestId: randomUUID(), setId: SET } } };
  let byteCount = 0n;
  for (const bytes of bytesOf(format, FILES)) {
    byteCount += BigInt(bytes.length);
    yield { part: { $case: "chunk" as const, value: bytes } };
  }
  yield { part: { $case: "trailer" as const, value: { byteCount } } };
}

/** Uploaded and in force; where all is told in another scheme a second one has to say that nothing goes. */
async function inForce(format: Written): Promise<ReleaseInfo | undefined> {
  const { release, problems } = await as.amina.uploadRelease(messages(format), { deadline });
  expect(problems).toEqual([]);
  const releaseId = release?.releaseId ?? "";
  const named = () => ({ requestId: randomUUID(), releaseId });
  const first = await as.budi.approveRelease(named(), { deadline });
  if (first.release?.state === "RELEASE_STATE_QUARANTINED") {
    await as.ann.approveRelease({ ...named(), confirmRemoved: 0n }, { deadline });
  }
  await as.budi.activateRelease(named(), { deadline });
  return release;
}

/** What an entry is to be told as, as far as the format can. */
function expected(kind: Kind, file: ListedFile, { carries }: Written): string {
  const quality = kind !== "pdq" ? 0 : carries.quality ? file.quality : 50;
  const code = carries.codes?.[file.grade];
  const classed = carries.scheme === undefined ? "" : `${carries.scheme} ${code}`;
  const size = carries.size && TOGETHER.has(kind) ? file.size : 0;
  return `ALGORITHM_${kind.toUpperCase()} ${file[kind]} ${quality} ${classed} ${carries.votes ? file.votes : 1} ${size}`;
}

function told({ fingerprint, classification, votes, sizeBytes = 0 }: Entry): string {
  const { algorithm, value, quality } = fingerprint ?? { algorithm: "", value: new Uint8Array(), quality: 0 };
  const classed = classification === undefined ? "" : `${classification.scheme} ${classification.code}`;
  return `${algorithm} ${Buffer.from(value).toString("hex")} ${quality} ${classed} ${votes} ${sizeBytes}`;
}

/** What is not as the list says, the first few: entries, and which of them are of one file. */
async function compared(releaseId: string, format: Written) {
  const seen = new Set<string>();
  const wrong: [string, string][] = [];
  const keys = new Map<number, string>();
  const files = new Map<string, number>();
  for await (const { entries } of reader.streamEntries({ releaseId }, { deadline })) {
    for (const entry of entries) {
      const of = known.get(entry.entryId);
      const [is, due] = [told(entry), of && expected(of.kind, listedFile(of.n), format)];
      const key = Buffer.from(entry.fileKey ?? []).toString("hex");
      const isOfItsFile = of !== undefined && (keys.get(of.n) ?? key) === key && (files.get(key) ?? of.n) === of.n;
      const isTogether = of !== undefined && TOGETHER.has(of.kind);
      const isTold = !format.carries.files || !isTogether || (isOfItsFile && key !== "");
      if ((is !== due || !isTold || seen.has(entry.entryId)) && wrong.length < 5) wrong.push([is, due ?? "nothing"]);
      seen.add(entry.entryId);
      if (!isTogether) continue;
      keys.set(of.n, key);
      files.set(key, of.n);
    }
  }
  return { wrong, count: seen.size };
}

describe(`a list of ${ENTRIES} entries ends in the same ones, with all that its format can say:`, () => {
  test.each(FORMATS.map((format) => [format.name, format] as const))(
    "%s",
    async (_, format) => {
      const release = await inForce(format);
      expect(release).toMatchObject({ entryCount: BigInt(ENTRIES), problemCount: 0n });
      // Of those behind it the entries are the same by their ids, whatever is told of them.
      const changes = { new: format === FORMATS[0] ? BigInt(ENTRIES) : 0n, removed: 0n };
      expect(release?.report).toMatchObject({ ...changes, refused: 0n });
      expect(await compared(release?.releaseId ?? "", format)).toEqual({ wrong: [], count: ENTRIES });
    },
    long ? 1_200_000 : 120_000,
  );
});
