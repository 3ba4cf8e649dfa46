// What the platform costs while nobody uses it: `./scripts/start` in a new folder, then a minute of nothing.
import { readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { startProgram } from "../started.ts";
import { atMost, report, stated, type Figure } from "./report.ts";

const REST_MS = 10_000;
const WATCH_MS = 60_000;

const dir = await mkdtemp(join(tmpdir(), "ntd-idle-"));
try {
  await using started = await startProgram(join(dir, "data"), join(dir, "start.yaml"));
  const toServing = started.servingMs / 1000;
  await delay(REST_MS);
  const before = usage();
  await delay(WATCH_MS);
  const after = usage();
  const figures: Figure[] = [atMost("start to serving, new folder", toServing, "s", 10)];
  const shares: Figure[] = [];
  let [memory, processor] = [0, 0];
  for (const [program, { pssMb, processorMs }] of after) {
    const share = ((processorMs - (before.get(program)?.processorMs ?? 0)) / WATCH_MS) * 100;
    memory += pssMb;
    processor += share;
    shares.push(stated(`${program}: memory (PSS)`, pssMb, "MB"), stated(`${program}: of a core`, share, "%"));
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

/** Memory and processor time of everything that was started, by program. */
function usage(): Map<string, { pssMb: number; processorMs: number }> {
  const found = new Map<string, { pssMb: number; processorMs: number }>();
  for (const pid of readdirSync("/proc").filter((entry) => /^\d+$/.test(entry))) {
    try {
      const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
      const environment = readFileSync(`/proc/${pid}/environ`, "utf8");
      if (Number(pid) === process.pid || !`${command}${environment}`.includes(dir)) continue;
      const program =
        /services\/([a-z-]+)\/src/.exec(command)?.[1] ?? (/nats-server/.test(command) ? "nats-server" : "start");
      const pss = Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"))?.[1] ?? 0) / 1024;
      // Fields 14 and 15 of proc_pid_stat(5), in ticks of 10 ms; the name in field 2 may hold spaces.
      const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ").map(Number) ?? [];
      const so = found.get(program) ?? { pssMb: 0, processorMs: 0 };
      const processorMs = so.processorMs + ((fields[11] ?? 0) + (fields[12] ?? 0)) * 10;
      found.set(program, { pssMb: so.pssMb + pss, processorMs });
    } catch {
      // It has ended meanwhile.
    }
  }
  return found;
}
