import type { Frame } from "./likeness.ts";

/** A frame as a list has it. */
export interface ListedFrame extends Frame {
  /** When it is shown, from the start of the film. */
  timeMs: number;
}

/** Frames that a listed film has at most. */
export const MAX_FILM_FRAMES = 1000;

/** Bytes of a frame in a film's value: PDQ in 32, its quality in one, its milliseconds in four, the high byte first. */
const FRAME_BYTES = 37;
const [QUALITY, TIME] = [32, 33];
const MAX_TIME_MS = 2 ** 32 - 1;

/** What is wrong with the length of a film's value; undefined where nothing is. */
export function filmLengthFault(bytes: number): string | undefined {
  const frames = bytes / FRAME_BYTES;
  if (Number.isInteger(frames) && frames >= 1 && frames <= MAX_FILM_FRAMES) return undefined;
  return `has ${bytes} bytes; a film takes ${FRAME_BYTES} for each of its frames, 1 to ${MAX_FILM_FRAMES}`;
}

export function framesInValue(value: Uint8Array): number {
  return Math.floor(value.length / FRAME_BYTES);
}

/** The frames of a film's value, whose length is one of a film. They are the value's memory. */
export function framesOf(value: Uint8Array): ListedFrame[] {
  const view = new DataView(value.buffer, value.byteOffset, value.byteLength);
  return Array.from({ length: framesInValue(value) }, (_, nth) => {
    const at = nth * FRAME_BYTES;
    const pdq = value.subarray(at, at + QUALITY);
    return { pdq, quality: view.getUint8(at + QUALITY), timeMs: view.getUint32(at + TIME) };
  });
}

/** The value that a film has in lists. */
export function filmValue(frames: readonly ListedFrame[]): Uint8Array {
  const value = new Uint8Array(frames.length * FRAME_BYTES);
  const view = new DataView(value.buffer);
  for (const [nth, { pdq, quality, timeMs }] of frames.entries()) {
    const at = nth * FRAME_BYTES;
    value.set(pdq, at);
    view.setUint8(at + QUALITY, quality);
    view.setUint32(at + TIME, timeMs);
  }
  return value;
}

/** A film as a line of a list tells it: `<pdq in hex>:<quality>:<seconds>` for each frame, a space between two. */
export function filmText(frames: readonly ListedFrame[]): string {
  return frames
    .map(({ pdq, quality, timeMs }) => `${Buffer.from(pdq).toString("hex")}:${quality}:${timeMs / 1000}`)
    .join(" ");
}

/** Reads that text, or says what is wrong with the first frame that is not as it must be. No hash is repeated. */
export function readFilmText(text: string): { frames: ListedFrame[] } | { problem: string } {
  const words = text.split(/ +/);
  if (text === "") return { problem: "is empty; a film takes pdq:quality:seconds for each of its frames" };
  if (words.length > MAX_FILM_FRAMES) {
    return { problem: `has ${words.length} frames; at most ${MAX_FILM_FRAMES}` };
  }
  const frames: ListedFrame[] = [];
  for (const [nth, word] of words.entries()) {
    const read = readFrame(word, frames.at(-1)?.timeMs ?? 0);
    if ("problem" in read) return { problem: `frame ${nth + 1} ${read.problem}` };
    frames.push(read);
  }
  return { frames };
}

function readFrame(word: string, earliestMs: number): ListedFrame | { problem: string } {
  const [hex = "", qualityText = "", secondsText = "", ...rest] = word.split(":");
  if (secondsText === "" || rest.length > 0) return { problem: "is no pdq:quality:seconds" };
  if (!/^[0-9a-f]*$/i.test(hex)) return { problem: "has a hash that holds something else than hex digits" };
  if (hex.length !== 64) return { problem: `has a hash of ${hex.length} hex digits; PDQ takes 64` };
  const quality = Number(qualityText);
  if (!/^\d{1,3}$/.test(qualityText) || quality > 100) {
    return { problem: "has a quality that is no whole number from 0 to 100" };
  }
  const timeMs = Math.round(Number(secondsText) * 1000);
  if (!/^\d{1,7}(\.\d{1,3})?$/.test(secondsText) || timeMs > MAX_TIME_MS) {
    return {
      problem: `has a time that is no number of seconds up to ${MAX_TIME_MS / 1000} with at most three decimals`,
    };
  }
  if (timeMs < earliestMs) return { problem: "is shown before the frame in front of it; frames go by time" };
  return { pdq: Buffer.from(hex, "hex"), quality, timeMs };
}
