import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { durablesOf } from "@ntd/bus";
import {
  EntryServiceService,
  HashListServiceService,
  type ReleaseInfo,
} from "@ntd/proto/hashlists/v1/hash_list_service";
import { MatchServiceService } from "@ntd/proto/matching/v1/match_service";
import { connect, type RpcClient } from "@ntd/rpc";
import { Problem } from "@ntd/service";
import { eventually, setMembers, startTestBed, type TestBed } from "@ntd/testing";
import { startProcess, type ServiceProcess } from "../security/processes.ts";
import { answerOf, asked, type Version } from "./versions.ts";

type Lists = RpcClient<typeof HashListServiceService>;
const PATIENCE_MS = 60_000;

/** Hashlists and matching as processes that can be killed, a set, and somebody who looks up all the time. */
export interface KilledStage extends AsyncDisposable {
  readonly setId: string;
  readonly hashlists: ServiceProcess;
  readonly matching: ServiceProcess;
  /** Asks as a maintainer over a connection of its own. */
  readonly as: <T>(name: string, call: (lists: Lists) => Promise<T>) => Promise<T>;
  /** The same, again and again while nobody answers. */
  readonly patiently: KilledStage["as"];
  /** The release that was uploaded last, if there is any by now. */
  newest(): Promise<ReleaseInfo | undefined>;
  /** The ids of what hashlists lists in a release. */
  listed(releaseId: string): Promise<string[]>;
  lookUpAlways(from: Version, to: Version): LookingUp;
  /** Matching has handled all that it was told. */
  untilNothingPending(): Promise<void>;
}

export async function startKilledStage(): Promise<KilledStage> {
  await using stack = new AsyncDisposableStack();
  const bed = stack.use(await startTestBed());
  const hashlists = stack.use(await startProcess(bed, "hashlists"));
  const shared = { NTD_HASHLISTS_ADDRESS: hashlists.address };
  const matching = stack.use(await startProcess(bed, "matching", {}, shared));
  const setId = "national-of-two";
  const as: KilledStage["as"] = async (name, call) => {
    const identityDir = await bed.identity("maintainer", name);
    await using lists = connect(HashListServiceService, { address: hashlists.address, identityDir });
    return await call(lists);
  };
  const policy = { owner: "hotline", role: "SET_ROLE_POSITIVE" as const, autoIssue: false, minVotes: 0 };
  const about = { policy: { ...policy, thresholds: undefined }, members: setMembers("amina", "budi") };
  await as("amina", (lists) => lists.createSet({ requestId: randomUUID(), setId, ...about }));
  const held = stack.move();
  return {
    setId,
    hashlists,
    matching,
    as,
    patiently: (name, call) => eventually("hashlists answers", () => as(name, call), PATIENCE_MS),
    async newest() {
      const { releases } = await as("budi", (lists) => lists.listReleases({ setId, pageSize: 1, pageToken: "" }));
      return releases[0];
    },
    listed: (releaseId) => listedIn(bed, hashlists.address, releaseId),
    lookUpAlways: (from, to) => lookingUp(bed, matching.address, { setId, from, to }),
    async untilNothingPending() {
      await eventually("nothing is pending", () => nothingPendingFor(bed), PATIENCE_MS);
    },
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}

async function nothingPendingFor({ bus }: TestBed): Promise<boolean> {
  const infos = durablesOf("matching").map(({ stream, name }) => bus.manager.consumers.info(stream, name));
  return (await Promise.all(infos)).every((info) => info.num_pending === 0 && info.num_ack_pending === 0);
}

async function listedIn(bed: TestBed, address: string, releaseId: string): Promise<string[]> {
  const identityDir = await bed.identity("service", "matching");
  await using reader = connect(EntryServiceService, { address, identityDir });
  const ids: string[] = [];
  for await (const { entries } of reader.streamEntries({ releaseId }))
    ids.push(...entries.map(({ entryId }) => entryId));
  return ids;
}

/** False while nobody answers; whatever else goes wrong ends the test. */
async function isAnswered(call: Promise<void>): Promise<boolean> {
  try {
    await call;
    return true;
  } catch (error) {
    const problem = Problem.from(error);
    if (problem.handling !== "retry") throw problem;
    return false;
  }
}

/** What look-ups were answered so far, each as `old` or `new`; what is neither as it came. */
export interface LookingUp extends AsyncDisposable {
  readonly answers: string[];
  until(answer: "old" | "new"): Promise<void>;
}

/** So often it is asked: matching has other work, too. */
const PAUSE_MS = 10;

function lookingUp(bed: TestBed, address: string, of: { setId: string; from: Version; to: Version }): LookingUp {
  const { setId, from, to } = of;
  const fingerprints = asked(from, to);
  const [older, newer] = [from, to].map((version) => answerOf(setId, version).join("\n"));
  const answers: string[] = [];
  const stop = new AbortController();
  async function look(client: RpcClient<typeof MatchServiceService>): Promise<void> {
    const { hits } = await client.lookup({ fingerprints, recipe: "exact-1" });
    const releases = new Set(hits.map(({ releaseId }) => releaseId));
    const answer = hits
      .map(({ entryId, votes }) => `${entryId} ${votes}`)
      .toSorted()
      .join("\n");
    const is = answer === older ? "old" : answer === newer ? "new" : answer;
    // Also by what its hits say of themselves.
    answers.push(releases.size === 1 ? is : `of ${releases.size} releases:\n${answer}`);
  }
  async function run(): Promise<void> {
    const identityDir = await bed.identity("service", "casework");
    while (!stop.signal.aborted) {
      await using client = connect(MatchServiceService, { address, identityDir });
      // Until it fails: a connection that broke waits longer and longer before it is made again.
      while (!stop.signal.aborted && (await isAnswered(look(client)))) await delay(PAUSE_MS);
      await delay(PAUSE_MS);
    }
  }
  const running = run();
  running.catch(() => stop.abort());
  return {
    answers,
    async until(answer) {
      const seen = answers.length;
      await eventually(
        `look-ups answer from the ${answer} list`,
        () => answers.slice(seen).at(-1) === answer,
        PATIENCE_MS,
      );
    },
    async [Symbol.asyncDispose]() {
      stop.abort();
      await running;
    },
  };
}
