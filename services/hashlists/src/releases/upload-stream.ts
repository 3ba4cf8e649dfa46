import type { UploadHeader, UploadReleaseRequest } from "@ntd/proto/hashlists/v1/hash_list_service";
import { Problem } from "@ntd/service";

type Parts = AsyncIterator<UploadReleaseRequest>;

/** @throws Problem FIELD_INVALID when the stream does not begin with a header. */
export async function readHeader(parts: Parts): Promise<UploadHeader> {
  const first = await parts.next();
  const part = first.done === true ? undefined : first.value.part;
  if (part?.$case === "header") return part.value;
  throw Problem.fields({ field: "header", description: "is missing; it is the first message" });
}

/**
 * The chunks behind the header, up to a trailer that names their bytes.
 *
 * @throws Problem FIELD_INVALID for an order or a count that is not so; TOO_LARGE for more than `maxBytes`.
 */
export async function* readChunks(parts: Parts, maxBytes: number): AsyncGenerator<Uint8Array, void, undefined> {
  let bytes = 0;
  while (true) {
    const next = await parts.next();
    const part = next.done === true ? undefined : next.value.part;
    if (part?.$case === "trailer") return requireEnd(parts, part.value.byteCount, bytes);
    if (next.done === true) throw trailerFault("is missing: the stream broke off; upload again");
    if (part?.$case !== "chunk") {
      throw Problem.fields({ field: "part", description: "after the header come chunks, and a trailer last" });
    }
    bytes += part.value.byteLength;
    if (bytes > maxBytes) throw new Problem("TOO_LARGE", `The file is larger than ${maxBytes} bytes.`);
    yield part.value;
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
