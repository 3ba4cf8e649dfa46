// The 16 × 16 lowest frequencies of a 64 × 64 plane. Four columns are computed beside each other; each sum runs in the
// order of the reference implementation.
const IN: i32 = 64;
const OUT: i32 = 16;
/** From one row of a plane to the next: two planes lie beside each other. */
export const PLANE_ROW: usize = 2 * 64 * 4;

const matrix: usize = memory.data(OUT * IN * 4, 16);
const turned: usize = memory.data(OUT * IN * 4, 16);
const half: usize = memory.data(OUT * IN * 4, 16);
const out: usize = memory.data(OUT * OUT * 4, 16);

/** Where the host puts the cosines once: 16 rows of 64, and then the same matrix turned. */
export function cosines(turnedOnes: bool): usize {
  return turnedOnes ? turned : matrix;
}

export function transform(plane: usize): usize {
  for (let i: i32 = 0; i < OUT; i++) {
    for (let j: i32 = 0; j < IN; j += 16)
      sixteenSums(matrix + i * IN * 4, plane + j * 4, PLANE_ROW, half + (i * IN + j) * 4);
  }
  for (let i: i32 = 0; i < OUT; i++) sixteenSums(half + i * IN * 4, turned, OUT * 4, out + i * OUT * 4);
  return out;
}

/** Sixteen neighbouring sums of factor × value over 64 rows of values. */
function sixteenSums(factors: usize, values: usize, rowBytes: usize, to: usize): void {
  let a = f32x4.splat(0);
  let b = f32x4.splat(0);
  let c = f32x4.splat(0);
  let d = f32x4.splat(0);
  for (let k: i32 = 0; k < IN; k++) {
    const factor = v128.load32_splat(factors + k * 4);
    a = f32x4.add(a, f32x4.mul(factor, v128.load(values)));
    b = f32x4.add(b, f32x4.mul(factor, v128.load(values, 16)));
    c = f32x4.add(c, f32x4.mul(factor, v128.load(values, 32)));
    d = f32x4.add(d, f32x4.mul(factor, v128.load(values, 48)));
    values += rowBytes;
  }
  v128.store(to, a);
  v128.store(to, b, 16);
  v128.store(to, c, 32);
  v128.store(to, d, 48);
}
