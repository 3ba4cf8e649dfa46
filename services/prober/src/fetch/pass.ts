import type { ComputeFilmResponse } from "@ntd/proto/fingerprint/v1/film_service";
import { unpacked } from "./content-coding.ts";
import type { Incoming, Pace } from "./incoming.ts";

/** What is done with films, and with all that is too large to be collected: it is handed on while it comes, and not kept. */
export interface Pass extends Pace {
  /** Unpacked. */
  maxBytes: number;
  /** Told of what comes, unpacked; false when no more of it may be read. */
  came?: (bytes: number) => boolean;
  /**
   * Takes all of it.
   *
   * @param start of it, unpacked: a MiB, or all there is.
   * @throws Problem where nobody can say what it is, which says nothing of the host.
   */
  to: (chunks: AsyncIterable<Uint8Array>, start: Uint8Array) => Promise<ComputeFilmResponse>;
}

/** @throws what the host does wrong, BodyTooLarge for one, and what `pass.to` throws. */
export async function passed(
  incoming: Incoming,
  coding: string,
  start: Uint8Array,
  pass: Pass,
): Promise<ComputeFilmResponse> {
  const faults: unknown[] = [];
  async function* chunks() {
    try {
      yield* unpacked(incoming.all(pass), coding, pass);
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
