import { setTimeout as delay } from "node:timers/promises";
import { eventually } from "@ntd/testing";
import { long } from "@ntd/testing/runs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { numbers } from "../numbers.ts";
import { killedAt, labelOf, readyForRounds, recorded, settled, type Pair } from "./crash.ts";
import {
  createNational,
  endsOf,
  founded,
  GROWING,
  growthPath,
  seenByAnother,
  takeBack,
  type FileEnd,
  type Founded,
  type GrowthEnd,
} from "./growth.ts";
import { startGround, type Ground } from "./path.ts";

let ground: Ground;
let path: { pairs: Pair[]; expected: GrowthEnd };

beforeAll(async () => {
  const settings = { hashlists: GROWING, casework: { SECOND_REVIEW: "none" } };
  ground = await startGround({ apply: { ackWaitMs: 1000 }, settings });
  await createNational(ground);
  path = await recorded(ground, growthPath(ground, await some(8000, 4)));
}, 300_000);
afterAll(() => ground[Symbol.asyncDispose]());

const some = (seed: number, count: number): Promise<Founded[]> =>
  Promise.all(Array.from({ length: count }, (_, n) => founded(ground, seed + n)));

const LISTED: FileEnd = { proposal: "PROPOSAL_STATE_LISTED", listed: 1, revoked: 0, disabled: false };
const FALLEN: FileEnd = { proposal: "PROPOSAL_STATE_REVOKED", listed: 1, revoked: 1, disabled: false };
const ALONE: FileEnd = { proposal: "PROPOSAL_STATE_PROPOSED", listed: 0, revoked: 0, disabled: false };

test("fault-free, what two saw is listed once, what fell is taken back once, what is in doubt is not found", () => {
  expect(path.expected).toEqual({ kept: LISTED, fallen: FALLEN, doubted: { ...LISTED, disabled: true }, alone: ALONE });
});

// Each round kills hashlists and casework once, each where it has written something else. In the short form what is only
// read is left out: what follows from that is what follows from the write before it.
test(
  "killed at every write of hashlists and casework on the way, the entries are those that the decisions say",
  async () => {
    const pairs = path.pairs.filter(({ failpoint }) => long || failpoint.startsWith("store.saved"));
    const pairsOf = (service: string) => pairs.filter((pair) => pair.service === service).flatMap(severalTimes);
    const services = ["hashlists", "casework"];
    const rounds = Math.max(...services.map((service) => pairsOf(service).length));
    const found = await readyForRounds(rounds, (round) => some(8100 + 10 * round, 4));
    for (const [round, files] of found.entries()) {
      const armed = services.flatMap((service) => pairsOf(service).slice(round, round + 1));
      expect(await killedAt(ground, armed, growthPath(ground, files)), labelOf(armed)).toEqual(path.expected);
    }
    console.log(`killed in ${rounds} rounds`);
  },
  long ? 3_600_000 : 900_000,
);

// In the long form only: on two cores its waits are minutes where other tests run beside it.
test.runIf(long)(
  "killed at random moments while proposals become entries and are taken back: none is lost, and none is there twice",
  async () => {
    const next = numbers(20_261_130);
    const files = await some(9000, 40);
    const over = new AbortController();
    const killing = killAgainAndAgain(next, over.signal);
    const fates = files.map((_, n) => FATES[n % FATES.length]);
    try {
      await Promise.all(files.map((file, n) => follow(file, fates[n])));
    } finally {
      over.abort();
      await killing;
    }
    const ends = await eventually(
      "all have their end",
      async () => {
        const now = Object.values(await endsOf(ground, byNumber(files)));
        const open = now.flatMap((end, n) =>
          isOver(end, fates[n]) ? [] : [`${n} ${fates[n]} ${JSON.stringify(end)}`],
        );
        if (open.length > 0) throw new Error(open.join("; "));
        return now;
      },
      90_000,
    );
    await settled(ground, ends);
    const after = Object.values(await endsOf(ground, byNumber(files)));
    for (const [n, end] of after.entries()) {
      if (fates[n] !== "fallen") expect([n, end]).toEqual([n, fates[n] === "alone" ? ALONE : LISTED]);
      // What fell before it was listed never was, or was taken back before.
      else if (end.proposal === "PROPOSAL_STATE_WITHDRAWN") expect([n, end.listed, end.revoked]).toEqual([n, 0, 0]);
      else expect([n, { ...end, listed: 1 }]).toEqual([n, FALLEN]);
    }
  },
  900_000,
);

const byNumber = (files: readonly Founded[]) => Object.fromEntries(files.map((file, n) => [String(n), file]));

const FATES = ["listed", "fallen", "alone"] as const;
type Fate = (typeof FATES)[number];

async function follow(file: Founded, fate: Fate | undefined): Promise<void> {
  if (fate === "alone") return;
  await seenByAnother(ground, file);
  if (fate === "fallen") await takeBack(ground, file);
}

function isOver({ proposal, disabled }: FileEnd, fate: Fate | undefined): boolean {
  if (fate === "listed") return proposal === LISTED.proposal;
  if (fate === "alone") return proposal === ALONE.proposal;
  return (proposal === FALLEN.proposal || proposal === "PROPOSAL_STATE_WITHDRAWN") && !disabled;
}

async function killAgainAndAgain(next: () => number, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const process = ground.platform.services[next() < 0.7 ? "hashlists" : "casework"];
    await delay(1000 + next() * 4000);
    await process.kill("SIGKILL");
    process.start();
    // What is killed while it starts does nothing that could be lost.
    await ground.platform.serving();
  }
}

/** What is saved is saved once for each step: each of the first steps is a place of its own. */
function severalTimes(pair: Pair): Pair[] {
  const steps = {
    "hashlists@store.saved.proposals": 6,
    "hashlists@store.saved.sets": 4,
    "casework@store.saved.cases": 4,
  };
  const times = new Map(Object.entries(steps)).get(`${pair.service}@${pair.failpoint}`) ?? 1;
  return Array.from({ length: times }, (_, n) => ({ ...pair, nth: n + 1 }));
}
