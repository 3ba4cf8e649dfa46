import { startService, type Overrides, type Running } from "@ntd/host";
import { FingerprintServiceService } from "@ntd/proto/fingerprint/v1/fingerprint_service";
import { service } from "@ntd/rpc";
import { access } from "./access.ts";
import type { FingerprintConfig } from "./config.ts";
import { decoderSandbox } from "./decoder-sandbox.ts";
import { showSandbox } from "./metrics.ts";
import { openDecoders } from "./open-decoders.ts";
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
    open: async ({ use, health, log }) => {
      const sandbox = await decoderSandbox(config);
      const { kind, why } = sandbox;
      log.info({ kind, ...(why !== "" && { why }) }, "pictures are decoded in a sandbox of this kind");
      use(showSandbox(kind));
      return use(openDecoders(sandbox, config, health, log));
    },
    facts: (pool) => ({ sandbox: pool.sandboxKind }),
    serve: (pool) => [
      service(FingerprintServiceService, {
        computeFingerprints: (request, context) => computeFingerprints(pool, request, context.signal),
      }),
    ],
  });
}
