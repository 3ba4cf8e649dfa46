/**
 * Shrinks a plane of brightness to 64 × 64: two passes of a box filter across and down (together a tent, "Jarosz"
 * filter), then the sample at the centre of each cell. The plane is overwritten.
 *
 * Sums run along each line in single precision and in the order of the reference implementation, since a hash bit
 * may hang on the last digit.
 */
export function shrinkTo64(plane: Float32Array, width: number, height: number): Float32Array {
  for (let pass = 0; pass < 2; pass++) {
    boxAcross(plane, width, height, windowFor(width));
    boxDown(plane, width, height, windowFor(height));
  }
  const out = new Float32Array(SIDE * SIDE);
  for (let row = 0; row < SIDE; row++) {
    const from = Math.trunc(((row + 0.5) * height) / SIDE) * width;
    for (let column = 0; column < SIDE; column++) {
      out[row * SIDE + column] = plane[from + Math.trunc(((column + 0.5) * width) / SIDE)] as number;
    }
  }
  return out;
}

const SIDE = 64;

/** Half a cell a pass, rounded up: two passes together cover one cell. */
function windowFor(length: number): number {
  return Math.ceil(length / (2 * SIDE));
}

/**
 * The running mean of `window` neighbours. At step t the value at t enters the sum, the one at t − window leaves it,
 * and the mean belongs to position t − lead; at both ends the window is shorter.
 */
function boxAcross(plane: Float32Array, width: number, height: number, window: number): void {
  const lead = window >> 1;
  const line = new Float32Array(width);
  for (let start = 0; start < width * height; start += width) {
    line.set(plane.subarray(start, start + width));
    let sum = 0;
    let count = 0;
    for (let t = 0; t < width + lead; t++) {
      if (t < width) {
        sum = Math.fround(sum + (line[t] as number));
        count++;
      }
      if (t >= window) {
        sum = Math.fround(sum - (line[t - window] as number));
        count--;
      }
      if (t >= lead) plane[start + t - lead] = sum / count;
    }
  }
}

/** The same downwards, all columns beside each other; `ring` keeps the last `window` rows, which were overwritten. */
function boxDown(plane: Float32Array, width: number, height: number, window: number): void {
  const lead = window >> 1;
  const sums = new Float32Array(width);
  const ring = new Float32Array(window * width);
  let count = 0;
  for (let t = 0; t < height + lead; t++) {
    const slot = (t % window) * width;
    if (t < height) {
      count++;
      add(sums, plane, t * width);
    }
    if (t >= window) {
      count--;
      subtract(sums, ring, slot);
    }
    if (t < height) ring.set(plane.subarray(t * width, (t + 1) * width), slot);
    if (t >= lead) {
      const to = (t - lead) * width;
      for (let x = 0; x < width; x++) plane[to + x] = (sums[x] as number) / count;
    }
  }
}

function add(sums: Float32Array, values: Float32Array, from: number): void {
  for (let x = 0; x < sums.length; x++) sums[x] = (sums[x] as number) + (values[from + x] as number);
}

function subtract(sums: Float32Array, values: Float32Array, from: number): void {
  for (let x = 0; x < sums.length; x++) sums[x] = (sums[x] as number) - (values[from + x] as number);
}
