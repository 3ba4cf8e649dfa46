/** Numbers from a fixed seed: xoshiro128**, so that every run measures the same data. */
export function randomWords(seed: number): () => number {
  const state = new Uint32Array(4);
  for (let i = 0, x = seed >>> 0; i < 4; i++) {
    x = (x + 0x9e3779b9) >>> 0;
    let z = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
    state[i] = z ^ (z >>> 16);
  }
  let [a = 0, b = 0, c = 0, d = 0] = state;
  return () => {
    const product = Math.imul(b, 5);
    const result = Math.imul((product << 7) | (product >>> 25), 9) >>> 0;
    const moved = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= moved;
    d = (d << 11) | (d >>> 21);
    return result;
  };
}

/** Writes one hash of eight words at a place of an array. */
export type Draw = (into: Uint32Array, at: number) => void;

export const dataSets = { uniform, pdqLike, blockhashLike } as const;
export type DataSet = keyof typeof dataSets;

/** Every bit by itself. */
export function uniform(seed: number): Draw {
  const next = randomWords(seed);
  return (into, at) => {
    for (let i = 0; i < 8; i++) into[at + i] = next();
  };
}

/**
 * As lists of PDQ hashes are: nearly 128 bits set, one entry in four a copy of an earlier one, re-encoded or cropped
 * (1 to 40 bits away).
 */
export function pdqLike(seed: number): Draw {
  const next = randomWords(seed);
  const earlier = new Uint32Array(8 * 65_536);
  let drawn = 0;
  return (into, at) => {
    const copies = drawn > 65_536 && (next() & 3) === 0;
    const place = (next() & 65_535) * 8;
    if (copies) {
      for (let i = 0; i < 8; i++) into[at + i] = earlier[place + i] as number;
      for (let flips = 1 + (next() % 40); flips > 0; flips--) flip(into, at, next() & 255);
    } else {
      for (let i = 0; i < 8; i++) into[at + i] = next();
      for (let ones = countOnes(into, at); ones !== 128; ones = countOnes(into, at)) {
        const bit = next() & 255;
        const isSet = (((into[at + (bit >> 5)] as number) >>> (bit & 31)) & 1) === 1;
        if (isSet === ones > 128) flip(into, at, bit);
      }
    }
    const kept = drawn++ & 65_535;
    if (drawn <= 65_536 || !copies) earlier.set(into.subarray(at, at + 8), kept * 8);
  };
}

/**
 * As blockhashes of pictures are: a 16 × 16 grid of a few smooth waves against the mean of each quarter, so that
 * neighbouring bits resemble each other and unrelated hashes lie near each other; some bits are flipped. Those with
 * fewer than 60 unequal neighbours are drawn again, as the platform does not compare them.
 */
export function blockhashLike(seed: number): Draw {
  const next = randomWords(seed);
  const cells = new Float32Array(256);
  return (into, at) => {
    do {
      drawWaves(cells, next);
      into.fill(0, at, at + 8);
      for (let quarter = 0; quarter < 4; quarter++) {
        let sum = 0;
        for (let i = quarter * 64; i < quarter * 64 + 64; i++) sum += cells[i] as number;
        for (let i = quarter * 64; i < quarter * 64 + 64; i++) if ((cells[i] as number) > sum / 64) flip(into, at, i);
      }
      for (let flips = next() & 3; flips > 0; flips--) flip(into, at, next() & 255);
    } while (unequalNeighbours(into, at) < 60);
  };
}

const WAVES = 5;
const SHAPES = 7 * 7;
const shapes = Float32Array.from({ length: SHAPES * 256 }, (_, at) => {
  const [shape, cell] = [at >> 8, at & 255];
  const across = Math.cos((Math.PI * (shape % 7) * ((cell & 15) + 0.5)) / 16);
  return across * Math.cos((Math.PI * Math.floor(shape / 7) * ((cell >> 4) + 0.5)) / 16);
});

function drawWaves(cells: Float32Array, next: () => number): void {
  cells.fill(0);
  for (let wave = 0; wave < WAVES; wave++) {
    const shape = 1 + (next() % (SHAPES - 1));
    const steepness = 1 + (shape % 7) + Math.floor(shape / 7);
    const height = ((next() >>> 8) / 2 ** 23 - 1) / steepness;
    for (let i = 0; i < 256; i++) cells[i] = (cells[i] as number) + height * (shapes[shape * 256 + i] as number);
  }
}

function unequalNeighbours(hash: Uint32Array, at: number): number {
  let count = 0;
  for (let i = 0; i < 8; i++) {
    const two = hash[at + i] as number;
    count += ones((two ^ (two >>> 1)) & 0x7fff7fff) + ones((two ^ (two >>> 16)) & 0xffff);
    if (i < 7) count += ones(((two >>> 16) ^ (hash[at + i + 1] as number)) & 0xffff);
  }
  return count;
}

export function flip(hash: Uint32Array, at: number, bit: number): void {
  hash[at + (bit >> 5)] = (hash[at + (bit >> 5)] as number) ^ (1 << (bit & 31));
}

function countOnes(hash: Uint32Array, at: number): number {
  let count = 0;
  for (let i = 0; i < 8; i++) count += ones(hash[at + i] as number);
  return count;
}

export function ones(bits: number): number {
  const pairs = bits - ((bits >>> 1) & 0x55555555);
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
