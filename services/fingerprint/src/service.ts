import { startService, type Overrides, type Running } from "@ntd/host";
import { FilmServiceService } from "@ntd/proto/fingerprint/v1/film_service";
import { FingerprintServiceService } from "@ntd/proto/fingerprint/v1/fingerprint_service";
import { service } from "@ntd/rpc";
import { access } from "./access.ts";
import type { FingerprintConfig } from "./config.ts";
import { decoderSandbox } from "./decoder-sandbox.ts";
import { openFilms } from "./films/open-films.ts";
import { computeFilm } from "./films/rpc-compute-film.ts";
import { showSandbox } from "./metrics.ts";
import { openDecoders } from "./open-decoders.ts";
import { computeFingerprints } from "./rpc-compute-fingerprints.ts";

/** A file of 25 MiB, which is the most that is decoded, and what surrounds it. */
const MAX_MESSAGE_BYTES = 26 * 1024 * 1024;

/** For a film to come, to wait for its turn, and to be decoded. */
const FILM_MS = 600_000;

export function start(config: FingerprintConfig, overrides?: Overrides): Promise<Running> {
  return startService({
    name: "fingerprint",
    config,
    overrides,
    access,
    maxMessageBytes: MAX_MESSAGE_BYTES,
    callMs: { "/ntd.fingerprint.v1.FilmService/ComputeFilm": FILM_MS },
    open: async ({ use, health, log }) => {
      const tried = decoderSandbox(config);
      const films = openFilms(tried, config, health, log);
      // It fails as the trial does, which is told below.
      films.catch(() => undefined);
      const sandbox = await tried;
      const { kind, why } = sandbox;
      log.info({ kind, ...(why !== "" && { why }) }, "pictures are decoded in a sandbox of this kind");
      use(showSandbox(kind));
      const pool = use(openDecoders(sandbox, config, health, log));
      return { pool, films: await films };
    },
    facts: ({ pool, films }) => ({ sandbox: pool.sandboxKind, films: films.decodes ? "frames" : "bytes" }),
    serve: ({ pool, films }) => [
      service(FingerprintServiceService, {
        computeFingerprints: (request, context) => computeFingerprints({ pool, films }, request, context.signal),
      }),
      service(FilmServiceService, {
        computeFilm: (requests, context) => computeFilm(films, requests, context.signal),
      }),
    ],
  });
}
