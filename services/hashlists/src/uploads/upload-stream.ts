import { setImmediate } from "node:timers/promises";
import type { UploadHeader, UploadReleaseRequest } from "@ntd/proto/hashlists/v1/hash_list_service";
import { Problem } from "@ntd/service";
import type { FormatName } from "../formats/list-format.ts";
import type { Seat } from "./upload-seats.ts";

export type Parts = AsyncIterator<UploadReleaseRequest>;

/**
 * The parts as they come.
 *
 * @throws Problem TIMED_OUT when none comes for `silentMs`.
 */
export function partsOf(stream: AsyncIterable<UploadReleaseRequest>, silentMs: number): Parts {
  const parts = stream[Symbol.asyncIterator]();
  return { next: () => within(silentMs, parts.next()) };
}

/** The same for who has a place: they say how fast they come, and end when the place is lost. */
export function partsIn({ pace, lost }: Seat, parts: Parts): Parts {
  return {
    async next() {
      pace.waits(performance.now());
      const next = await unlessLost(lost, parts.next());
      const part = next.done === true ? undefined : next.value.part;
      pace.came(part?.$case === "chunk" ? part.value.byteLength : 0, performance.now());
      return next;
    },
  };
}

async function unlessLost<T>(lost: AbortSignal, next: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const lose = () => reject(lost.reason);
  if (lost.aborted) lose();
  lost.addEventListener("abort", lose);
  try {
    return await Promise.race([next, promise]);
  } finally {
    // A place is held for an hour: what came meanwhile is not to hang on it.
    lost.removeEventListener("abort", lose);
  }
}

async function within<T>(silentMs: number, next: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const description = `Nothing came for ${silentMs / 1000} s; upload again, and send what there is without a pause.`;
  const timer = setTimeout(() => reject(new Problem("TIMED_OUT", description)), silentMs);
  try {
    return await Promise.race([next, promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** @throws Problem FIELD_INVALID when the stream does not begin with a header. */
export async function readHeader(parts: Parts): Promise<UploadHeader> {
  const first = await parts.next();
  const part = first.done === true ? undefined : first.value.part;
  if (part?.$case === "header") return part.value;
  throw Problem.fields({ field: "header", description: "is missing; it is the first message" });
}

/** @throws Problem FIELD_INVALID for a format that this release does not know. */
export function validFormat(format: UploadHeader["format"]): FormatName | undefined {
  if (format === undefined || format === "LIST_FORMAT_UNSPECIFIED") return undefined;
  if (format !== "UNRECOGNIZED") return format;
  throw Problem.fields({ field: "header.format", description: "is none that this release knows" });
}

const MAX_FILE_NAME = 255;
/** Also what turns the direction of what is read, so that a name looks like another one to who approves. */
// oxlint-disable-next-line no-control-regex -- that is what is looked for
const NO_NAME = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2028\u2029\u2066-\u2069/\\]/;

/** @throws Problem FIELD_INVALID for what is no name of a file, or one with its folders. */
export function validFileName(name: string | undefined): string | undefined {
  if (name === undefined || name === "") return undefined;
  if (name.length <= MAX_FILE_NAME && !NO_NAME.test(name)) return name;
  const description = `must have at most ${MAX_FILE_NAME} characters, no folders and no control characters`;
  throw Problem.fields({ field: "header.file_name", description });
}

/** So much is read at once, between which other calls have their turn. */
const PIECE_BYTES = 16 * 1024;

export interface Reading {
  maxBytes: number;
  /** Asked before each chunk. */
  proceed: () => void;
  /** So many bytes of the file are there already. */
  already?: number;
}

/**
 * The bytes behind the header, in pieces whatever the chunks are, up to a trailer that counts them. Others have their turn
 * between two pieces.
 *
 * @throws Problem FIELD_INVALID for an order or a count that is not so; TOO_LARGE for more than `maxBytes`; what `proceed`
 *   throws.
 */
export async function* readPieces(
  parts: Parts,
  { maxBytes, proceed, already = 0 }: Reading,
): AsyncGenerator<Uint8Array, void, undefined> {
  let bytes = already;
  while (true) {
    const next = await parts.next();
    proceed();
    const part = next.done === true ? undefined : next.value.part;
    if (part?.$case === "trailer") return requireEnd(parts, part.value.byteCount, bytes);
    if (next.done === true) throw trailerFault("is missing: the stream broke off; upload again");
    if (part?.$case !== "chunk") {
      throw Problem.fields({ field: "part", description: "after the header come chunks, and a trailer last" });
    }
    const chunk = part.value;
    if (chunk.byteLength === 0) throw Problem.fields({ field: "chunk", description: "is empty; leave it out" });
    bytes += chunk.byteLength;
    if (bytes > maxBytes) throw new Problem("TOO_LARGE", `The file is larger than ${maxBytes} bytes.`);
    for (let at = 0; at < chunk.byteLength; at += PIECE_BYTES) {
      yield chunk.subarray(at, at + PIECE_BYTES);
      await setImmediate();
    }
  }
}

async function requireEnd(parts: Parts, said: bigint, came: number): Promise<void> {
  if (said !== BigInt(came)) throw trailerFault(`byte_count says ${said}, ${came} bytes came; upload again`);
  const next = await parts.next();
  if (next.done !== true) throw trailerFault("must be the last message");
}

function trailerFault(description: string): Problem {
  return Problem.fields({ field: "trailer", description });
}
