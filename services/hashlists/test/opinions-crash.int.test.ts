import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { nouns } from "@ntd/bus";
import { freePort } from "@ntd/embedded";
import { HashListServiceService } from "@ntd/proto/hashlists/v1/hash_list_service";
import { connect } from "@ntd/rpc";
import { eventually, startTestBed, type TestBed } from "@ntd/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readHashlistsConfig } from "../src/config.ts";
import { start } from "../src/service.ts";
import type { Maintainer } from "./bed.ts";
import { entryOf, opinionClients, setOf } from "./opinions-bed.ts";

let bed: TestBed;
let environment: Record<string, string>;
let anna: Maintainer;
let ben: Maintainer;
let people: Awaited<ReturnType<typeof opinionClients>>;
const held = new AsyncDisposableStack();
beforeAll(async () => {
  bed = held.use(await startTestBed());
  const port = await freePort();
  environment = await bed.environment("hashlists", { LISTEN: `127.0.0.1:${port}` });
  const address = `localhost:${port}`;
  const person = async (name: string) =>
    held.use(connect(HashListServiceService, { address, identityDir: await bed.identity("maintainer", name) }));
  [anna, ben] = [await person("anna"), await person("ben")];
  people = held.use(await opinionClients(bed, address));
});
afterAll(() => held.disposeAsync());

const serving = () => start(readHashlistsConfig(environment));

/** Again until it is answered: a connection that broke is not there at once. */
const answered = <T>(call: () => Promise<T>) => eventually("it serves", () => call().catch(() => false as const));

/** The service runs `call` and is killed at the failpoint on the way. */
async function killedAt(failpoint: string, call: () => Promise<unknown>): Promise<void> {
  const main = join(import.meta.dirname, "../src/main.ts");
  const { PATH = "" } = process.env;
  const child = spawn(process.execPath, [main], { env: { PATH, ...environment, NTD_FAILPOINT: failpoint } });
  const ended = once(child, "exit");
  while (child.exitCode === null && child.signalCode === null) {
    await call().then(
      () => child.kill("SIGTERM"),
      () => delay(20),
    );
  }
  await ended;
  expect([failpoint, child.signalCode]).toEqual([failpoint, "SIGKILL"]);
}

// It is written down; some entries have it; the set tells it; some entries note that.
test.each(["store.saved.opinion-calls:1", "store.saved.opinions:2", "store.saved.sets:1", "store.saved.opinions:4"])(
  "killed at %s, what was said is told by itself, whole and once",
  async (failpoint) => {
    let setId = "";
    {
      await using _ = await serving();
      setId = await answered(() => setOf(anna, ben, 5));
    }
    const requestId = randomUUID();
    const say = () => people.say("carl", setId, [1, 2, 3], "ENTRY_OPINION_NEGATIVE", requestId);
    await killedAt(failpoint, say);
    await using _ = await serving();
    const { all } = await eventually("it is told", async () => {
      const now = await people.standings(setId).catch(() => undefined);
      return now?.through === 2n && now;
    });
    expect([...all.keys()].toSorted()).toEqual([1, 2, 3].map((n) => entryOf(setId, n)).toSorted());
    expect([...all.values()].every(({ disputed }) => disputed)).toBe(true);
    expect(await answered(say)).toEqual({ entryCount: 3 });
    expect((await people.standings(setId)).through).toBe(2n);
    const told = await eventually("its event left", async () => {
      const ofSet = (await bed.published(nouns.release)).filter(({ data }) => data.setId === setId);
      return ofSet.some(({ verb }) => verb === "changed") && ofSet;
    });
    expect(told.map(({ verb, version }) => [verb, version])).toEqual([
      ["created", 1],
      ["activated", 2],
      ["changed", 3],
    ]);
  },
);

test("what two say at once of the same entries is told, whoever is killed between the set and its entries", async () => {
  let setId = "";
  {
    await using _ = await serving();
    setId = await answered(() => setOf(anna, ben, 5));
  }
  const ask = (name: string, ns: number[]) => {
    const requestId = randomUUID();
    return () => people.say(name, setId, ns, "ENTRY_OPINION_POSITIVE", requestId);
  };
  const [carl, dora] = [ask("carl", [1, 2]), ask("dora", [2, 3])];
  await killedAt("store.saved.sets:1", () => Promise.all([carl(), dora()]));
  await using _ = await serving();
  await answered(() => Promise.all([carl(), dora()]));
  const votes = await eventually("both are told", async () => {
    const { all } = await people.standings(setId);
    const found = [1, 2, 3].map((n) => all.get(entryOf(setId, n))?.leastVotes);
    return found.join() === "1,2,1" && found;
  });
  expect(votes).toEqual([1, 2, 1]);
});
