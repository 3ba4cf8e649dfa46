import { randomUUID } from "node:crypto";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { EntryServiceService, HashListServiceService } from "@ntd/proto/hashlists/v1/hash_list_service";
import { connect, type RpcClient } from "@ntd/rpc";
import { eventually, setMembers, startTestBed } from "@ntd/testing";
import { FORMATS } from "./hashlists-files.ts";
import { measureFormats } from "./hashlists-formats.ts";
import { writeList } from "./hashlists-list.ts";
import { partsOf, startHashlists } from "./hashlists-service.ts";
import { usageOf } from "./matching-service-parts.ts";
import { atLeast, quantile, report, stated, type Figure } from "./report.ts";

// A list goes from a file through the service into its store and out again, as `ntd set upload` and matching do it:
// node test/bench/hashlists.ts [lines] [formats]; with formats, nothing but what these take.
const LINES = Number(process.argv[2] ?? 1_000_000);
const ONLY = FORMATS.filter((format) => process.argv.slice(3).includes(format));
const SET = "bench";
/** The most that one request takes back. */
const MANY = 100_000;

type Lists = RpcClient<typeof HashListServiceService>;

await using bed = await startTestBed();
const file = join(bed.dir, "list.csv");
const figures: Figure[] = [stated("lines", LINES, "")];
if (ONLY.length === 0) {
  await writeList(file, LINES);
  await using service = await startHashlists(bed);
  figures.push(...(await measure(service.address, service.pid)));
}
figures.push(...(await measureFormats(LINES, ONLY.length === 0 ? FORMATS : ONLY)));
report("hashlists", figures);

async function measure(address: string, pid: number): Promise<Figure[]> {
  const person = async (name: string) =>
    connect(HashListServiceService, { address, identityDir: await bed.identity("maintainer", name) });
  await using anna = await person("anna");
  await using ben = await person("ben");
  const identityDir = await bed.identity("service", "matching");
  await using matching = connect(EntryServiceService, { address, identityDir });
  const serves = () => ben.listSets({ pageSize: 1, pageToken: "" }).catch(() => false as const);
  await eventually("the service answers", serves);
  const clients = { anna, ben, matching, pid };
  const [idleWaits] = await withOthers(ben, () => delay(3000));
  const upload = await measureUpload(clients);
  const stream = await measureStream(clients, upload.releaseId);
  const revocations = await measureRevocations(clients, stream.ids);
  return [
    stated("another call of an idle service, p99", quantile(idleWaits, 0.99), "ms"),
    ...upload.figures,
    ...stream.figures,
    ...revocations,
  ];
}

interface Clients {
  anna: Lists;
  ben: Lists;
  matching: RpcClient<typeof EntryServiceService>;
  pid: number;
}

async function measureUpload({ anna, ben, pid }: Clients): Promise<{ figures: Figure[]; releaseId: string }> {
  const policy = { owner: "bench", role: "SET_ROLE_POSITIVE", autoIssue: false, minVotes: 0 } as const;
  await anna.createSet({
    requestId: randomUUID(),
    setId: SET,
    policy: { ...policy, thresholds: undefined },
    members: setMembers("anna", "ben"),
  });
  const before = usageOf(pid);
  const [waits, ms, { release }] = await withOthers(ben, () =>
    anna.uploadRelease(partsOf(file, SET), { deadline: 7_200_000 }),
  );
  const after = usageOf(pid);
  const [bytes, cpuMs] = [(after.mostResidentMb - before.residentMb) * 1024 * 1024, after.cpuMs - before.cpuMs];
  if (Number(release?.entryCount) !== LINES) throw new Error(`${release?.entryCount} of ${LINES} entries were taken`);
  const releaseId = release?.releaseId ?? "";
  await ben.approveRelease({ requestId: randomUUID(), releaseId });
  const store = await stat(join(bed.dir, "stores/hashlists/store.sqlite"));
  const figures = [
    atLeast("upload", LINES / (ms / 1000), "lines/s", 60_000),
    stated("processor time of an uploaded line", (cpuMs * 1000) / LINES, "µs"),
    stated("another call during the upload, p99", quantile(waits, 0.99), "ms"),
    stated("memory over the idle service, at the most", bytes / LINES, "B an entry"),
    stated("store", store.size / LINES, "B an entry"),
  ];
  return { figures, releaseId };
}

async function measureStream({ ben, matching, pid }: Clients, releaseId: string) {
  const ids: string[] = [];
  const { cpuMs: cpuBefore } = usageOf(pid);
  const [waits, ms, count] = await withOthers(ben, async () => {
    let came = 0;
    for await (const { entries } of matching.streamEntries({ releaseId })) {
      came += entries.length;
      if (ids.length <= MANY) ids.push(...entries.map(({ entryId }) => entryId));
    }
    return came;
  });
  if (count !== LINES) throw new Error(`${count} of ${LINES} entries came`);
  const figures = [
    atLeast("stream of entries", LINES / (ms / 1000), "entries/s", 150_000),
    stated("processor time of a streamed entry", ((usageOf(pid).cpuMs - cpuBefore) * 1000) / LINES, "µs"),
    stated("another call during the stream, p99", quantile(waits, 0.99), "ms"),
  ];
  return { figures, ids };
}

async function measureRevocations({ anna, ben, matching }: Clients, ids: readonly string[]): Promise<Figure[]> {
  const [one = "", ...many] = ids.slice(0, MANY + 1);
  const revoke = (entryIds: string[]) =>
    anna.revokeEntries(
      {
        requestId: randomUUID(),
        setId: SET,
        entryIds,
        fingerprints: [],
        reason: "bench",
        cause: "REVOCATION_CAUSE_WRONG_FILE",
      },
      { deadline: 300_000 },
    );
  const [, oneMs] = await withOthers(ben, () => revoke([one]));
  const [, manyMs] = await withOthers(ben, async () => {
    const { revocation } = await revoke(many);
    await ben.approveRevocation({ requestId: randomUUID(), revocationId: revocation?.revocationId ?? "" });
  });
  const begun = performance.now();
  let revoked = 0;
  for await (const { entryIds } of matching.streamRevocations({ setId: SET, afterCounter: 0n })) {
    revoked += entryIds.length;
  }
  if (revoked !== many.length + 1) throw new Error(`${revoked} revoked entries came`);
  return [
    stated("taking one entry back", oneMs, "ms"),
    stated(`taking ${many.length} entries back and approving it`, manyMs, "ms"),
    stated("stream of what was taken back", performance.now() - begun, "ms"),
  ];
}

/** What `work` gives and how long it took, with the waits, in ms, of somebody who asks every 20 ms meanwhile. */
async function withOthers<T>(lists: Lists, work: () => Promise<T>): Promise<[waits: number[], ms: number, result: T]> {
  const waits: number[] = [];
  let busy = true;
  const asking = (async () => {
    while (busy) {
      const asked = performance.now();
      await lists.listSets({ pageSize: 1, pageToken: "" }, { deadline: 60_000 });
      waits.push(performance.now() - asked);
      await delay(20);
    }
  })();
  const begun = performance.now();
  const result = await work();
  const ms = performance.now() - begun;
  busy = false;
  await asking;
  return [waits, ms, result];
}
