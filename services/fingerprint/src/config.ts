import { SANDBOX_KINDS } from "@ntd/sandbox";
import { readCommon, readConfig } from "@ntd/service";

export type FingerprintConfig = ReturnType<typeof readFingerprintConfig>;

export const readFingerprintConfig = (environment: Readonly<Record<string, string | undefined>>) =>
  readConfig("FINGERPRINT", environment, (own, shared) => {
    const common = readCommon(own, shared);
    const sandbox = own.choice("SANDBOX", ["auto", ...SANDBOX_KINDS], "auto");
    if (common.environment === "LIVE" && sandbox === "none") own.fault("SANDBOX", "none is refused in LIVE");
    return {
      ...common,
      /** The kind of sandbox that is demanded of decoders; "auto": the closest that works here. */
      sandbox,
      /** Decoder processes; each decodes one picture at a time. */
      workers: own.integer("WORKERS", { fallback: 2, min: 1, max: 64 }),
      /** A decoder that takes longer over one picture is killed. */
      timeoutMs: own.integer("TIMEOUT_MS", { fallback: 5000, min: 50, max: 60_000 }),
      /** A decoder that holds more memory is killed. An idle one holds about 80 MB. */
      maxRssMb: own.integer("MAX_RSS_MB", { fallback: 700, min: 128, max: 16_384 }),
      /** One picture in so many has its hashes computed by other code too, and by both ways alike. */
      watchEvery: own.integer("WATCH_EVERY", { fallback: 1000, min: 1, max: 1_000_000 }),
      /** The program that decodes films; "": the one that is installed here. */
      ffmpeg: own.text("FFMPEG", ""),
      /** Decoding a film that takes longer is ended; what was seen until then stands. */
      filmTimeoutMs: own.integer("FILM_TIMEOUT_MS", { fallback: 120_000, min: 100, max: 540_000 }),
      /** Films that are longer are told by their bytes alone; each is in memory while it is decoded. */
      maxFilmMb: own.integer("MAX_FILM_MB", { fallback: 256, min: 0, max: 1024 }),
      /** Pictures that may wait for a decoder, and films as many; further ones are refused with RATE_LIMITED. */
      maxWaiting: own.integer("MAX_WAITING", { fallback: 8, min: 0, max: 1000 }),
    };
  });
