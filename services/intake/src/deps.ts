import type { Clock, Sealer } from "@ntd/service";
import type { Peers } from "./complaints/verdict-for.ts";
import type { Collections } from "./store.ts";

/** What handlers work with; made once by `start`. */
export interface Deps extends Collections {
  clock: Clock;
  sealer: Sealer;
  /** For how long it is kept who read what reporters said. */
  readingsKeptMs: number;
  /** After how long a complaint is answered. */
  inquiryMs: number;
  /** Of what a provider may be told of its complaint; undefined where they are not configured. */
  peers: Peers | undefined;
  /** From which target ids are computed; the prober holds the same one. */
  targetKey: Uint8Array;
}
