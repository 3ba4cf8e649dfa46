import { hash } from "node:crypto";
import type { Fingerprint } from "@ntd/proto/common/v1/common";
import type { At } from "../entries/bucket-changes.ts";
import { kindsOf } from "../chunks/chunk-kinds.ts";
import type { ChunkState } from "../chunks/entry-chunk.ts";
import { ID_BYTES, idTexts } from "../entries/entry-id.ts";
import { rowsAt } from "../chunks/chunk-columns.ts";
import type { AlgorithmName } from "../formats/entry-line.ts";
import { packed, type Asks } from "./asks.ts";
import { Sample } from "./sample.ts";

/** Entries that are shown of each kind of change. */
const SHOWN = 20;
/** Entries of which others are asked, and the bytes of their hashes: a film has up to 36 kB. */
const ASKED = { count: 100_000, total: 8 * 1024 * 1024 };

/** An entry as it is shown, kept with the comparison. */
export interface DrawnEntry {
  entryId: string;
  algorithm: AlgorithmName;
  scheme: string;
  code: string;
  votes: number;
  /** None of a film. */
  value: Uint8Array;
  /** Of one that is told otherwise: its class before. */
  before?: { scheme: string; code: string };
}

export interface Drawn {
  added: DrawnEntry[];
  removed: DrawnEntry[];
  changed: DrawnEntry[];
}

/** As hex: many are held while a list is read, and bytes by themselves are heavier. */
interface AskedEntry {
  algorithm: AlgorithmName;
  hex: string;
  quality: number;
}

/** What a comparison draws of all that is other: a few to be shown, and many of which others are asked. */
export class Drawing {
  // As they are shown, and not where they stand: hundreds are held until some are left, and each would hold its chunk.
  readonly #added: Sample<DrawnEntry>;
  readonly #removed: Sample<DrawnEntry>;
  readonly #changed: Sample<DrawnEntry>;
  readonly #askedAdded: Sample<AskedEntry>;
  readonly #askedRemoved: Sample<Uint8Array>;

  /**
   * @param seed who writes a list does not know it before.
   * @param asked of so many entries others are asked.
   */
  constructor(seed: string, asked = ASKED.count) {
    const number = hash("sha256", seed, "buffer").readUInt32LE();
    this.#added = new Sample(number, { count: SHOWN });
    this.#removed = new Sample(number, { count: SHOWN });
    this.#changed = new Sample(number, { count: SHOWN });
    this.#askedAdded = new Sample(number, { ...ASKED, count: asked, weight: ({ hex }) => hex.length / 2 });
    this.#askedRemoved = new Sample(number, { ...ASKED, count: asked });
  }

  added(chunk: ChunkState, places: readonly number[]): void {
    draw(this.#added, chunk, places, (i) => drawnEntry({ chunk, i }));
    let row: ReturnType<typeof rowsAt> | undefined;
    draw<AskedEntry>(this.#askedAdded, chunk, places, (i) => {
      const { algorithm, value: hex, quality } = (row ??= rowsAt(chunk))(i);
      return { algorithm, hex, quality };
    });
  }

  removed({ chunk, i }: At): void {
    draw(this.#removed, chunk, [i], () => drawnEntry({ chunk, i }));
    // Copied: the chunk goes.
    draw(this.#askedRemoved, chunk, [i], () => Uint8Array.from(idAt(chunk, i)));
  }

  changed({ chunk, i }: At, before: At | undefined): void {
    draw(this.#changed, chunk, [i], () => {
      const was = before ?? { chunk, i };
      const { scheme, code } = kindsOf(was.chunk)(was.i);
      return { ...drawnEntry({ chunk, i }), before: { scheme, code } };
    });
  }

  /** To be shown. */
  shown(): Drawn {
    return { added: this.#added.end(), removed: this.#removed.end(), changed: this.#changed.end() };
  }

  /** What others are asked of it: what stands on what goes, and what would be met by what is new. */
  asks(): Asks {
    const added = this.#askedAdded.end().map(({ algorithm, hex, quality }): Fingerprint => {
      return { algorithm: `ALGORITHM_${algorithm}`, value: Buffer.from(hex, "hex"), quality };
    });
    return { added: packed(added), removed: Buffer.concat(this.#askedRemoved.end()) };
  }
}

function draw<T>(sample: Sample<T>, { ids }: ChunkState, places: readonly number[], of: (i: number) => T): void {
  for (const i of places) if (sample.draws(ids, i * ID_BYTES)) sample.add(ids, i * ID_BYTES, of(i));
}

function drawnEntry({ chunk, i }: At): DrawnEntry {
  const { algorithm, scheme, code, votes, value } = rowsAt(chunk)(i);
  const hex = algorithm === "VPDQ" ? "" : value;
  const entryId = idTexts(idAt(chunk, i))[0] ?? "";
  return { entryId, algorithm, scheme, code, votes, value: Uint8Array.from(Buffer.from(hex, "hex")) };
}

function idAt({ ids }: ChunkState, i: number): Uint8Array {
  return ids.subarray(i * ID_BYTES, (i + 1) * ID_BYTES);
}
