// What it takes to take back one wrong entry that caused a thousand notices at fifty providers: from the revocation to each
// provider's being told to wait, and from one person's confirmation to each provider's being asked to restore. Through the
// real processes on this machine; the fifty streams are in this one.
import { mkdtemp, rm } from "node:fs/promises";
import { randomUUID } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nouns } from "@ntd/bus";
import { WithdrawalServiceService } from "@ntd/proto/casework/v1/withdrawal_service";
import { HashListServiceService } from "@ntd/proto/hashlists/v1/hash_list_service";
import type { Action } from "@ntd/proto/takedown/v1/notice";
import { connect } from "@ntd/rpc";
import { eventually } from "@ntd/testing";
import { quietDown, startPipeline, type PipelineStage } from "./pipeline-stage.ts";
import { usageByProgram } from "./processes.ts";
import { atMost, quantile, report, stated, type Figure } from "./report.ts";
import { openStreams, type Streams } from "./reversal-streams.ts";
import { sendAll } from "./reversal-reports.ts";

const PROVIDERS = 50;
const NOTICES = Number(process.env["NTD_BENCH_NOTICES"] ?? 1000);
const SET = "set-1";

const dir = await mkdtemp(join(tmpdir(), "ntd-bench-"));
await using folder = new AsyncDisposableStack();
folder.defer(() => rm(dir, { recursive: true, force: true }));
await using stage = await startPipeline(dir, { providers: PROVIDERS, sets: 1, agents: false });
await using streams = await openStreams(stage, PROVIDERS);
await sendAll(stage, NOTICES);
await streams.all("ACTION_REMOVE", NOTICES);
await quietDown(stage);

const entryId = await entryOf(stage);
const suspended = await measured(stage, streams, "ACTION_SUSPEND", () => revoke(stage, entryId));
const restored = await measured(stage, streams, "ACTION_RESTORE", () => confirm(stage, entryId));
report("reversal", [
  stated("notices", NOTICES, ""),
  stated("providers", PROVIDERS, ""),
  atMost("revocation to the first that is told to wait", suspended.first, "s", 2),
  atMost("revocation to the last", suspended.last, "s", 15),
  stated("revocation to the median", suspended.median, "s"),
  atMost("processor time for each that is told to wait", suspended.processorMs, "ms", 25),
  ...suspended.hops,
  atMost("one confirmation to the last that is asked to restore", restored.last, "s", 15),
  stated("one confirmation to the first", restored.first, "s"),
  stated("processor time for each that is asked to restore", restored.processorMs, "ms"),
  ...restored.hops,
]);

interface Measured {
  first: number;
  median: number;
  last: number;
  processorMs: number;
  hops: Figure[];
}

/** From `begin` until every notice is told `action`; the events of each hop counted by when the last of them was there. */
async function measured(
  on: PipelineStage,
  told: Streams,
  action: Action,
  begin: () => Promise<void>,
): Promise<Measured> {
  const hops = new Map<string, number[]>();
  const { connection } = on.platform.machine.bus;
  const subjects = ["hashlists.release.>", "matching.match.>", "casework.case.>", "takedown.notice.>"];
  const before = usageByProgram();
  const began = performance.now();
  const subscriptions = subjects.map((subject) =>
    connection.subscribe(subject, {
      callback: (_error, message) => {
        const [service, noun, verb] = message.subject.split(".");
        const hop = `${service}.${noun}.${verb}`;
        hops.set(hop, [...(hops.get(hop) ?? []), (performance.now() - began) / 1000]);
      },
    }),
  );
  await begin();
  await told.all(action, NOTICES);
  await quietDown(on);
  const after = usageByProgram();
  for (const subscription of subscriptions) subscription.unsubscribe();
  const times = [...told.told(action).values()].map((at) => (at - began) / 1000);
  const cost = (name: string) => ((after.get(name)?.processorMs ?? 0) - (before.get(name)?.processorMs ?? 0)) / NOTICES;
  const names = [...after.keys()].toSorted((a, b) => cost(b) - cost(a));
  return {
    first: Math.min(...times),
    median: quantile(times, 0.5),
    last: Math.max(...times),
    processorMs: names.reduce((sum, name) => sum + cost(name), 0),
    hops: [
      ...[...hops].flatMap(([hop, at]) => [
        stated(`${action}: ${at.length} × ${hop}, the first`, Math.min(...at), "s"),
        stated(`${action}: ${at.length} × ${hop}, the last`, Math.max(...at), "s"),
      ]),
      ...names.map((name) => stated(`${action}: processor time of ${name}`, cost(name), "ms")),
    ],
  };
}

async function entryOf({ platform }: PipelineStage): Promise<string> {
  const cases = await platform.machine.published(nouns.case);
  const entries = new Set(cases.flatMap(({ data }) => data.hits.map((hit) => hit.entryId)));
  const [entryId, ...more] = entries;
  if (entryId === undefined || more.length > 0) throw new Error(`one entry was to be hit, not ${entries.size}`);
  return entryId;
}

async function revoke({ platform }: PipelineStage, entry: string): Promise<void> {
  const identityDir = await platform.machine.identity("maintainer", "amina");
  await using lists = connect(HashListServiceService, { address: platform.endpoints["hashlists"] ?? "", identityDir });
  const what = { setId: SET, entryIds: [entry], fingerprints: [], reason: "another file" };
  await lists.revokeEntries({ requestId: randomUUID(), ...what, cause: "REVOCATION_CAUSE_WRONG_FILE" });
}

/** One person names the pictures that the entry caused, and that they are to be restored. */
async function confirm({ platform }: PipelineStage, entry: string): Promise<void> {
  const identityDir = await platform.machine.identity("assessor", "emil");
  await using casework = connect(WithdrawalServiceService, {
    address: platform.endpoints["casework"] ?? "",
    identityDir,
  });
  const cause = { what: { $case: "entry" as const, value: { setId: SET, entryId: entry } } };
  const { pictures } = await casework.listWithdrawals({ cause, pageSize: 1000, pageToken: "" });
  const named = pictures.map(({ picture }) => picture);
  const requestId = randomUUID();
  const request = { requestId, cause, pictures: named, reason: "an innocent picture" };
  await eventually("it is confirmed", () => casework.confirmWithdrawals(request), 60_000);
}
