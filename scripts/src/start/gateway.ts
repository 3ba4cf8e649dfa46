import { join } from "node:path";
import { takePort, type Machine } from "@ntd/embedded";
import { Problem, startLoop, type Logger } from "@ntd/service";
import { managed } from "../platform/process.ts";
import type { Platform } from "../platform/platform.ts";

/** Where HMA itself listens. */
const STANDARD = "127.0.0.1:5100";

/**
 * HMA's REST beside the platform, for a trial: elsewhere it runs at the platform of the industry that asks. It has an
 * identity of its own, industry/trial; when it ends it is started again.
 *
 * @throws Problem CONFIG_INVALID when its port is taken.
 */
export async function startGateway(
  { machine, endpoints }: Pick<Platform, "endpoints"> & { machine: Pick<Machine, "identity" | "dir"> },
  environment: string,
  log: Logger,
): Promise<AsyncDisposable & { told: string; pid: () => number }> {
  const listen = process.env["HMA_GATEWAY_LISTEN"] || STANDARD;
  if (!(await takePort(Number(listen.split(":").at(-1))))) {
    const mend = "give another one: HMA_GATEWAY_LISTEN=127.0.0.1:PORT ./scripts/start --hma-gateway";
    throw new Problem("CONFIG_INVALID", `${listen} of hma-gateway is taken; ${mend}`);
  }
  await using stack = new AsyncDisposableStack();
  const gateway = stack.use(
    managed({
      name: "hma-gateway",
      main: join(import.meta.dirname, "../../../services/hma-gateway/src/main.ts"),
      environment: {
        NTD_ENVIRONMENT: environment,
        NTD_MATCHING_ADDRESS: endpoints["matching"] ?? "",
        HMA_GATEWAY_IDENTITY_DIR: await machine.identity("industry", "trial"),
        HMA_GATEWAY_LISTEN: listen,
      },
      logFile: join(machine.dir, "logs", "hma-gateway.log"),
    }),
  );
  stack.use(startLoop("hma-gateway", 1000, log, async () => gateway.start()));
  const running = stack.move();
  const told = `  hma-gateway  http://${listen}/m/lookup?signal_type=pdq&signal=HEX, as industry/trial`;
  return { told, pid: () => gateway.pid, [Symbol.asyncDispose]: () => running.disposeAsync() };
}
