import type { KernelKind } from "./kernel.ts";
import type { Shape } from "./layout.ts";
import type { MemoryPool } from "./memory-pool.ts";
import { mergeBytes, mergeSegments } from "./merge.ts";
import { mergePlan } from "./merge-plan.ts";
import { Segment } from "./segment.ts";
import type { SegmentMemory } from "./segment-memory.ts";
import type { Tail } from "./tail.ts";
import type { IndexThreads } from "./threads.ts";

/** An entry that was hidden or removed while a merge was under way. */
interface Change {
  id: number;
  removed: boolean;
}

/** With what, and where, the index works. */
export interface Means {
  threads: IndexThreads | undefined;
  kernel: KernelKind;
  memories: MemoryPool;
}

/** So often in a row is a merge begun again when its thread ends; then the next full tail begins one. */
const ATTEMPTS = 3;

/**
 * The segments and full tails of an index. Tails are merged into segments one merge at a time; until a merge is done
 * its sources are searched, then its result in one step. What was marked meanwhile is marked in the result, too.
 */
export class Merging {
  segments: readonly Segment[];
  tails: readonly Tail[];
  /** Merges whose thread ended, since the start. */
  failures = 0;
  readonly #threads: IndexThreads | undefined;
  readonly #kernel: KernelKind;
  readonly #memories: MemoryPool;
  #changes: Change[] | undefined;
  #running: Promise<void> | undefined;
  #all: Segment[] | undefined;

  constructor({ threads, kernel, memories }: Means, segments: readonly Segment[], tails: readonly Tail[]) {
    this.#threads = threads;
    this.#kernel = kernel;
    this.#memories = memories;
    this.segments = segments;
    this.tails = tails;
  }

  /** What is to be searched. */
  get all(): Segment[] {
    return (this.#all ??= [...this.segments, ...this.tails.map(({ segment }) => segment)]);
  }

  /** Takes a full tail over. */
  take(tail: Tail): void {
    this.#set(this.segments, [...this.tails, tail]);
    if (this.#threads === undefined) this.#mergeHere();
    else this.#running ??= this.#mergeThere(this.#threads);
  }

  note(change: Change): void {
    this.#changes?.push(change);
  }

  place(id: number): { in: Pick<Tail, "hide" | "remove">; row: number } | undefined {
    for (const holder of [...this.tails, ...this.segments]) {
      const row = holder.rowOf(id);
      if (row >= 0) return { in: holder, row };
    }
    return undefined;
  }

  async settled(): Promise<void> {
    while (this.#running !== undefined) await this.#running;
  }

  #mergeHere(): void {
    const step = this.#next();
    if (step === undefined) return;
    const memory = this.#memories.take(this.#kernel, mergeBytes(step.rows));
    this.#publish(step, memory, mergeSegments(step.sources.map(sourceOf), memory, this.#kernel));
  }

  async #mergeThere(threads: IndexThreads): Promise<void> {
    let failed = 0;
    for (let step = this.#next(); step !== undefined && failed < ATTEMPTS; step = this.#next()) {
      this.#changes = [];
      const memory = this.#memories.take(this.#kernel, mergeBytes(step.rows));
      try {
        const merged = await threads.merge(step.sources.map(sourceOf), memory, this.#kernel);
        this.#publish(step, memory, merged, this.#changes);
        failed = 0;
      } catch {
        // Nothing is lost: the sources are still searched. The thread has ended and with it its hold of the memory.
        this.#memories.giveBack(memory);
        failed++;
        this.failures++;
      }
    }
    this.#changes = undefined;
    this.#running = undefined;
  }

  #next(): Step | undefined {
    const plan = mergePlan({
      segments: this.segments.map(({ rows }) => rows),
      tails: this.tails.reduce((sum, { segment }) => sum + segment.rows, 0),
    });
    if (plan === undefined) return undefined;
    const tails = this.tails;
    const segments = plan.map((at) => this.segments[at] as Segment);
    const sources = [...segments, ...tails.map(({ segment }) => segment)];
    return { tails, segments, sources, rows: sources.reduce((sum, { rows }) => sum + rows, 0) };
  }

  #publish(step: Step, memory: SegmentMemory, merged: Shape | undefined, changes: readonly Change[] = []): void {
    const kept = this.segments.filter((segment) => !step.segments.includes(segment));
    const tails = this.tails.slice(step.tails.length);
    if (merged === undefined) {
      this.#memories.giveBack(memory);
      this.#set(kept, tails);
    } else {
      const segment = new Segment(memory, merged, merged.rows, this.#kernel);
      for (const { id, removed } of changes) {
        const row = segment.rowOf(id);
        if (row >= 0 && removed) segment.remove(row);
        else if (row >= 0) segment.hide(row);
      }
      this.#set([...kept, segment], tails);
    }
    for (const source of step.sources) void this.#threads?.forget(source);
  }

  #set(segments: readonly Segment[], tails: readonly Tail[]): void {
    this.segments = segments;
    this.tails = tails;
    this.#all = undefined;
  }
}

interface Step {
  /** The first of the tails; others may have come meanwhile. */
  tails: readonly Tail[];
  segments: Segment[];
  sources: Segment[];
  rows: number;
}

function sourceOf(segment: Segment) {
  const { key, memory, shape, kernel, rows } = segment;
  return { key, memory, shape, kernel, rows, marks: segment.marks() };
}
