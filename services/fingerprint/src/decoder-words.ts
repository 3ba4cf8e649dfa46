import type { Readable } from "node:stream";
import type { PerceptualAlgorithm } from "@ntd/imagehash";
import type { DecoderAnswer, DecoderTask, Decoded } from "./decoding.ts";

/**
 * What a decoder says, a line each: that it is ready, and which hashes of known pictures it computes wrongly, if any; of a
 * picture what it knows so far; and one answer to each picture. A word, and what it is about in JSON, hashes in hex.
 */
export type DecoderWord = "ready" | "so-far" | "answer";
type Said = { ready: PerceptualAlgorithm[]; "so-far": Decoded; answer: DecoderAnswer };

export function lineOf<Word extends DecoderWord>(word: Word, what: Said[Word]): string {
  const inHex = (_: string, value: unknown) =>
    value instanceof Uint8Array ? Buffer.from(value).toString("hex") : value;
  return `${word} ${JSON.stringify(what, inHex)}\n`;
}

/** The head of a task, behind which the picture's bytes follow. */
export function headOf({ bytes, ...asked }: DecoderTask): string {
  return `${JSON.stringify({ ...asked, length: bytes.byteLength })}\n`;
}

/** The tasks that the service sends, one after the other. What it sends is its own: it is believed. */
export async function* tasksFrom(stream: Readable): AsyncGenerator<DecoderTask, void> {
  let [head, filled] = ["", 0];
  let task: DecoderTask | undefined;
  for await (const chunk of stream) {
    for (let rest = chunk as Buffer; rest.length > 0;) {
      if (task === undefined) {
        const end = rest.indexOf("\n");
        head += rest.toString("latin1", 0, end < 0 ? rest.length : end);
        if (end < 0) break;
        [task, head, filled] = [taskOf(head), "", 0];
        rest = rest.subarray(end + 1);
      }
      const part = rest.subarray(0, task.bytes.length - filled);
      task.bytes.set(part, filled);
      filled += part.length;
      rest = rest.subarray(part.length);
      if (filled < task.bytes.length) continue;
      yield task;
      task = undefined;
    }
  }
}

function taskOf(head: string): DecoderTask {
  const { length, ...asked } = JSON.parse(head) as Omit<DecoderTask, "bytes"> & { length: number };
  return { ...asked, bytes: new Uint8Array(length) };
}
