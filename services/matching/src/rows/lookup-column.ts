import { planOfContent, type Row } from "./row.ts";
import type { Standing } from "./due.ts";
import { withFilm, type SeenFrame } from "../search/seen-film.ts";
import { BYTES, EXACT, isExact, ORIGINAL, PERCEPTUAL, type SearchPlan } from "../search/search-plan.ts";

// flags; sets: count, each (length, id, counter, has hits); recipe (length, text); hashes: each (algorithm, quality, value);
// of a film: FILM, how many frames, each (quality, value)
const PENDING = 1;
const BY_STATE = 2;
const ALGORITHMS = [...EXACT, ...PERCEPTUAL] as const;
const FILM = 255;
const FRAME_BYTES = 33;
/** Frames of a film that a column holds; one that has more is searched by its state each time. */
const MAX_FRAMES = 1000;

/** What is read of a row to search it, without its state: how far it was searched, and all its hashes. */
export function lookupColumn(row: Pick<Row, "pending" | "searched" | "content" | "unlisted">): Uint8Array {
  const { equal, near, recipe, film = [] } = planOfContent(row.content);
  const isLong = film.length > MAX_FRAMES;
  const sets = row.searched.map(({ setId, counter, hits }) => {
    const rest = Buffer.alloc(9);
    rest.writeDoubleLE(counter);
    const mayLose = hits.length > 0 || (row.unlisted?.some((one) => one.setId === setId) ?? false);
    rest.writeUInt8(mayLose ? 1 : 0, 8);
    return Buffer.concat([short(setId), rest]);
  });
  const hashes = [
    ...equal.map(({ algorithm, value }) => hashBytes(algorithm, 0, value)),
    ...PERCEPTUAL.flatMap((name) =>
      near[name].flatMap(({ value, quality, frame }) => (frame === undefined ? hashBytes(name, quality, value) : [])),
    ),
    ...(film.length > 0 && !isLong ? [filmBytes(film)] : []),
  ];
  const head = Buffer.from([(row.pending ? PENDING : 0) + (isLong ? BY_STATE : 0), sets.length]);
  return Buffer.concat([head, ...sets, short(recipe), ...hashes]);
}

/** A row as its column tells it. */
export interface ReadLookup extends Standing {
  plan: SearchPlan;
  /** The plan is not all that is to be looked up. */
  byState: boolean;
}

/** @throws RangeError when these are not the bytes of a column. */
export function readLookup(bytes: Uint8Array, setId: string): ReadLookup {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 2;
  const text = () => {
    const from = at + 1;
    at = from + buffer.readUInt8(at);
    if (at > buffer.length) throw new RangeError("a text is cut off");
    return buffer.toString("latin1", from, at);
  };
  const flags = buffer.readUInt8(0);
  const read = { pending: (flags & PENDING) > 0, byState: (flags & BY_STATE) > 0, counter: 0, hasHits: false };
  const wanted = Buffer.from(setId).toString("latin1");
  for (let sets = buffer.readUInt8(1); sets > 0; sets--, at += 9) {
    if (text() !== wanted) continue;
    read.counter = buffer.readDoubleLE(at);
    read.hasHits = buffer.readUInt8(at + 8) === 1;
  }
  const plan: Mutable = { recipe: text(), equal: [], near: { ALGORITHM_PDQ: [], ALGORITHM_BLOCKHASH256: [] } };
  while (at < bytes.length && buffer[at] !== FILM) at = readHash(buffer, at, plan);
  return { ...read, plan: at < bytes.length ? withFilm(plan, readFrames(buffer, at + 1)) : plan };
}

type Mutable = SearchPlan & {
  near: Record<keyof SearchPlan["near"], { form: string; value: Uint8Array; quality: number }[]>;
};

function readHash(buffer: Buffer, at: number, plan: Mutable): number {
  const algorithm = ALGORITHMS[buffer.readUInt8(at)];
  if (algorithm === undefined) throw new RangeError("no such algorithm");
  const quality = buffer.readUInt16LE(at + 1);
  const end = at + 3 + BYTES[algorithm];
  const value = buffer.subarray(at + 3, end);
  if (value.length !== BYTES[algorithm]) throw new RangeError("a value is cut off");
  if (isExact(algorithm)) plan.equal.push({ algorithm, value });
  else plan.near[algorithm].push({ form: ORIGINAL, value, quality });
  return end;
}

function filmBytes(frames: readonly SeenFrame[]): Buffer {
  const head = Buffer.alloc(3);
  head.writeUInt8(FILM);
  head.writeUInt16LE(frames.length, 1);
  return Buffer.concat([head, ...frames.flatMap(({ quality, value }) => [Buffer.from([quality]), value])]);
}

// Which frames a later list shows is told by the state; here it matters whether it shows any.
function readFrames(buffer: Buffer, at: number): SeenFrame[] {
  const count = buffer.readUInt16LE(at);
  const from = at + 2;
  if (buffer.length < from + count * FRAME_BYTES) throw new RangeError("a film is cut off");
  return Array.from({ length: count }, (_, place) => {
    const frame = from + place * FRAME_BYTES;
    const value = buffer.subarray(frame + 1, frame + FRAME_BYTES);
    return { place, timeMs: 0, value, quality: buffer.readUInt8(frame) };
  });
}

function hashBytes(algorithm: (typeof ALGORITHMS)[number], quality: number, value: Uint8Array): Buffer {
  const head = Buffer.alloc(3);
  head.writeUInt8(ALGORITHMS.indexOf(algorithm));
  head.writeUInt16LE(Math.min(quality, 0xffff), 1);
  return Buffer.concat([head, value]);
}

function short(text: string): Buffer {
  const bytes = Buffer.from(text).subarray(0, 255);
  return Buffer.concat([Buffer.from([bytes.length]), bytes]);
}
