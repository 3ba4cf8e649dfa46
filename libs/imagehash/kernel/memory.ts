/** Rows that are taken at once: two vectors of four sums that run beside each other. */
export const ROWS: i32 = 8;

/** What never moves lies first; behind it, what one picture needs. */
let end: usize = __heap_base;

/** Room for so many bytes, aligned for vectors, and a vector more, since the last one of a row is read whole. */
export function room(bytes: usize): usize {
  const at = (end + 15) & ~15;
  end = at + bytes + 16;
  const pages = <i32>((end - 1) >> 16) + 1 - memory.size();
  if (pages > 0 && memory.grow(pages) < 0) unreachable();
  return at;
}

/** Gives back all room from this address on. */
export function release(from: usize): void {
  end = from;
}
