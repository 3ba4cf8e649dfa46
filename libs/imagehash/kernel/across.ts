// The running mean of `window` neighbours along eight rows at once, one row a lane. At step t the value at t enters the
// sums, the one at t − window leaves them, and the mean belongs to column t − window / 2; at both ends it is of fewer.
import { storeTurned } from "./turn";

/**
 * All means, turned back: row by row, `rowBytes` apart. A window of two has one more, behind the last: that of the
 * column before the first, which a mirrored picture's samples need.
 */
export function acrossWhole(values: usize, width: i32, window: i32, to: usize, rowBytes: usize): void {
  const lead = window >> 1;
  let a = f32x4.splat(0);
  let b = f32x4.splat(0);
  let t: i32 = 0;
  for (; t < window; t++) {
    a = f32x4.add(a, v128.load(values + t * 32));
    b = f32x4.add(b, v128.load(values + t * 32, 16));
    if (t >= lead) storeColumn(to + (t - lead) * 4, rowBytes, a, b, t + 1);
    else if (window === 2) storeColumn(to + width * 4, rowBytes, a, b, 1);
  }
  const count = f32x4.splat(<f32>window);
  const back = <usize>window * 32;
  for (; t + 4 <= width; t += 4) {
    const at = values + t * 32;
    const a0 = f32x4.sub(f32x4.add(a, v128.load(at)), v128.load(at - back));
    const b0 = f32x4.sub(f32x4.add(b, v128.load(at, 16)), v128.load(at - back, 16));
    const a1 = f32x4.sub(f32x4.add(a0, v128.load(at, 32)), v128.load(at - back, 32));
    const b1 = f32x4.sub(f32x4.add(b0, v128.load(at, 48)), v128.load(at - back, 48));
    const a2 = f32x4.sub(f32x4.add(a1, v128.load(at, 64)), v128.load(at - back, 64));
    const b2 = f32x4.sub(f32x4.add(b1, v128.load(at, 80)), v128.load(at - back, 80));
    a = f32x4.sub(f32x4.add(a2, v128.load(at, 96)), v128.load(at - back, 96));
    b = f32x4.sub(f32x4.add(b2, v128.load(at, 112)), v128.load(at - back, 112));
    const out = to + (t - lead) * 4;
    storeTurned(out, rowBytes, f32x4.div(a0, count), f32x4.div(a1, count), f32x4.div(a2, count), f32x4.div(a, count));
    const below = out + 4 * rowBytes;
    storeTurned(below, rowBytes, f32x4.div(b0, count), f32x4.div(b1, count), f32x4.div(b2, count), f32x4.div(b, count));
  }
  for (; t < width + lead; t++) {
    const at = values + t * 32;
    if (t < width) {
      a = f32x4.add(a, v128.load(at));
      b = f32x4.add(b, v128.load(at, 16));
    }
    a = f32x4.sub(a, v128.load(at - back));
    b = f32x4.sub(b, v128.load(at - back, 16));
    storeColumn(to + (t - lead) * 4, rowBytes, a, b, min(t + 1, width) - (t + 1 - window));
  }
}

function storeColumn(to: usize, rowBytes: usize, a: v128, b: v128, count: i32): void {
  const meansA = f32x4.div(a, f32x4.splat(<f32>count));
  const meansB = f32x4.div(b, f32x4.splat(<f32>count));
  v128.store32_lane(to, meansA, 0);
  v128.store32_lane(to + rowBytes, meansA, 1);
  v128.store32_lane(to + 2 * rowBytes, meansA, 2);
  v128.store32_lane(to + 3 * rowBytes, meansA, 3);
  v128.store32_lane(to + 4 * rowBytes, meansB, 0);
  v128.store32_lane(to + 5 * rowBytes, meansB, 1);
  v128.store32_lane(to + 6 * rowBytes, meansB, 2);
  v128.store32_lane(to + 7 * rowBytes, meansB, 3);
}

/**
 * The means at the centres of 64 cells alone, and behind them those at the centres that the mirrored picture has; the
 * eight values of a centre lie beside each other.
 */
export function acrossSampled(values: usize, width: i32, window: i32, to: usize): void {
  const back = <usize>window * 32;
  const lead = window >> 1;
  const off = offCentre(width, window);
  let a = f32x4.splat(0);
  let b = f32x4.splat(0);
  let t: i32 = 0;
  let cell: i32 = 0;
  let mirrored: i32 = off === 0 ? 64 : 0;
  while (cell < 64) {
    const upright = centre(cell, width);
    const other = mirrored < 64 ? centre(mirrored, width) - off : upright;
    const at = min(upright, other);
    const stop = at + lead + 1;
    for (; t < min(stop, window); t++) {
      a = f32x4.add(a, v128.load(values + t * 32));
      b = f32x4.add(b, v128.load(values + t * 32, 16));
    }
    for (; t < min(stop, width); t++) {
      const from = values + t * 32;
      a = f32x4.sub(f32x4.add(a, v128.load(from)), v128.load(from - back));
      b = f32x4.sub(f32x4.add(b, v128.load(from, 16)), v128.load(from - back, 16));
    }
    for (; t < stop; t++) {
      a = f32x4.sub(a, v128.load(values + t * 32 - back));
      b = f32x4.sub(b, v128.load(values + t * 32 - back, 16));
    }
    const count = f32x4.splat(<f32>(min(stop, width) - max(0, stop - window)));
    if (upright === at) storeCell(to + cell++ * 32, f32x4.div(a, count), f32x4.div(b, count));
    if (mirrored < 64 && other === at) {
      const cellTo = to + (64 + mirrored++) * 32;
      if (at < 0) storeBefore(cellTo, values + <usize>width * 32, a, b);
      else storeCell(cellTo, f32x4.div(a, count), f32x4.div(b, count));
    }
  }
}

function storeCell(to: usize, a: v128, b: v128): void {
  v128.store(to, a);
  v128.store(to, b, 16);
}

/** The mean of the column before the first, which lies behind the last, and of the first. */
function storeBefore(to: usize, before: usize, a: v128, b: v128): void {
  const two = f32x4.splat(2);
  const first = f32x4.div(f32x4.add(v128.load(before), a), two);
  storeCell(to, first, f32x4.div(f32x4.add(v128.load(before, 16), b), two));
}

/** The column (or row) in the middle of one of 64 cells. */
export function centre(cell: i32, length: i32): i32 {
  return <i32>((<i64>(2 * cell + 1) * length) >> 7);
}

/**
 * By how many columns (or rows) the sample that the mirrored picture has in a cell lies before the upright one's. Each
 * pass with an even window moves a picture by half a pixel, one way when upright and the other way when mirrored; and
 * where centres fall between two pixels, either picture takes the later one.
 */
export function offCentre(length: i32, window: i32): i32 {
  return (window & 1 ? 0 : 2) + (length & 127 ? 0 : 1);
}
