// Brightness, shrunk to 64 × 64 in four phases, those of the upright picture and of its three mirror images, all in the
// place of the upright one's cells: two passes of a box filter across and down. Each pass keeps running sums in single
// precision, in the order of the reference implementation, since a hash bit may hang on the last digit. Eight rows go
// across at once, one a lane; then the columns go down, four a vector. Of the second pass only what the 64 × 64
// samples need is computed.
import { acrossSampled, acrossWhole, centre, offCentre } from "./across";
import { PLANE_ROW } from "./dct";
import { downEight, enter, leave, means, slotOf } from "./down";
import { lumaTurned } from "./luma";
import { release, room, ROWS } from "./memory";
import { storeTurned } from "./turn";

/** Rows of upright samples, and then of mirrored ones; in each row those of both, as they come. */
const planes: usize = memory.data(2 * 64 * 128 * 4, 16);
const sampledSums: usize = memory.data(128 * 4, 16);
const sampledTurned: usize = memory.data(128 * 4 * 8, 16);
const sampledRows: usize = memory.data(128 * 4 * 8, 16);
/** Samples of the row before the first, which mirrored pictures need where the window is two. */
const sampledBefore: usize = memory.data(128 * 4, 16);
const sampledFirst: usize = memory.data(128 * 4, 16);

let width: i32 = 0;
let height: i32 = 0;
let channels: i32 = 0;
let windowAcross: i32 = 0;
let windowDown: i32 = 0;
let offAcross: i32 = 0;
let offDown: i32 = 0;
/** Bytes of one row of samples; the mirrored ones are there only where they are others. */
let sampledBytes: usize = 0;
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
let readyMirrored: i32 = 0;
let waiting: i32 = 0;

/** Begins a picture; returns where the host puts its strips. */
export function openShrink(ofWidth: i32, ofHeight: i32, ofChannels: i32): usize {
  width = ofWidth;
  height = ofHeight;
  channels = ofChannels;
  windowAcross = (width + 127) >> 7;
  windowDown = (height + 127) >> 7;
  offAcross = offCentre(width, windowAcross);
  offDown = offCentre(height, windowDown);
  sampledBytes = offAcross === 0 ? PLANE_ROW / 2 : PLANE_ROW;
  rowBytes = (<usize>(width + 1) * 4 + 15) & ~15;
  slots = ((windowDown + 7) & ~7) + ROWS;
  taken = takenSampled = ready = waiting = 0;
  readyMirrored = offDown === 0 ? 64 : 0;
  release(__heap_base);
  pixels = room(<usize>width * channels * ROWS);
  turned = room(rowBytes * ROWS);
  ring = room(rowBytes * slots);
  sums = room(rowBytes);
  sampledRing = room(sampledBytes * slots);
  memory.fill(sums, 0, rowBytes);
  memory.fill(sampledSums, 0, sampledBytes);
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

/** Whether the mirrored picture's samples are others: 1 across, 2 down, 3 both. Else their planes are not there. */
export function phases(): i32 {
  return (offAcross === 0 ? 0 : 1) | (offDown === 0 ? 0 : 2);
}

/**
 * Takes the steps that are left when all rows are in; returns four planes of 64 × 64 values: upright and mirrored
 * across beside each other, and below them the same two mirrored down.
 */
export function closeShrink(): usize {
  while (taken < height + (windowDown >> 1)) downOne();
  flush();
  while (takenSampled < height + (windowDown >> 1)) downSampled();
  return planes;
}

function downOne(): void {
  if (taken < height) enter(sums, slotOf(ring, slots, rowBytes, taken), rowBytes);
  if (taken >= windowDown) leave(sums, slotOf(ring, slots, rowBytes, taken - windowDown), rowBytes);
  if (taken >= windowDown >> 1) {
    means(sums, rowBytes, countAt(taken), turned + <usize>waiting * 4, 32);
    if (++waiting === ROWS) flush();
  } else if (windowDown === 2) {
    means(sums, rowBytes, 1, turned, 32);
    sampleWaiting();
    memory.copy(sampledBefore, sampledRows, sampledBytes);
  }
  taken++;
}

function countAt(t: i32): i32 {
  return min(t + 1, height) - max(0, t + 1 - windowDown);
}

/** The second pass over the rows that wait. */
function flush(): void {
  if (waiting === 0) return;
  sampleWaiting();
  for (let row: i32 = 0; row < waiting; row++) {
    memory.copy(
      slotOf(sampledRing, slots, sampledBytes, takenSampled),
      sampledRows + <usize>row * PLANE_ROW,
      sampledBytes,
    );
    downSampled();
  }
  waiting = 0;
}

function sampleWaiting(): void {
  acrossSampled(turned, width, windowAcross, sampledTurned);
  for (let at: usize = 0; at < sampledBytes / 4; at += 4) {
    for (let half: usize = 0; half < 2; half++) {
      const from = sampledTurned + at * 32 + half * 16;
      const to = sampledRows + half * 4 * PLANE_ROW + at * 4;
      storeTurned(to, PLANE_ROW, v128.load(from), v128.load(from, 32), v128.load(from, 64), v128.load(from, 96));
    }
  }
}

function downSampled(): void {
  const t = takenSampled++;
  if (t < height) enter(sampledSums, slotOf(sampledRing, slots, sampledBytes, t), sampledBytes);
  if (t >= windowDown) leave(sampledSums, slotOf(sampledRing, slots, sampledBytes, t - windowDown), sampledBytes);
  const row = t - (windowDown >> 1);
  for (; ready < 64 && centre(ready, height) === row; ready++) {
    means(sampledSums, sampledBytes, countAt(t), planes + <usize>ready * PLANE_ROW, 4);
  }
  for (; readyMirrored < 64 && centre(readyMirrored, height) - offDown === row; readyMirrored++) {
    const to = planes + <usize>(64 + readyMirrored) * PLANE_ROW;
    if (row < 0) meansBefore(to);
    else means(sampledSums, sampledBytes, countAt(t), to, 4);
  }
}

/** Of the row before the first and of the first; the running sums stay as they are. */
function meansBefore(to: usize): void {
  memory.copy(sampledFirst, sampledSums, sampledBytes);
  enter(sampledFirst, sampledBefore, sampledBytes);
  means(sampledFirst, sampledBytes, 2, to, 4);
}
