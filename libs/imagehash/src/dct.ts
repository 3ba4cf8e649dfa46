/**
 * The 16 × 16 lowest frequencies (without the constant ones) of a 64 × 64 plane, row by row.
 * Products and sums are rounded to single precision in the order of the reference implementation.
 */
export function lowFrequencies(plane: Float32Array): Float32Array {
  const half = new Float32Array(OUT * IN);
  for (let i = 0; i < OUT; i++) {
    for (let j = 0; j < IN; j++) {
      let sum = 0;
      for (let k = 0; k < IN; k++) {
        sum = Math.fround(sum + Math.fround((COSINES[i * IN + k] as number) * (plane[k * IN + j] as number)));
      }
      half[i * IN + j] = sum;
    }
  }
  const out = new Float32Array(OUT * OUT);
  for (let i = 0; i < OUT; i++) {
    for (let j = 0; j < OUT; j++) {
      let sum = 0;
      for (let k = 0; k < IN; k++) {
        sum = Math.fround(sum + Math.fround((half[i * IN + k] as number) * (COSINES[j * IN + k] as number)));
      }
      out[i * OUT + j] = sum;
    }
  }
  return out;
}

const IN = 64;
const OUT = 16;

const COSINES = Float32Array.from({ length: OUT * IN }, (_, at) => {
  const frequency = Math.trunc(at / IN) + 1;
  return Math.fround(Math.sqrt(2 / IN)) * Math.cos((Math.PI / 2 / IN) * frequency * (2 * (at % IN) + 1));
});
