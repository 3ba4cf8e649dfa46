// What the platform costs while nobody uses it: `./scripts/start` in a new folder, then a minute of nothing.
import { mkdtemp, rm } from "node:fs/promises";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { startProgram } from "../started.ts";
import { proportionalMb, usageByProgram } from "./processes.ts";
import { atMost, report, stated, type Figure } from "./report.ts";

const REST_MS = 10_000;
const WATCH_MS = 60_000;

const dir = await mkdtemp(join(tmpdir(), "ntd-idle-"));
try {
  await using started = await startProgram(join(dir, "data"), join(dir, "start.yaml"));
  const toServing = started.servingMs / 1000;
  await delay(REST_MS);
  const before = usageByProgram(proportionalMb);
  await delay(WATCH_MS);
  const after = usageByProgram(proportionalMb);
  const figures: Figure[] = [atMost("start to serving, new folder", toServing, "s", 10)];
  const shares: Figure[] = [];
  let [memory, processor] = [0, 0];
  for (const [program, { memoryMb, processorMs }] of after) {
    const share = ((processorMs - (before.get(program)?.processorMs ?? 0)) / WATCH_MS) * 100;
    memory += memoryMb;
    processor += share;
    shares.push(stated(`${program}: memory (PSS)`, memoryMb, "MB"), stated(`${program}: of a core`, share, "%"));
  }
  figures.push(
    atMost("idle: memory in all (PSS)", memory, "MB", 1200),
    atMost("idle: of a core in all", processor, "%", 5),
  );
  // What others do to the machine meanwhile shows in how long things took.
  figures.push(stated("load of the machine meanwhile (1 is one busy core)", loadavg()[0] ?? 0, ""), ...shares);
  report("idle", figures);
} finally {
  await rm(dir, { recursive: true, force: true });
}
