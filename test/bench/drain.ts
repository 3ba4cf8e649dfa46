import { setTimeout as delay } from "node:timers/promises";
import { randomUUID } from "node:crypto";
import { openDrainBed, type DrainBed } from "./drain-bed.ts";
import { keepNotices } from "./drain-kept.ts";
import { atLeast, atMost, quantile, report, stated, type Figure } from "./report.ts";

// Decisions go into a real takedown service over a real bus, and its notices to one real agent:
// node test/bench/drain.ts [notices] [kept]
const [NOTICES = 1200, KEPT = 10_000] = process.argv.slice(2).map(Number);
const A_SECOND = 20;
const SECONDS = 15;

type Used = ReturnType<DrainBed["used"]>;

await using bed = await openDrainBed();
const figures = [stated("notices drained at a time", NOTICES, "")];
const empty = await drained("nothing kept");
figures.push(...(await steady()));
await bed.agent.kill("SIGTERM");
await keepNotices(bed.agentStore, KEPT);
const full = await drained(`${KEPT} kept`);
figures.push(atMost(`agent: ${KEPT} kept against nothing kept, processor time a notice`, full / empty, "×", 1.3));
report("drain", figures);

/** Issues notices while the agent is away, starts it, and waits until each is answered. Gives the agent's ms a notice. */
async function drained(what: string): Promise<number> {
  const ids = await Promise.all(Array.from({ length: NOTICES }, () => bed.decide(randomUUID())));
  const issueBegun = performance.now();
  await bed.reached("issued", ids);
  const issuing = performance.now() - issueBegun;
  bed.agent.start();
  await bed.reached("acknowledged", ids, 1);
  const before = bed.used();
  const begun = performance.now();
  await bed.reached("acknowledged", ids);
  const acknowledged = performance.now() - begun;
  await bed.reached("answered", ids);
  const answered = performance.now() - begun;
  const after = bed.used();
  const [takedown, agent] = [spent(before, after, "takedown"), spent(before, after, "agent")];
  figures.push(
    stated(`${what}: issued in a row`, NOTICES / (issuing / 1000), "/s"),
    atLeast(`${what}: issued notices drained to one provider`, NOTICES / (acknowledged / 1000), "/s", 120),
    stated(`${what}: handled and answered`, NOTICES / (answered / 1000), "/s"),
    stated(`${what}: processor time a notice, takedown`, takedown, "ms"),
    stated(`${what}: processor time a notice, agent`, agent, "ms"),
    atMost(`${what}: processor time a notice, both`, takedown + agent, "ms", 25),
    stated(`${what}: resident, takedown`, after.takedown.memoryMb, "MB"),
    stated(`${what}: resident, agent`, after.agent.memoryMb, "MB"),
  );
  return agent;
}

/** Twenty decisions a second to one provider: from the decision to the agent's receipt. */
async function steady(): Promise<Figure[]> {
  const ids: string[] = [];
  const before = bed.used();
  for (const begun = performance.now(); ids.length < A_SECOND * SECONDS;) {
    ids.push(await bed.decide(randomUUID()));
    await delay(Math.max(0, begun + (ids.length * 1000) / A_SECOND - performance.now()));
  }
  await bed.reached("answered", ids);
  const after = bed.used();
  const waits = ids.map((id) => bed.times(id, "acknowledged") - bed.times(id, "decided"));
  return [
    stated(`${A_SECOND}/s to one provider: decision to receipt, p50`, quantile(waits, 0.5), "ms"),
    atMost(`${A_SECOND}/s to one provider: decision to receipt, p99`, quantile(waits, 0.99), "ms", 300),
    stated(`${A_SECOND}/s: processor time a notice, takedown`, spent(before, after, "takedown", ids.length), "ms"),
    stated(`${A_SECOND}/s: processor time a notice, agent`, spent(before, after, "agent", ids.length), "ms"),
  ];
}

function spent(before: Used, after: Used, who: keyof Used, notices = NOTICES): number {
  return (after[who].processorMs - before[who].processorMs) / notices;
}
