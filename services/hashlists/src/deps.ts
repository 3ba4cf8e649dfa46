import type { Schemes } from "@ntd/schemes";
import type { Clock, Logger } from "@ntd/service";
import type { Making } from "./comparison/compare.ts";
import type { KeptAsks } from "./impact/asks.ts";
import type { Peers } from "./impact/peers.ts";
import type { KnownRevoked } from "./revoked/known-revoked.ts";
import type { Collections } from "./store.ts";
import type { LeastPace } from "./uploads/pace.ts";

/** What every call works with. */
export interface Deps extends Collections, Peers {
  clock: Clock;
  log: Logger;
  /** The set that is not any maintainer's. */
  nationalSet: string;
  /** So long a doubt keeps what casework proposed from being found. */
  doubtMs: number;
  /** See `pauseBefore`. */
  growthTurnMs: number;
  /** The national list is to grow, or to lose something. */
  growSoon: () => void;
  /** By which the classes of lists are checked. */
  schemes: Schemes;
  maxReleaseBytes: number;
  uploadMs: number;
  /** An upload of which nothing comes for so long is given up. */
  uploadSilentMs: number;
  uploadsAtOnce: number;
  /** Of uploads that come more slowly others have the place. */
  uploadPace: LeastPace;
  /** So much is kept of uploads that are not over, of all persons together. */
  maxKeptBytes: number;
  /** Told whether no more may be kept. */
  keptAreFull: (areFull: boolean) => void;
  /** What is revoked in a set. */
  revokedIn: KnownRevoked;
  /** Comparisons that are being made, by release and what it is compared with: large lists take a while. */
  comparing: Map<string, Making>;
  /** What is asked of the comparisons that were made last. */
  keptAsks: KeptAsks;
  /** Something waits for another person of which it is not known what would follow. */
  assessSoon: () => void;
  /** Through which counter the entries of a set have noted what it told of them, as far as this process knows. */
  notedStandings: Map<string, number>;
  /** What is in force somewhere is not all there. */
  findLostSoon: () => void;
  /** There is something to clean. */
  kickCleaner: () => void;
}
