import { readCommon, readConfig, type CommonConfig } from "@ntd/service";

export interface HmaGatewayConfig extends CommonConfig {
  matchingAddress: string;
  /** A file with what callers send as "Authorization: Bearer …". Empty: nobody is asked, which loopback alone allows. */
  tokenFile: string;
  /** HMA's clients tell no quality of a PDQ hash: what counts where the address has none. */
  pdqQuality: number;
  /** How the platform makes PDQ, as `CheckHashesRequest.recipe`. Empty: not known. */
  recipe: string;
}

export const readHmaGatewayConfig = (environment: Readonly<Record<string, string | undefined>>): HmaGatewayConfig =>
  readConfig("HMA_GATEWAY", environment, (own, shared) => {
    const common = readCommon(own, shared);
    const tokenFile = own.secret("TOKEN_FILE", "");
    if (tokenFile === "" && !isLoopback(common.listen)) {
      own.fault("LISTEN", "is not of loopback: whoever reaches it could ask in your name; name a secret in TOKEN_FILE");
    }
    return {
      ...common,
      matchingAddress: shared.text("MATCHING_ADDRESS"),
      tokenFile,
      pdqQuality: own.integer("PDQ_QUALITY", { fallback: 50, max: 100 }),
      recipe: own.text("RECIPE", ""),
    };
  });

/** Whether a host, or host:port, is this machine's own. */
export function isLoopback(address: string): boolean {
  const host = address.replace(/:\d*$/, "");
  return host === "localhost" || host === "[::1]" || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host);
}
