import type { Clock, Sealer } from "@ntd/service";
import type { Waiting } from "./bundles/waiting.ts";
import type { Senders } from "./bundles/senders.ts";
import type { Helplines } from "./answers/helplines.ts";
import type { Sentences } from "./answers/sentences.ts";
import type { Peers } from "./complaints/verdict-for.ts";
import type { ListedReporters } from "./reporters/listed.ts";
import type { Collections } from "./store.ts";

/** What handlers work with; made once by `start`. */
export interface Deps extends Collections {
  clock: Clock;
  sealer: Sealer;
  /** Who helps a child; undefined where nobody said. */
  helplines: { readonly value: Helplines } | undefined;
  sentences: { readonly value: Sentences };
  /** Whom the hotline knows; undefined where it knows nobody, and each says of themselves by which way they report. */
  reporters: { readonly value: ListedReporters } | undefined;
  /** After how long a complaint is answered. */
  inquiryMs: number;
  /** Of what a provider may be told of its complaint; undefined where they are not configured. */
  peers: Peers | undefined;
  /** Who sends how fast, and whose reports wait. */
  senders: Senders;
  /** Hears how many reports wait, and since when. */
  noteWaiting: (waiting: Waiting) => void;
  waiting: () => Waiting;
  /** From which target ids are computed; the prober holds the same one. */
  targetKey: Uint8Array;
}
