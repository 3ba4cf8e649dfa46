const ROW = 2 ** 32;

/**
 * The nearest rows found so far, at most `limit`, as a heap whose root is the farthest: what the kernel's nearest.ts
 * does, in TypeScript. An entry is distance × 2^32 + row, exact in a double.
 */
export class NearestHeap {
  /** How far a row may be to matter still. */
  within = 0;
  found = 0;
  #limit = 0;
  #entries: number[] = [];

  begin(radius: number, limit: number): void {
    this.within = radius;
    this.found = 0;
    this.#limit = limit;
    this.#entries = [];
  }

  offer(row: number, distance: number): void {
    this.found++;
    const entry = distance * ROW + row;
    const entries = this.#entries;
    if (entries.length < this.#limit) {
      this.#siftUp(entry);
      return;
    }
    if (entry < (entries[0] as number)) this.#siftDown(entry);
    this.within = Math.floor((entries[0] as number) / ROW);
  }

  /** Row and distance of each, nearest first. */
  sorted(): Uint32Array {
    const entries = Float64Array.from(this.#entries).sort();
    const pairs = new Uint32Array(entries.length * 2);
    for (const [i, entry] of entries.entries()) {
      pairs[2 * i] = entry % ROW;
      pairs[2 * i + 1] = entry / ROW;
    }
    return pairs;
  }

  #siftUp(entry: number): void {
    const entries = this.#entries;
    let i = entries.push(entry) - 1;
    for (let parent = (i - 1) >> 1; i > 0 && (entries[parent] as number) < entry; parent = (i - 1) >> 1) {
      entries[i] = entries[parent] as number;
      i = parent;
    }
    entries[i] = entry;
  }

  #siftDown(entry: number): void {
    const entries = this.#entries;
    let i = 0;
    for (let child = 1; child < entries.length; child = 2 * i + 1) {
      if (child + 1 < entries.length && (entries[child + 1] as number) > (entries[child] as number)) child++;
      if ((entries[child] as number) <= entry) break;
      entries[i] = entries[child] as number;
      i = child;
    }
    entries[i] = entry;
  }
}
