import { join } from "node:path";
import { packageFiles, prepareSandbox, type Program, type Sandbox } from "@ntd/sandbox";
import { Problem } from "@ntd/service";
import type { FingerprintConfig } from "./config.ts";

/** What a Node has mapped before it decodes anything: only what comes on top is a picture's. */
const MAPPED_MB = 1024;
/** Of a decoder's whole life; a well-behaved one is replaced at half of it. */
export const LIFE_SECONDS = 600;

// For glibc's allocator: pixels of common pictures are kept from one to the next, which saves the faults of fresh pages;
// those of large ones go back at once; and its threads share one heap, or each would keep what it once needed.
const KEPT_BYTES = String(16 * 1024 * 1024);
const MEMORY = { MALLOC_ARENA_MAX: "1", MALLOC_TRIM_THRESHOLD_: KEPT_BYTES, MALLOC_MMAP_THRESHOLD_: KEPT_BYTES };

const here = import.meta.dirname;

/**
 * The sandbox that decoders run in: whoever takes one over finds no settings, no file but libraries, no network and no
 * other process. Node's own permissions are a second wall within it.
 *
 * @throws Problem CONFIG_INVALID when the kind that is demanded does not work here, or LIVE finds none.
 */
export async function decoderSandbox({
  sandbox: wish,
  maxRssMb,
  environment,
}: Pick<FingerprintConfig, "sandbox" | "maxRssMb" | "environment">): Promise<Sandbox> {
  const sandbox = await prepareSandbox(decoderProgram(maxRssMb), wish).catch((error: unknown) => {
    const why = error instanceof Error ? error.message : String(error);
    throw new Problem("CONFIG_INVALID", `FINGERPRINT_SANDBOX: ${why} ${MEND}`, { cause: error });
  });
  if (environment === "LIVE" && sandbox.kind === "none") {
    throw new Problem("CONFIG_INVALID", `LIVE decodes pictures in a sandbox only (${sandbox.why}). ${MEND}`);
  }
  return sandbox;
}

const MEND = "Install bubblewrap, and let this user make user namespaces or run the service as root.";

/** What runs in the sandbox. */
export function decoderProgram(maxRssMb: number): Program {
  return {
    command: [
      process.execPath,
      "--expose-gc",
      "--permission",
      "--allow-fs-read=*",
      "--allow-addons",
      "--disable-warning=SecurityWarning",
      join(here, "decoder.ts"),
    ],
    env: MEMORY,
    files: [
      ...["decoder.ts", "decoder-words.ts", "../package.json"].map((file) => join(here, file)),
      ...packageFiles(["@ntd/imagehash"], here),
    ],
    limits: { dataMb: maxRssMb + MAPPED_MB, cpuSeconds: LIFE_SECONDS },
  };
}
