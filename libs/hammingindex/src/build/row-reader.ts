import { isSet } from "../hash/bits.ts";
import { layoutOf } from "../segments/layout.ts";
import { bufferOf } from "../segments/segment-memory.ts";
import { idsOf, type Ids, type SharedSegment } from "../segments/segment.ts";

/** What a merge takes from: a segment, its rows at the time, and which of them are hidden or removed. */
export interface MergeSource extends SharedSegment {
  rows: number;
  marks: { hidden: Uint32Array; removed: Uint32Array };
}

/** Reads the rows of a source by ascending id; those that were removed are passed over. */
export class RowReader {
  readonly bandCount: number;
  readonly words: Uint32Array;
  /** Rows that are not removed, this one included. */
  left = 0;
  row = -1;
  id = Infinity;
  readonly #order: Uint32Array | undefined;
  readonly #ids: Ids;
  readonly #marks: MergeSource["marks"];
  readonly #rows: number;
  #at = -1;

  constructor({ memory, shape, rows, marks }: MergeSource) {
    const layout = layoutOf(shape);
    this.bandCount = shape.bandCount;
    this.words = new Uint32Array(bufferOf(memory), layout.rowsAt, rows * 8);
    this.#ids = idsOf(memory, shape);
    this.#marks = marks;
    this.#rows = rows;
    this.#order = shape.firstId === undefined ? orderById(this.#ids, rows) : undefined;
    for (let row = 0; row < rows; row++) if (!isSet(marks.removed, row)) this.left++;
    this.next();
  }

  get isHidden(): boolean {
    return isSet(this.#marks.hidden, this.row);
  }

  /** The largest id. */
  get lastId(): number {
    for (let at = this.#rows - 1; at >= 0; at--) {
      const row = this.#order?.[at] ?? at;
      if (!isSet(this.#marks.removed, row)) return this.#ids.idOf(row);
    }
    return -1;
  }

  next(): void {
    do {
      this.#at++;
      if (this.#at >= this.#rows) {
        this.id = Infinity;
        return;
      }
      this.row = this.#order?.[this.#at] ?? this.#at;
    } while (isSet(this.#marks.removed, this.row));
    this.id = this.#ids.idOf(this.row);
  }
}

/** Undefined when the rows stand by ascending id already, as in all segments but tails. */
function orderById(ids: Ids, rows: number): Uint32Array | undefined {
  let ascending = true;
  for (let row = 1; row < rows && ascending; row++) ascending = ids.idOf(row - 1) < ids.idOf(row);
  if (ascending) return undefined;
  return Uint32Array.from({ length: rows }, (_, row) => row).sort((a, b) => ids.idOf(a) - ids.idOf(b) || a - b);
}
