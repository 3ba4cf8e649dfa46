import { permutation, permuted, query, rows } from "./memory";

/** Permutes the bits of rows where they lie. */
export function permuteRows(from: u32, to: u32): void {
  for (let row = from; row < to; row++) {
    const at = rows + ((<usize>row) << 5);
    permute(at, at);
  }
}

export function permuteQuery(): void {
  permute(query, permuted);
}

function permute(from: usize, to: usize): void {
  let low = i64x2.splat(0);
  let high = i64x2.splat(0);
  let table = permutation;
  for (let byte: usize = 0; byte < 32; byte++) {
    const value = <usize>load<u8>(from + byte);
    const first = table + ((value & 15) << 5);
    const second = table + 512 + ((value >> 4) << 5);
    low = v128.or(low, v128.or(v128.load(first), v128.load(second)));
    high = v128.or(high, v128.or(v128.load(first, 16), v128.load(second, 16)));
    table += 1024;
  }
  v128.store(to, low);
  v128.store(to, high, 16);
}
