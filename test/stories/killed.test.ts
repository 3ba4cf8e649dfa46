import { randomUUID } from "node:crypto";
import type { UploadKind } from "@ntd/proto/hashlists/v1/hash_list_service";
import { setTimeout as delay } from "node:timers/promises";
import { eventually } from "@ntd/testing";
import { long } from "@ntd/testing/runs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { numbers } from "../numbers.ts";
import type { ServiceProcess } from "../security/processes.ts";
import { PHASES, SWAPS, type Phase, type StepName, type Swap } from "./killed-phases.ts";
import { startKilledStage, type KilledStage } from "./killed-stage.ts";
import { deltaOf, entryCount, FIRST, next, wholeList, type Version } from "./versions.ts";

// Killed wherever it is on its way, a list is in force wholly as it was, or wholly as it comes; whoever looks up meanwhile
// sees the one and then the other, and in the end the new one.

type Kind = "whole" | "delta";
/** Each starts processes some times: on a machine that is as busy as can be. */
const PATIENT_MS = 600_000;

let stage: KilledStage;
/** What is in force. */
let inForce = FIRST;
beforeAll(async () => {
  stage = await startKilledStage();
  await come("whole", FIRST);
  await using looking = stage.lookUpAlways(FIRST, next(FIRST, true));
  await looking.until("old");
});
afterAll(() => stage[Symbol.asyncDispose]());

type Ask = KilledStage["as"];
/** A step on the way; `ask` once, or until it is answered. */
type Step<T> = (ask: Ask) => Promise<T>;
type Around = <T>(name: StepName, step: Step<T>) => Promise<T>;
const unharmed: Around = (_, step) => step(stage.patiently);

/** Brings the next list into force step by step; `around` may harm it on the way. Its release. */
async function come(kind: Kind, to: Version, around: Around = unharmed): Promise<string> {
  const file = kind === "whole" ? wholeList(to) : deltaOf(inForce, to);
  const uploadId = randomUUID();
  const { release } = await around("upload", (ask) =>
    ask("amina", (lists) => lists.uploadRelease(messages(uploadId, kind, file))),
  );
  expect(release).toMatchObject({ entryCount: BigInt(entryCount(to)), report: { refused: 0n } });
  const releaseId = release?.releaseId ?? "";
  const approval = { requestId: randomUUID(), releaseId };
  const activation = { requestId: randomUUID(), releaseId };
  await around("approve", (ask) => ask("budi", (lists) => lists.approveRelease(approval)));
  await around("activate", (ask) => ask("amina", (lists) => lists.activateRelease(activation)));
  return releaseId;
}

async function* messages(requestId: string, kind: Kind, file: string) {
  const bytes = Buffer.from(file);
  const as: UploadKind = kind === "delta" ? "UPLOAD_KIND_DELTA" : "UPLOAD_KIND_FULL";
  yield { part: { $case: "header" as const, value: { requestId, setId: stage.setId, kind: as } } };
  for (let at = 0; at < bytes.length; at += 65_536) {
    yield { part: { $case: "chunk" as const, value: bytes.subarray(at, at + 65_536) } };
  }
  yield { part: { $case: "trailer" as const, value: { byteCount: BigInt(bytes.length) } } };
}

type Looking = ReturnType<KilledStage["lookUpAlways"]>;

/** The next list comes, with look-ups all the while: what they were answered is whole, the old one and then the new. */
async function passes(kind: Kind, harmed: (to: Version, looking: Looking) => Promise<string>): Promise<void> {
  const [from, to] = [inForce, next(inForce, kind === "whole")];
  await using looking = stage.lookUpAlways(from, to);
  await looking.until("old");
  const releaseId = await harmed(to, looking);
  await looking.until("new");
  inForce = to;
  const firstNew = looking.answers.indexOf("new");
  expect(new Set(looking.answers.slice(0, firstNew))).toEqual(new Set(["old"]));
  expect(new Set(looking.answers.slice(firstNew))).toEqual(new Set(["new"]));
  const ids = await stage.listed(releaseId);
  expect([ids.length, new Set(ids).size]).toEqual([entryCount(to), entryCount(to)]);
  await stage.untilNothingPending();
}

