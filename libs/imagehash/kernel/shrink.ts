// Brightness, shrunk to 64 × 64: two passes of a box filter across and down. Each pass keeps running sums in single
// precision, in the order of the reference implementation, since a hash bit may hang on the last digit. Eight rows go
// across at once, one a lane; then the columns go down, four a vector. Of the second pass only what the 64 × 64
// samples need is computed.
import { acrossSampled, acrossWhole, centre } from "./across";
import { downEight, enter, leave, means, slotOf } from "./down";
import { lumaTurned } from "./luma";
import { release, room, ROWS } from "./memory";
import { storeTurned } from "./turn";

const SAMPLED: usize = 64 * 4;
const plane: usize = memory.data(64 * 64 * 4, 16);
const sampledSums: usize = memory.data(64 * 4, 16);
const sampledTurned: usize = memory.data(64 * 4 * 8, 16);
const sampledRows: usize = memory.data(64 * 4 * 8, 16);

let width: i32 = 0;
let height: i32 = 0;
let channels: i32 = 0;
let windowAcross: i32 = 0;
let windowDown: i32 = 0;
/** Bytes of one row of sums, whole vectors. */
let rowBytes: usize = 0;
/** Eight more than leave late: a multiple of eight, so that eight that enter follow each other. */
let slots: i32 = 0;

let pixels: usize = 0;
let turned: usize = 0;
let ring: usize = 0;
let sums: usize = 0;
let sampledRing: usize = 0;

/** Steps taken in the first and in the second pass, samples' rows that are ready, means that wait in `turned`. */
let taken: i32 = 0;
let takenSampled: i32 = 0;
let ready: i32 = 0;
let waiting: i32 = 0;

/** Begins a picture; returns where the host puts its strips. */
export function openShrink(ofWidth: i32, ofHeight: i32, ofChannels: i32): usize {
  width = ofWidth;
  height = ofHeight;
  channels = ofChannels;
  windowAcross = (width + 127) >> 7;
  windowDown = (height + 127) >> 7;
  rowBytes = (<usize>width * 4 + 15) & ~15;
  slots = ((windowDown + 7) & ~7) + ROWS;
  taken = takenSampled = ready = waiting = 0;
  release(__heap_base);
  pixels = room(<usize>width * channels * ROWS);
  turned = room(rowBytes * ROWS);
  ring = room(rowBytes * slots);
  sums = room(rowBytes);
  sampledRing = room(SAMPLED * slots);
  memory.fill(sums, 0, rowBytes);
  memory.fill(sampledSums, 0, SAMPLED);
  return pixels;
}

/** Takes the next strip: `ROWS` rows, or what is left of them. */
export function shrinkRows(rows: i32): void {
  lumaTurned(pixels, width, channels, turned);
  acrossWhole(turned, width, windowAcross, slotOf(ring, slots, rowBytes, taken), rowBytes);
  if (rows === ROWS && taken >= windowDown) {
    const enters = slotOf(ring, slots, rowBytes, taken);
    const leaves = slotOf(ring, slots, rowBytes, taken - windowDown);
    downEight(sums, enters, leaves, ring, slots, rowBytes, windowDown, turned);
    taken += ROWS;
    waiting = ROWS;
  } else {
    for (let row: i32 = 0; row < rows; row++) downOne();
  }
  flush();
}

/** Takes the steps that are left when all rows are in; returns 64 × 64 values. */
export function closeShrink(): usize {
  while (taken < height + (windowDown >> 1)) downOne();
  flush();
  while (takenSampled < height + (windowDown >> 1)) downSampled();
  return plane;
}

function downOne(): void {
  if (taken < height) enter(sums, slotOf(ring, slots, rowBytes, taken), rowBytes);
  if (taken >= windowDown) leave(sums, slotOf(ring, slots, rowBytes, taken - windowDown), rowBytes);
  if (taken >= windowDown >> 1) {
    means(sums, rowBytes, countAt(taken), turned + <usize>waiting * 4, 32);
    if (++waiting === ROWS) flush();
  }
  taken++;
}

function countAt(t: i32): i32 {
  return min(t + 1, height) - max(0, t + 1 - windowDown);
}

/** The second pass over the rows that wait. */
function flush(): void {
  if (waiting === 0) return;
  acrossSampled(turned, width, windowAcross, sampledTurned);
  for (let at: usize = 0; at < 64; at += 4) {
    for (let half: usize = 0; half < 2; half++) {
      const from = sampledTurned + at * 32 + half * 16;
      const to = sampledRows + half * 4 * SAMPLED + at * 4;
      storeTurned(to, SAMPLED, v128.load(from), v128.load(from, 32), v128.load(from, 64), v128.load(from, 96));
    }
  }
  for (let row: i32 = 0; row < waiting; row++) {
    memory.copy(slotOf(sampledRing, slots, SAMPLED, takenSampled), sampledRows + <usize>row * SAMPLED, SAMPLED);
    downSampled();
  }
  waiting = 0;
}

function downSampled(): void {
  const t = takenSampled++;
  if (t < height) enter(sampledSums, slotOf(sampledRing, slots, SAMPLED, t), SAMPLED);
  if (t >= windowDown) leave(sampledSums, slotOf(sampledRing, slots, SAMPLED, t - windowDown), SAMPLED);
  const row = t - (windowDown >> 1);
  for (; ready < 64 && centre(ready, height) === row; ready++) {
    means(sampledSums, SAMPLED, countAt(t), plane + <usize>ready * SAMPLED, 4);
  }
}
