import { createReadStream } from "node:fs";
import { UsageError } from "./failure.ts";

/** What is larger was not written by a person. */
const MOST_BYTES = 2 ** 20;

/**
 * What somebody wrote, from a file or, for "-", from standard input to its end: a slow pipe and a terminal serve, too.
 *
 * @throws UsageError for what cannot be read, is no UTF-8 (its letters would be lost without a word) or has no end.
 */
export async function typedText(file: string, input: AsyncIterable<Uint8Array>, option: string): Promise<string> {
  const where = file === "-" ? "standard input" : file;
  const parts: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const part of file === "-" ? input : (createReadStream(file) as AsyncIterable<Uint8Array>)) {
      parts.push(part);
      bytes += part.length;
      if (bytes > MOST_BYTES) break;
    }
  } catch (cause) {
    throw new UsageError(`${where} cannot be read; name a file of words that is there with ${option}`, { cause });
  }
  if (bytes > MOST_BYTES) throw new UsageError(`${where} holds more than 1 MiB; name a file of words with ${option}`);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Buffer.concat(parts)).trim();
  } catch (cause) {
    throw new UsageError(`${where} is no text in UTF-8; save it as UTF-8 first`, { cause });
  }
}
