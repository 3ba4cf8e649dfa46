import { readFileSync } from "node:fs";
import { startService, type Overrides, type Running } from "@ntd/host";
import { CheckServiceService } from "@ntd/proto/matching/v1/check_service";
import { servingAsker, watchIdentity } from "@ntd/rpc";
import { Problem, watchFiles, type Logger } from "@ntd/service";
import { Batches } from "./batches.ts";
import type { HmaGatewayConfig } from "./config.ts";
import { serveHttp, tokenIn } from "./http-server.ts";

/** Starts the gateway at a platform of the industry. It speaks HMA's REST to that platform and asks ntd in its name. */
export async function start(config: HmaGatewayConfig, overrides?: Overrides): Promise<Running> {
  let address = "";
  const running = await startService({
    name: "hma-gateway",
    config,
    overrides,
    open: async ({ log, health, peer, use }) => {
      const { matchingAddress, identityDir, tokenFile, pdqQuality, recipe, listen } = config;
      const matching = peer(CheckServiceService, { address: matchingAddress });
      const asker = use(servingAsker(matchingAddress, use(watchIdentity(identityDir, log))));
      const isReady = async () => (await asker.ask()).says === "serving";
      health.add({ name: "matching", run: () => requireReady(isReady) });
      const batches = new Batches(async (fingerprints) => {
        const request = { fingerprints, ...(recipe !== "" && { recipe }) };
        return (await matching.checkHashes(request)).answers;
      });
      const platform = { ask: batches.ask.bind(batches), isReady, pdqQuality };
      const token = tokenFile === "" ? undefined : use(watchToken(tokenFile, log));
      ({ address } = use(await serveHttp(listen, token && (() => token.value), platform, log)));
      log.info({ address }, "answering in HMA's form");
    },
  });
  return { address, [Symbol.asyncDispose]: () => running[Symbol.asyncDispose]() };
}

async function requireReady(isReady: () => Promise<boolean>): Promise<void> {
  if (!(await isReady())) throw new Problem("PEER_UNAVAILABLE");
}

function watchToken(path: string, log: Logger) {
  return watchFiles({ what: "the token", paths: [path], log, read: () => tokenIn(readFileSync(path, "utf8")) });
}
