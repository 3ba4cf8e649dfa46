import { SANDBOX_KINDS, type Sandbox } from "@ntd/sandbox";
import type { Health, Logger } from "@ntd/service";
import type { FingerprintConfig } from "../config.ts";
import { filmSandbox } from "./film-sandbox.ts";
import { Films } from "./films.ts";

/**
 * Films by their frames where that can be done here; where not, that is said, and makes nothing unwell. They are shut in as
 * closely as `decoders` are: what is closest is tried before it is known what that is, since it mostly is that.
 */
export async function openFilms(
  decoders: Promise<Pick<Sandbox, "kind">>,
  config: FingerprintConfig,
  health: Health,
  log: Logger,
): Promise<Films> {
  const { filmTimeoutMs: timeoutMs, maxFilmMb, maxRssMb, maxWaiting } = config;
  const guess = config.sandbox === "auto" ? SANDBOX_KINDS[0] : config.sandbox;
  const [{ kind }, guessed] = await Promise.all([decoders, filmSandbox(config, guess)]);
  const sandbox = kind === guess ? guessed : await filmSandbox(config, kind);
  const isAbsent = typeof sandbox === "string";
  health.degrade("films:BYTES_ONLY", isAbsent);
  if (isAbsent) log.info({ why: sandbox }, "films are hashed by their bytes alone");
  const maxBytes = maxFilmMb * 1024 * 1024;
  return new Films({ sandbox: isAbsent ? undefined : sandbox, maxBytes, timeoutMs, maxRssMb, maxWaiting });
}
