import { readCommon, readConfig, type CommonConfig, type ConfigReader } from "@ntd/service";

export interface IspAgentConfig extends CommonConfig {
  takedownAddress: string;
  /** Whose notices these are: the addressee that a notice must name. */
  providerId: string;
  storeUrl: string;
  /** The platform's signing keys, pinned at first contact. */
  keysFile: string;
  /** What is pending, as JSON, for the provider's own people. Empty: none. */
  statusFile: string;
  /** The command that acts on a notice and its arguments. Empty: nothing acts, everything stays pending. */
  handler: readonly string[];
  handlerTimeoutMs: number;
  /** Failed attempts at a notice before it waits for a person. */
  maxAttempts: number;
}

export const readIspAgentConfig = (environment: Readonly<Record<string, string | undefined>>): IspAgentConfig =>
  readConfig("ISP_AGENT", environment, (own, shared) => ({
    ...readCommon(own, shared),
    takedownAddress: shared.text("TAKEDOWN_ADDRESS"),
    providerId: own.text("PROVIDER_ID"),
    storeUrl: own.text("STORE_URL"),
    keysFile: own.text("KEYS_FILE"),
    statusFile: own.text("STATUS_FILE", ""),
    handler: readHandler(own),
    handlerTimeoutMs: own.integer("HANDLER_TIMEOUT_MS", { fallback: 60_000, min: 1 }),
    maxAttempts: own.integer("MAX_ATTEMPTS", { fallback: 10, min: 1 }),
  }));

function readHandler(own: ConfigReader): string[] {
  const text = own.text("HANDLER", "");
  if (text === "") return [];
  const words = parsed(text);
  if (Array.isArray(words) && words.length > 0 && words.every((word) => typeof word === "string" && word !== "")) {
    return words;
  }
  own.fault("HANDLER", 'is no command as a JSON array of words such as ["/opt/remove", "--now"]');
  return [];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
