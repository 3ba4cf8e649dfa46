import { atMost, quantile, stated, type Figure } from "./report.ts";

/** Milliseconds of each of `count` calls, one after the other; the first few are dropped, which compile code. */
export async function timesOf(count: number, call: (nth: number) => Promise<unknown>): Promise<number[]> {
  return (await samplesOf(count, call)).map(({ ms }) => ms);
}

/** One call: how long it took, and what of the processor, by all threads. */
export interface Sample {
  ms: number;
  processorMs: number;
}

/** Of each of `count` calls, one after the other; the first few are dropped. */
export async function samplesOf(count: number, call: (nth: number) => Promise<unknown>): Promise<Sample[]> {
  return (await longSamplesOf(count + WARM, call)).slice(WARM);
}

const WARM = 20;

/** Of one call after the other, the first one too: of what takes seconds. */
export async function longSamplesOf(count: number, call: (nth: number) => Promise<unknown>): Promise<Sample[]> {
  const samples: Sample[] = [];
  for (let nth = 0; nth < count; nth++) {
    const [began, before] = [performance.now(), process.cpuUsage()];
    await call(nth);
    const { user, system } = process.cpuUsage(before);
    samples.push({ ms: performance.now() - began, processorMs: (user + system) / 1000 });
  }
  return samples;
}

/** The same calls on an empty store and on a full one: p99 ≤ 20 ms, and at most three times that of the empty one. */
export function compared(what: string, empty: number[], full: number[], limitMs = 20): Figure[] {
  const [emptyP50, fullP50] = [quantile(empty, 0.5), quantile(full, 0.5)];
  return [
    atMost(`${what}: p99`, quantile(full, 0.99), "ms", limitMs),
    stated(`${what}: p50`, fullP50, "ms"),
    atMost(`${what}: p50 to that of an empty store`, fullP50 / emptyP50, "×", 3),
  ];
}

/**
 * Calls that were measured, what each took of the processor, which a machine that others use does not lengthen much, and
 * how late others found the event loop meanwhile.
 */
export async function served(what: string, limitMs: number, measure: () => Promise<Sample[]>): Promise<Figure[]> {
  const { result: samples, lateMs } = await withLateness(measure);
  const times = samples.map(({ ms }) => ms);
  const processorMs = samples.reduce((sum, sample) => sum + sample.processorMs, 0);
  return [
    atMost(`${what}: p99`, quantile(times, 0.99), "ms", limitMs),
    stated(`${what}: p50`, quantile(times, 0.5), "ms"),
    stated(`${what}: processor time`, processorMs / samples.length, "ms a call"),
    atMost(`${what}: event loop, p99 late`, lateMs, "ms", 50),
  ];
}

/** By how many bytes the process has grown at the most, until the returned function is called. */
export function watchMemory(): () => number {
  const first = process.memoryUsage.rss();
  let most = first;
  const timer = setInterval(() => (most = Math.max(most, process.memoryUsage.rss())), 50);
  return () => {
    clearInterval(timer);
    return most - first;
  };
}

/** Runs `work` and tells how long it took and how late, at p99, a caller found the event loop meanwhile. */
export async function withLateness<T>(work: () => Promise<T>): Promise<{ result: T; ms: number; lateMs: number }> {
  const late: number[] = [];
  const began = performance.now();
  let due = began + EVERY_MS;
  const look = () => {
    // Who came while the loop was busy waited for the rest of it: one long stall is many callers.
    for (const now = performance.now(); due <= now; due += EVERY_MS) late.push(now - due);
  };
  const timer = setInterval(look, EVERY_MS);
  const result = await work();
  look();
  clearInterval(timer);
  // A work that is over before anybody looked was not in the way.
  return { result, ms: performance.now() - began, lateMs: late.length === 0 ? 0 : quantile(late, 0.99) };
}

const EVERY_MS = 5;
