import type { Sandbox } from "@ntd/sandbox";
import type { Health, Logger } from "@ntd/service";
import type { FingerprintConfig } from "./config.ts";
import { DecoderPool } from "./decoder-pool.ts";
import { countKernelDiffering } from "./metrics.ts";

/** Decoders whose health is the service's, and whose hashes are watched. */
export function openDecoders(sandbox: Sandbox, config: FingerprintConfig, health: Health, log: Logger): DecoderPool {
  health.degrade("sandbox:NONE", sandbox.kind === "none");
  const pool = new DecoderPool({ ...config, sandbox }, log, (kernels, over) => {
    for (const kernel of kernels) countKernelDiffering(kernel, over);
    log.error({ kernels, over }, "two ways to compute the same hash differ; no hash of that picture is answered");
    // Until somebody has looked into it and starts the service anew: that the next picture agrees explains nothing.
    health.degrade("kernels:DIFFER");
  });
  health.add({ name: "decoder", run: () => pool.check() });
  return pool;
}