/** It has killed itself at its failpoint, and is started again. */
async function killed({ process }: ServiceProcess, failpoint: string, extra: Record<string, string> = {}) {
  await eventually(`${process.name} is killed at ${failpoint}`, () => process.pid === 0, 60_000);
  expect([failpoint, process.exit.signal]).toEqual([failpoint, "SIGKILL"]);
  process.start(extra);
}

async function armed({ process, serving }: ServiceProcess, failpoint: string): Promise<void> {
  await process.end();
  process.start({ NTD_FAILPOINT: failpoint });
  await eventually(`${process.name} serves`, serving);
}

/** Hashlists is killed on the way through a step, and its store says how far that came. */
async function killedIn<T>({ failpoint, leaves }: Phase, before: string | undefined, step: Step<T>): Promise<void> {
  const { hashlists } = stage;
  await armed(hashlists, failpoint);
  // Whether or not it was answered before.
  const asked = step(stage.as).catch(() => undefined);
  await killed(hashlists, failpoint);
  await asked;
  await eventually("hashlists serves again", hashlists.serving);
  const newest = await stage.newest();
  expect(newest?.releaseId === before ? undefined : newest?.state).toBe(leaves);
}

/** Matching is armed; resolves when it was killed as often as that. */
async function killedSwapping({ failpoints }: Swap, looking: Looking): Promise<() => Promise<void>> {
  const [first = "", ...others] = failpoints;
  await armed(stage.matching, first);
  await looking.until("old");
  const deaths = (async () => {
    for (const [nth, failpoint] of failpoints.entries()) {
      const again = others[nth];
      await killed(stage.matching, failpoint, again === undefined ? {} : { NTD_FAILPOINT: again });
    }
  })();
  deaths.catch(() => undefined);
  return () => deaths;
}

/** Each place once at least, one of each service in every round. */
function roundsOf(kind: Kind): [string, Phase, Swap][] {
  const phases = PHASES.filter(({ ofWholeListsAlone }) => kind === "whole" || ofWholeListsAlone !== true);
  const swaps = SWAPS.filter(({ of }) => of === kind || of === "both");
  return phases.flatMap((phase, nth) => {
    const swap = swaps[nth % swaps.length];
    return swap === undefined ? [] : [[`hashlists when ${phase.name}, matching when ${swap.name}`, phase, swap]];
  });
}

describe.each<Kind>(["whole", "delta"])("while a list comes as a %s file, killed are", (kind) => {
  test.each(roundsOf(kind))("%s", { timeout: PATIENT_MS }, async (_, phase, swap) => {
    const before = (await stage.newest())?.releaseId;
    await passes(kind, async (to, looking) => {
      const swapped = await killedSwapping(swap, looking);
      const releaseId = await come(kind, to, async (name, step) => {
        if (name === phase.step) await killedIn(phase, before, step);
        return await step(stage.patiently);
      });
      await swapped();
      return releaseId;
    });
  });

  test("all that is named above", () => {
    const rounds = roundsOf(kind);
    expect(new Set(rounds.map(([, , { name }]) => name)).size).toBe(
      SWAPS.filter(({ of }) => of === kind || of === "both").length,
    );
  });
});

test(
  "killed at any moment, both of them, a list is the old one or the new one",
  async () => {
    const seed = long ? Date.now() : 14;
    const draw = numbers(seed);
    const wanted = long ? 100 : 6;
    let took = performance.now();
    await passes("whole", (to) => come("whole", to));
    took = performance.now() - took;
    let hits = 0;
    for (let round = 0; hits < wanted && round < 10 * wanted; round++) {
      const kind = round % 2 === 0 ? "whole" : "delta";
      await passes(kind, async (to, looking) => {
        let isOver = false;
        const kills = [stage.hashlists, stage.matching].map(async ({ process }) => {
          await delay(draw() * took);
          if (isOver) return;
          await process.kill("SIGKILL");
          expect(process.exit.signal).toBe("SIGKILL");
          hits++;
          process.start();
        });
        const releaseId = await come(kind, to);
        await looking.until("new");
        isOver = true;
        await Promise.all(kills);
        return releaseId;
      });
    }
    expect(hits, `seed ${seed}`).toBeGreaterThanOrEqual(wanted);
    console.log(`killed ${hits} times, seed ${seed}`);
  },
  long ? 3_600_000 : PATIENT_MS,
);
