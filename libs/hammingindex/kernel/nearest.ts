import { heap, hidden } from "./memory";

// The nearest rows found so far, at most `limit`, as a heap whose root is the farthest. The order is by distance and
// among equals by row: one 64-bit comparison.

/** How far a row may be to matter still: the radius, until the heap is full and more were seen than it holds. */
export let within: u32 = 0;
let limit: u32 = 0;
let size: u32 = 0;
let seen: u32 = 0;

export function begin(radius: u32, atMost: u32): void {
  within = radius;
  limit = atMost;
  size = 0;
  seen = 0;
}

/** Rows within the radius; exact up to the limit, and above it "more than the limit". */
export function found(): u32 {
  return seen;
}

/** Takes a row that lies within; one that is hidden is passed over. */
export function offer(row: u32, distance: u32): void {
  if ((load<u32>(hidden + ((<usize>(row >> 5)) << 2)) >> (row & 31)) & 1) return;
  seen++;
  const entry = ((<u64>distance) << 32) | <u64>row;
  if (size < limit) {
    siftUp(size++, entry);
    return;
  }
  if (entry < at(0)) siftDown(0, size, entry);
  within = <u32>(at(0) >> 32);
}

/** Orders what was found, nearest first; returns how many there are. */
export function finish(): u32 {
  for (let end = size; end > 1;) {
    end--;
    const last = at(end);
    put(end, at(0));
    siftDown(0, end, last);
  }
  return size;
}

function siftUp(from: u32, entry: u64): void {
  let i = from;
  while (i > 0) {
    const parent = (i - 1) >> 1;
    if (at(parent) >= entry) break;
    put(i, at(parent));
    i = parent;
  }
  put(i, entry);
}

function siftDown(from: u32, end: u32, entry: u64): void {
  let i = from;
  for (;;) {
    let child: u32 = 2 * i + 1;
    if (child >= end) break;
    if (child + 1 < end && at(child + 1) > at(child)) child++;
    if (at(child) <= entry) break;
    put(i, at(child));
    i = child;
  }
  put(i, entry);
}

function at(i: u32): u64 {
  return load<u64>(heap + ((<usize>i) << 3));
}

function put(i: u32, entry: u64): void {
  store<u64>(heap + ((<usize>i) << 3), entry);
}
