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

/** Which way a picture is mirrored before its rows and columns are swapped, or not. */
export type Mirrored = { readonly across: boolean; readonly down: boolean };

/** Of the four phases of the shrink, the one that a form is made from: that of the picture mirrored so. */
export function phaseOf(form: Form): Mirrored {
  return RULES[form];
}

/**
 * The frequencies that the turned or mirrored picture would have, from those of its phase: no new transform is needed,
 * since mirroring changes the sign of the odd frequencies and a quarter turn swaps rows and columns.
 */
export function frequenciesOf(form: Form, phase: Float32Array): Float32Array {
  const { swap, across, down } = RULES[form];
  const out = new Float32Array(SIDE * SIDE);
  for (let i = 0; i < SIDE; i++) {
    for (let j = 0; j < SIDE; j++) {
      // Index 0 holds frequency 1: what is odd as a frequency is even as an index.
      const turned = (down && i % 2 === 0) !== (across && j % 2 === 0);
      const value = phase[i * SIDE + j] as number;
      out[swap ? j * SIDE + i : i * SIDE + j] = turned ? -value : value;
    }
  }
  return out;
}

type Rule = Mirrored & { readonly swap: boolean };

const SIDE = 16;

const RULES: Readonly<Record<Form, Rule>> = {
  original: { across: false, down: false, swap: false },
  rotate90: { across: true, down: false, swap: true },
  rotate180: { across: true, down: true, swap: false },
  rotate270: { across: false, down: true, swap: true },
  flipX: { across: false, down: true, swap: false },
  flipY: { across: true, down: false, swap: false },
  flipPlus1: { across: false, down: false, swap: true },
  flipMinus1: { across: true, down: true, swap: true },
};
