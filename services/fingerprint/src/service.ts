import { FingerprintServiceService } from "@ntd/proto/fingerprint/v1/fingerprint_service";
import { service, startRpcServer } from "@ntd/rpc";
import { createLog, Health } from "@ntd/service";
import { access } from "./access.ts";
import type { FingerprintConfig } from "./config.ts";
import { DecoderPool } from "./decoder-pool.ts";
import { computeFingerprints } from "./rpc-compute-fingerprints.ts";

export interface Running extends AsyncDisposable {
  readonly address: string;
}

/** A file of 25 MiB, which is the most that is decoded, and what surrounds it. */
const MAX_MESSAGE_BYTES = 26 * 1024 * 1024;

export async function start(config: FingerprintConfig): Promise<Running> {
  await using stack = new AsyncDisposableStack();
  const log = createLog("fingerprint", config.logLevel);
  const health = new Health(log);
  const pool = stack.use(new DecoderPool(config, log));
  health.add({ name: "decoder", run: () => pool.check() });
  const server = stack.use(
    await startRpcServer({ ...config, access, health, log, maxMessageBytes: MAX_MESSAGE_BYTES }, [
      service(FingerprintServiceService, {
        computeFingerprints: (request, context) => computeFingerprints(pool, request, context.signal),
      }),
    ]),
  );
  health.start();
  stack.use(health);
  const running = stack.move();
  return { address: server.address, [Symbol.asyncDispose]: () => running[Symbol.asyncDispose]() };
}
