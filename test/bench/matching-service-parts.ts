// What the benchmark of the matching service runs beside it, each in a thread or process of its own.
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { Worker } from "node:worker_threads";
import type { TestBed } from "@ntd/testing";
import type { Change, ToLists } from "./matching-service-lists.ts";

/** Stands for hashlists. */
export async function startLists(bed: TestBed) {
  const identityDir = await bed.identity("service", "hashlists");
  const worker = new Worker(new URL("./matching-service-lists.ts", import.meta.url), { workerData: { identityDir } });
  const [{ address }] = (await once(worker, "message")) as [{ address: string }];
  const waiting = new Map<number, () => void>();
  let sequence = 0;
  worker.on("message", (answer: { sequence: number }) => waiting.get(answer.sequence)?.());
  return {
    address,
    async tell(change: Change) {
      const told = Promise.withResolvers<void>();
      waiting.set(++sequence, told.resolve);
      worker.postMessage({ sequence, change } satisfies ToLists);
      await told.promise;
      waiting.delete(sequence);
    },
    async [Symbol.asyncDispose]() {
      await worker.terminate();
    },
  };
}

/** A loop that does nothing: how late it is shows what the machine does to everybody. */
export function startIdleLoop() {
  const worker = new Worker(new URL("./idle-loop.ts", import.meta.url));
  return {
    /** By how many milliseconds each turn was late since the last look. */
    async look(): Promise<number[]> {
      worker.postMessage("look");
      const [late] = (await once(worker, "message")) as [number[]];
      return late;
    },
    async [Symbol.asyncDispose]() {
      await worker.terminate();
    },
  };
}

/** What a process has used so far: processor time of all its threads, and memory. */
export function usageOf(pid: number): { cpuMs: number; residentMb: number; mostResidentMb: number } {
  const ticks = readFileSync(`/proc/${pid}/stat`, "utf8")
    .replace(/^.*\) /, "")
    .split(" ");
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const megabytes = (field: string) => Number(new RegExp(`${field}:\\s+(\\d+) kB`).exec(status)?.[1] ?? 0) / 1024;
  const cpuMs = (Number(ticks[11]) + Number(ticks[12])) * 10;
  return { cpuMs, residentMb: megabytes("VmRSS"), mostResidentMb: megabytes("VmHWM") };
}
