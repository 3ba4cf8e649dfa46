import { join } from "node:path";
import { nouns } from "@ntd/bus";
import { freePort } from "@ntd/embedded";
import { containersMissing, eventually } from "@ntd/testing";
import { managed } from "@ntd/scripts/process";
import { long } from "@ntd/testing/runs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { numbers } from "../numbers.ts";
import { endOf, firstPath, killedAt, labelOf, recorded as recordedOf, type Pair } from "./crash.ts";
import { beginPath, startGround, type EndState, type Ground } from "./path.ts";

const missing = await containersMissing();

describe("production: nats-server and MongoDB in containers", () => {
  if (missing === undefined) crashes();
  else test("ten seeded failpoints, two processes on one durable", (context) => context.skip(missing));
});

function crashes(): void {
  let ground: Ground;
  let recorded: { pairs: Pair[]; expected: EndState };
  beforeAll(async () => {
    ground = await startGround({ pairing: "production", apply: { ackWaitMs: 1000 } });
    recorded = await recordedOf(ground, firstPath(ground, 1002));
  }, 240_000);
  afterAll(() => ground[Symbol.asyncDispose]());

  test(
    "killed at ten seeded failpoints, the end states are the same",
    async () => {
      const chosen = seeded(recorded.pairs, 20261124).slice(0, long ? recorded.pairs.length : 10);
      for (const [i, pair] of chosen.entries()) {
        const end = await killedAt(ground, [pair], firstPath(ground, 3000 + i));
        expect(end, labelOf([pair])).toEqual(recorded.expected);
      }
    },
    long ? 3_600_000 : 600_000,
  );

  test("two processes of one service share its durables: both work, and one alone goes on when the other is killed", async () => {
    const environment = await ground.platform.machine.environment("casework", {
      LISTEN: `127.0.0.1:${await freePort()}`,
    });
    const second = managed({
      name: "casework, second",
      main: join(import.meta.dirname, "../../services/casework/src/main.ts"),
      environment: { ...environment, ...peersOf(ground) },
      logFile: join(ground.platform.machine.dir, "logs", "casework-second.log"),
    });
    await using _ = second;
    second.start();
    expect(await endOf(ground, await beginPath(ground, 3100))).toEqual(recorded.expected);
    // Before a first look the prober asks the casework that it knows, which is this one.
    const begun = await beginPath(ground, 3101);
    await eventually("it is looked at", () => isLookedAt(ground, begun), 60_000);
    await ground.platform.services.casework.kill("SIGKILL");
    expect(await endOf(ground, begun)).toEqual(recorded.expected);
    ground.platform.services.casework.start();
    await ground.platform.serving("casework");
    await second.kill("SIGKILL");
    expect(await endOf(ground, await beginPath(ground, 3102))).toEqual(recorded.expected);
  }, 240_000);
}

async function isLookedAt({ platform }: Ground, name: string): Promise<boolean> {
  const reports = await platform.machine.published(nouns.report);
  const [target] = reports.find(({ data }) => `reports/${data.reportId}` === name)?.data.targets ?? [];
  return (await platform.machine.published(nouns.target)).some(({ data }) => data.targetId === target?.targetId);
}

/** Whom casework asks. */
function peersOf({ platform }: Ground): Record<string, string> {
  const peers = ["matching", "takedown", "intake", "icse-link"];
  return Object.fromEntries(
    peers.map((name) => [`NTD_${name.toUpperCase().replace("-", "_")}_ADDRESS`, platform.endpoints[name] ?? ""]),
  );
}

/** A shuffle that is the same at each run. */
function seeded<T>(items: readonly T[], seed: number): T[] {
  const next = numbers(seed);
  const keyed = items.map((item) => ({ item, key: next() }));
  return keyed.toSorted((a, b) => a.key - b.key).map(({ item }) => item);
}
