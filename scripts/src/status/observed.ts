import type { GetStatusResponse } from "@ntd/proto/operations/v1/status_service";

/** What became of asking one service how it is. */
export type Observed = { service: string; address: string } & (
  | {
      status: GetStatusResponse;
      /** How far its clock is ahead of ours, as near as the way there lets us say. */ offsetMs: number;
    }
  | {
      silence: string;
      /** It answers, and refuses whoever asks. */ refuses?: boolean;
    }
);

/** A certificate and when it ends. */
export interface Ends {
  what: string;
  end: Date;
}

/** All that `ntd status` knows of a moment. */
export interface Observation {
  now: Date;
  services: readonly Observed[];
  /** Of whoever asks: their own certificate and its authority. */
  own: readonly Ends[];
}
