import { startService, type Overrides, type Running } from "@ntd/host";
import { FingerprintServiceService } from "@ntd/proto/fingerprint/v1/fingerprint_service";
import { service } from "@ntd/rpc";
import { access } from "./access.ts";
import type { FingerprintConfig } from "./config.ts";
import { DecoderPool } from "./decoder-pool.ts";
import { computeFingerprints } from "./rpc-compute-fingerprints.ts";

/** A file of 25 MiB, which is the most that is decoded, and what surrounds it. */
const MAX_MESSAGE_BYTES = 26 * 1024 * 1024;

export function start(config: FingerprintConfig, overrides?: Overrides): Promise<Running> {
  return startService({
    name: "fingerprint",
    config,
    overrides,
    access,
    maxMessageBytes: MAX_MESSAGE_BYTES,
    open: ({ use, health, log }) => {
      const pool = use(new DecoderPool(config, log));
      health.add({ name: "decoder", run: () => pool.check() });
      return pool;
    },
    serve: (pool) => [
      service(FingerprintServiceService, {
        computeFingerprints: (request, context) => computeFingerprints(pool, request, context.signal),
      }),
    ],
  });
}
