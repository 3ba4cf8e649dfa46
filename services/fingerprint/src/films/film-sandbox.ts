import { prepareSandbox, type Sandbox, type SandboxKind } from "@ntd/sandbox";
import type { FingerprintConfig } from "../config.ts";
import { systemFfmpeg } from "./ffmpeg.ts";

/** What ffmpeg has mapped before it decodes anything: only what comes on top is a film's. */
const MAPPED_MB = 512;

/**
 * What films are decoded in, or why they are not: without ffmpeg, or where it could not be shut in as closely as those who
 * decode pictures are.
 */
export async function filmSandbox(
  { ffmpeg, filmTimeoutMs, maxRssMb }: Pick<FingerprintConfig, "ffmpeg" | "filmTimeoutMs" | "maxRssMb">,
  kind: SandboxKind,
): Promise<Sandbox | string> {
  const program = systemFfmpeg(ffmpeg);
  if (program === undefined) return ffmpeg === "" ? "ffmpeg is not installed" : `there is no program ${ffmpeg}`;
  // Two threads for all the time that there is, and the start.
  const limits = { dataMb: maxRssMb + MAPPED_MB, cpuSeconds: Math.ceil((2 * filmTimeoutMs) / 1000) + 10 };
  try {
    return await prepareSandbox({ command: [program], env: {}, files: [], limits, proc: true }, kind);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
