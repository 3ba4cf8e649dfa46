// The running mean downwards, four columns a vector.
import { storeTurned } from "./turn";

/** Rows that wait to leave the sums: the one of step t lies in slot t % slots. */
export function slotOf(ring: usize, slots: i32, rowBytes: usize, t: i32): usize {
  return ring + <usize>(t % slots) * rowBytes;
}

/**
 * Eight steps in which a row enters, a row leaves and a mean comes out each; the means are turned. The rows that enter
 * follow each other; those that leave may begin again at the ring's start.
 */
export function downEight(
  sums: usize,
  enters: usize,
  leaves: usize,
  ring: usize,
  slots: i32,
  rowBytes: usize,
  count: i32,
  to: usize,
): void {
  const end = ring + <usize>slots * rowBytes;
  const l1 = leaves + rowBytes === end ? ring : leaves + rowBytes;
  const l2 = l1 + rowBytes === end ? ring : l1 + rowBytes;
  const l3 = l2 + rowBytes === end ? ring : l2 + rowBytes;
  const l4 = l3 + rowBytes === end ? ring : l3 + rowBytes;
  const l5 = l4 + rowBytes === end ? ring : l4 + rowBytes;
  const l6 = l5 + rowBytes === end ? ring : l5 + rowBytes;
  const l7 = l6 + rowBytes === end ? ring : l6 + rowBytes;
  const by = f32x4.splat(<f32>count);
  for (let at: usize = 0; at < rowBytes; at += 16) {
    let next = enters + at;
    const s0 = step(v128.load(sums + at), next, leaves + at);
    const s1 = step(s0, next + rowBytes, l1 + at);
    const s2 = step(s1, next + 2 * rowBytes, l2 + at);
    const s3 = step(s2, next + 3 * rowBytes, l3 + at);
    storeTurned(to, 32, f32x4.div(s0, by), f32x4.div(s1, by), f32x4.div(s2, by), f32x4.div(s3, by));
    next += 4 * rowBytes;
    const s4 = step(s3, next, l4 + at);
    const s5 = step(s4, next + rowBytes, l5 + at);
    const s6 = step(s5, next + 2 * rowBytes, l6 + at);
    const s7 = step(s6, next + 3 * rowBytes, l7 + at);
    storeTurned(to + 16, 32, f32x4.div(s4, by), f32x4.div(s5, by), f32x4.div(s6, by), f32x4.div(s7, by));
    v128.store(sums + at, s7);
    to += 128;
  }
}

function step(sum: v128, entering: usize, leaving: usize): v128 {
  return f32x4.sub(f32x4.add(sum, v128.load(entering)), v128.load(leaving));
}

export function enter(sums: usize, row: usize, rowBytes: usize): void {
  for (let at: usize = 0; at < rowBytes; at += 16)
    v128.store(sums + at, f32x4.add(v128.load(sums + at), v128.load(row + at)));
}

export function leave(sums: usize, row: usize, rowBytes: usize): void {
  for (let at: usize = 0; at < rowBytes; at += 16)
    v128.store(sums + at, f32x4.sub(v128.load(sums + at), v128.load(row + at)));
}

/** The means of one row, `step` bytes from one to the next. */
export function means(sums: usize, rowBytes: usize, count: i32, to: usize, step: usize): void {
  const by = f32x4.splat(<f32>count);
  for (let at: usize = 0; at < rowBytes; at += 16) {
    const four = f32x4.div(v128.load(sums + at), by);
    v128.store32_lane(to, four, 0);
    v128.store32_lane(to + step, four, 1);
    v128.store32_lane(to + 2 * step, four, 2);
    v128.store32_lane(to + 3 * step, four, 3);
    to += 4 * step;
  }
}
