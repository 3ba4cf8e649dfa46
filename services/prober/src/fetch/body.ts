import { BodyTooLarge, decoded } from "./content-coding.ts";
import type { Answer } from "./exchange.ts";

/**
 * The whole body, unpacked; short: it ended before its time, and counts as far as it came.
 *
 * @throws BodyTooLarge, announced or not, and what the network or zlib say.
 */
export async function wholeBody({ headers, body }: Answer, maxBytes: number, signal: AbortSignal) {
  if (Number(headers.get("content-length")?.[0] ?? 0) > maxBytes) throw new BodyTooLarge();
  const { bytes, short } = await upTo(maxBytes, body, signal);
  const encoding = headers.get("content-encoding")?.join(",") ?? "";
  return { bytes: await decoded(bytes, encoding, maxBytes), ...(short && { short }) };
}

async function upTo(
  maxBytes: number,
  body: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): Promise<{ bytes: Uint8Array; short?: true }> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of body) {
      length += chunk.length;
      if (length > maxBytes) throw new BodyTooLarge();
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof BodyTooLarge || length === 0 || signal.aborted) throw error;
    return { bytes: Buffer.concat(chunks), short: true };
  }
  return { bytes: Buffer.concat(chunks) };
}
