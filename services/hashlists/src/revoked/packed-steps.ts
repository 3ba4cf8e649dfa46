import type { RevocationCause } from "@ntd/proto/common/v1/common";
import { ID_BYTES } from "../entries/entry-id.ts";

/** With the step that reaches either a document is full. */
const MOST = { steps: 1000, ids: 16_000 };
/** A step of more ids leaves them where they were frozen. */
const MOST_INLINE = 1000;

/** A revocation or restoration that took effect: with which counter, why, and by whose word. */
export interface Taken {
  counter: number;
  cause: RevocationCause;
  revokedBy: readonly string[];
  restores: boolean;
  ids: Uint8Array;
}

type Why = Omit<Taken, "counter" | "ids">;

/**
 * What took effect in a set behind one counter and through another, all of it, in one document: of years there are very
 * many, most of an entry each. It never changes, and where it is missing each is read by itself.
 */
export interface PackedStepsState {
  schemaVersion: 1;
  setId: string;
  after: number;
  through: number;
  /** The revocation or restoration that is its last step: where it is another one, none of this is of the set as it is. */
  last: string;
  /** One behind the other, the low byte first: its counter (48 bits), its place in `whys` (16), how many ids it has (32). */
  steps: Uint8Array;
  whys: Why[];
  /** One behind the other; not those of large steps. */
  ids: Uint8Array;
  /** Where the ids of large steps are, in their order. */
  parts: string[];
}

const STEP_BYTES = 12;

/** A step with its ids, or where they are. */
export type Unpacked = Taken | (Omit<Taken, "ids"> & { part: string });

/** Whose a step is, and where its ids were frozen. */
export interface Source {
  revocationId: string;
  part: string;
}

interface Packing extends Source {
  counter: number;
  why: number;
  ids: Uint8Array[];
  count: number;
}

/** Packs steps as they come: the same ones, from the same counter on, always in the same documents. */
export class StepPacker {
  readonly #setId: string;
  #after: number;
  #steps: Packing[] = [];
  #whys: Why[] = [];
  #placeOfWhy = new Map<string, number>();
  #ids = 0;
  #full: PackedStepsState[] = [];

  /** @param after all of the set that took effect behind this counter comes. */
  constructor(setId: string, after: number) {
    this.#setId = setId;
    this.#after = after;
  }

  /** Takes some ids of a step, behind the others of it, by ascending counter. */
  add({ counter, ids, ...why }: Taken, source: Source): void {
    const count = ids.length / ID_BYTES;
    const last = this.#steps.at(-1);
    if (last?.counter === counter) {
      last.ids.push(ids);
      last.count += count;
    } else {
      // Only now is it sure that the one before has all of its ids.
      if (this.#steps.length >= MOST.steps || this.#ids >= MOST.ids) this.#close();
      this.#steps.push({ counter, why: this.#placeOf(why), ...source, ids: [ids], count });
    }
    this.#ids += count;
  }

  /** Documents that are full, and lets them go. */
  full(): PackedStepsState[] {
    return this.#full.splice(0);
  }

  #placeOf(why: Why): number {
    const key = `${why.cause} ${why.restores} ${why.revokedBy.join(" ")}`;
    const place = this.#placeOfWhy.get(key) ?? this.#whys.push(why) - 1;
    this.#placeOfWhy.set(key, place);
    return place;
  }

  #close(): void {
    const [steps, inline] = [Buffer.alloc(this.#steps.length * STEP_BYTES), this.#steps.filter(isInline)];
    for (const [nth, { counter, why, count }] of this.#steps.entries()) {
      steps.writeUIntLE(counter, nth * STEP_BYTES, 6);
      steps.writeUInt16LE(why, nth * STEP_BYTES + 6);
      steps.writeUInt32LE(count, nth * STEP_BYTES + 8);
    }
    const { counter: through = this.#after, revocationId: last = "" } = this.#steps.at(-1) ?? {};
    this.#full.push({
      schemaVersion: 1,
      setId: this.#setId,
      after: this.#after,
      through,
      last,
      steps: new Uint8Array(steps),
      whys: this.#whys,
      ids: new Uint8Array(Buffer.concat(inline.flatMap(({ ids }) => ids))),
      parts: this.#steps.filter((step) => !isInline(step)).map(({ part }) => part),
    });
    [this.#after, this.#steps, this.#whys, this.#ids] = [through, [], [], 0];
    this.#placeOfWhy.clear();
  }
}

/** The steps of a document, in their order. */
export function* stepsOf({ steps, whys, ids, parts }: PackedStepsState): Generator<Unpacked, void, undefined> {
  const view = Buffer.from(steps.buffer, steps.byteOffset, steps.byteLength);
  let [at, large] = [0, 0];
  for (let from = 0; from < view.length; from += STEP_BYTES) {
    const why = whys[view.readUInt16LE(from + 6)];
    if (why === undefined) throw new RangeError("a packed step has no cause");
    const step = { counter: view.readUIntLE(from, 6), ...why };
    const count = view.readUInt32LE(from + 8);
    if (isInline({ count })) yield { ...step, ids: ids.subarray(at, (at += count * ID_BYTES)) };
    else yield { ...step, part: parts[large++] ?? "" };
  }
}

function isInline({ count }: Pick<Packing, "count">): boolean {
  return count <= MOST_INLINE;
}
