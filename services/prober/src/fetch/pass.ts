import type { ComputeFilmResponse } from "@ntd/proto/fingerprint/v1/film_service";
import { BodyTooLarge, unpacked } from "./content-coding.ts";
import type { Incoming, Pace } from "./incoming.ts";

/** What is done with films, and with all that is too large to be collected: it is handed on while it comes, and not kept. */
export interface Pass extends Pace {
  /** Unpacked. */
  maxBytes: number;
  /**
   * Takes so much of what may be read in all, unpacked: what its host says that it has, then what comes beyond that. False
   * when there is not so much left.
   */
  take?: (bytes: number) => boolean;
  /**
   * Takes all of it.
   *
   * @param start of it, unpacked: a MiB, or all there is.
   * @throws Problem where nobody can say what it is, which says nothing of the host.
   */
  to: (chunks: AsyncIterable<Uint8Array>, start: Uint8Array) => Promise<ComputeFilmResponse>;
}

/** @param announced what was taken of it before. @throws what the host does wrong, BodyTooLarge for one, and what `pass.to` throws. */
export async function passed(
  incoming: Incoming,
  coding: string,
  start: Uint8Array,
  pass: Pass,
  announced: number,
): Promise<ComputeFilmResponse> {
  const faults: unknown[] = [];
  async function* chunks() {
    try {
      let length = 0;
      let taken = announced;
      for await (const chunk of unpacked(incoming.all(pass), coding, pass.maxBytes)) {
        length += chunk.length;
        if (length > taken && pass.take?.(length - taken) === false) throw new BodyTooLarge();
        taken = Math.max(taken, length);
        yield chunk;
      }
    } catch (fault) {
      faults.push(fault);
      throw fault;
    }
  }
  try {
    return await pass.to(chunks(), start);
  } catch (error) {
    // Whoever takes it fails by what the host does, too.
    throw faults.length > 0 ? faults[0] : error;
  }
}
