import type { KernelKind } from "../kernel/kernel.ts";
import type { Shape } from "../segments/layout.ts";
import type { MemoryPool } from "../segments/memory-pool.ts";
import { mergeBytes, mergeSegments } from "./merge.ts";
import { mergePlan } from "./merge-plan.ts";
import { Segment } from "../segments/segment.ts";
import type { SegmentMemory } from "../segments/segment-memory.ts";
import type { Tail } from "../segments/tail.ts";
import type { IndexThreads } from "../search/threads.ts";

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

/** So often in a row is a merge begun again when it fails; then the next full tail begins one. */
const ATTEMPTS = 3;
/** Tails of one merge: more would wait too long for their result. */
const MOST_TAILS = 16;

/**
 * The segments and full tails of an index. Tails are merged into segments one merge at a time; until a merge is done
 * its sources are searched, then its result in one step. What was marked meanwhile is marked in the result, too.
 */
export class Merging {
  segments: readonly Segment[];
  tails: readonly Tail[];
  /** Merges that came to no end, since the start. */
  failures = 0;
  readonly #means: Means;
  #changes: Change[] | undefined;
  #running: Promise<void> | undefined;
  #all: Segment[] | undefined;

  constructor(means: Means, segments: readonly Segment[], tails: readonly Tail[]) {
    this.#means = means;
    this.segments = segments;
    this.tails = tails;
    this.start();
  }

  /** What is to be searched. */
  get all(): Segment[] {
    return (this.#all ??= [...this.segments, ...this.tails.map(({ segment }) => segment)]);
  }

  /** Takes a full tail over. */
  take(tail: Tail): void {
    this.#set(this.segments, [...this.tails, tail]);
    this.start();
  }

  /** Takes segments over that were built elsewhere, in one step. */
  adopt(segments: readonly Segment[]): void {
    this.#set([...this.segments, ...segments], this.tails);
    this.start();
  }

  note(change: Change): void {
    this.#changes?.push(change);
  }

  /** Merges what is to be merged, unless that goes on already. Never throws: a merge that fails is counted. */
  start(): void {
    const { threads } = this.#means;
    if (this.#running !== undefined || this.#next() === undefined) return;
    if (threads === undefined) this.#mergeHere();
    // Not at once: a run that fails without waiting for anything would be over before it is noted here.
    else this.#running = Promise.resolve().then(() => this.#mergeThere(threads));
  }

  place(id: number): { in: Pick<Tail, "hide" | "remove">; row: number } | undefined {
    return placeIn(this.tails, id) ?? placeIn(this.segments, id);
  }

  async settled(): Promise<void> {
    while (this.#running !== undefined) await this.#running;
  }

  #mergeHere(): void {
    const { kernel, memories } = this.#means;
    for (let step = this.#next(); step !== undefined; step = this.#next()) {
      let memory: SegmentMemory | undefined;
      try {
        memory = memories.take(kernel, mergeBytes(step.rows));
        this.#publish(step, memory, mergeSegments(step.sources.map(sourceOf), memory, kernel), []);
      } catch {
        this.#failed(memory);
        return;
      }
    }
  }

  async #mergeThere(threads: IndexThreads): Promise<void> {
    const { kernel, memories } = this.#means;
    let failed = 0;
    for (let step = this.#next(); step !== undefined && failed < ATTEMPTS; step = this.#next()) {
      const changes: Change[] = (this.#changes = []);
      let memory: SegmentMemory | undefined;
      try {
        memory = memories.take(kernel, mergeBytes(step.rows));
        this.#publish(step, memory, await threads.merge(step.sources.map(sourceOf), memory, kernel), changes);
        failed = 0;
      } catch {
        failed++;
        this.#failed(memory);
      }
    }
    this.#changes = undefined;
    this.#running = undefined;
  }

  /** Nothing is lost: the sources are still searched. Whoever worked in the memory has answered or ended. */
  #failed(memory: SegmentMemory | undefined): void {
    this.failures++;
    if (memory !== undefined) this.#means.memories.giveBack(memory);
  }

  #next(): Step | undefined {
    const tails = this.tails.slice(0, MOST_TAILS);
    const plan = mergePlan({
      segments: this.segments.map(({ rows, removed }) => ({ rows, removed })),
      tails: tails.reduce((sum, { segment }) => sum + segment.rows, 0),
    });
    if (plan === undefined) return undefined;
    const segments = plan.map((at) => this.segments[at] as Segment);
    const sources = [...segments, ...tails.map(({ segment }) => segment)];
    return { tails, segments, sources, rows: sources.reduce((sum, { rows }) => sum + rows, 0) };
  }

  #publish(step: Step, memory: SegmentMemory, merged: Shape | undefined, changes: readonly Change[]): void {
    const { threads, kernel, memories } = this.#means;
    const kept = this.segments.filter((segment) => !step.segments.includes(segment));
    if (merged === undefined) memories.giveBack(memory);
    else kept.push(marked(new Segment(memory, merged, merged.rows, kernel), changes));
    this.#set(kept, this.tails.slice(step.tails.length));
    for (const source of step.sources) void threads?.forget(source);
  }

  #set(segments: readonly Segment[], tails: readonly Tail[]): void {
    this.segments = segments;
    this.tails = tails;
    this.#all = undefined;
  }
}

function marked(segment: Segment, changes: readonly Change[]): Segment {
  for (const { id, removed } of changes) {
    const row = segment.rowOf(id);
    if (row >= 0 && removed) segment.remove(row);
    else if (row >= 0) segment.hide(row);
  }
  return segment;
}

function placeIn(holders: readonly (Tail | Segment)[], id: number) {
  for (const holder of holders) {
    const row = holder.rowOf(id);
    if (row >= 0) return { in: holder, row };
  }
  return undefined;
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
