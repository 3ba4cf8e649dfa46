import { readCommon, readConfig, type CommonConfig } from "@ntd/service";

export interface FeedConfig extends CommonConfig {
  /** host:port of hashlists. */
  hashlistsAddress: string;
  /** The private key that signs pages: a JWK with `kid`. */
  signingKeyFile: string;
  /** A JSON Web Key Set of public keys that signed earlier pages. Empty: none. */
  oldSigningKeysFile: string;
  /** 32 secret bytes, of which watermarks are made. With another one earlier copies are told apart no more. */
  watermarkKeyFile: string;
}

export const readFeedConfig = (environment: Readonly<Record<string, string | undefined>>): FeedConfig =>
  readConfig("FEED", environment, (own, shared) => ({
    ...readCommon(own, shared),
    hashlistsAddress: shared.text("HASHLISTS_ADDRESS"),
    signingKeyFile: own.secret("SIGNING_KEY_FILE"),
    oldSigningKeysFile: own.text("OLD_SIGNING_KEYS_FILE", ""),
    watermarkKeyFile: own.secret("WATERMARK_KEY_FILE"),
  }));
