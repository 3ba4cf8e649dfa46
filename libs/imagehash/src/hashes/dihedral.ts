/**
 * The eight ways a picture can lie: turned by quarters and mirrored. `flipX` turns it upside down, `flipY` swaps
 * left and right, `flipPlus1` mirrors along the falling diagonal and `flipMinus1` along the rising one. The names are
 * those of the reference implementation, whose turns go counter-clockwise: so a file whose form `rotate90` equals a
 * listed hash is the listed picture turned by 90° clockwise.
 */
export const FORMS = [
  "original",
  "rotate90",
  "rotate180",
  "rotate270",
  "flipX",
  "flipY",
  "flipPlus1",
  "flipMinus1",
] as const;

/** One of the eight ways a picture can lie. */
export type Form = (typeof FORMS)[number];

/**
 * The frequencies that the turned or mirrored picture would have: no new transform is needed, since mirroring
 * changes the sign of the odd frequencies and a quarter turn swaps rows and columns.
 */
export function frequenciesOf(form: Form, original: Float32Array): Float32Array {
  const { swap, sign } = RULES[form];
  const out = new Float32Array(SIDE * SIDE);
  for (let i = 0; i < SIDE; i++) {
    for (let j = 0; j < SIDE; j++) {
      out[swap ? j * SIDE + i : i * SIDE + j] = sign(i, j) * (original[i * SIDE + j] as number);
    }
  }
  return out;
}

type Rule = { readonly swap: boolean; readonly sign: (i: number, j: number) => 1 | -1 };

const SIDE = 16;
const keep = (): 1 => 1;
// Index 0 holds frequency 1: what is odd as a frequency is even as an index.
const byRow = (i: number): 1 | -1 => (i % 2 === 0 ? -1 : 1);
const byColumn = (_: number, j: number): 1 | -1 => (j % 2 === 0 ? -1 : 1);
const byBoth = (i: number, j: number): 1 | -1 => ((i + j) % 2 === 0 ? 1 : -1);

const RULES: Readonly<Record<Form, Rule>> = {
  original: { swap: false, sign: keep },
  rotate90: { swap: true, sign: byColumn },
  rotate180: { swap: false, sign: byBoth },
  rotate270: { swap: true, sign: byRow },
  flipX: { swap: false, sign: byRow },
  flipY: { swap: false, sign: byColumn },
  flipPlus1: { swap: true, sign: keep },
  flipMinus1: { swap: true, sign: byBoth },
};
