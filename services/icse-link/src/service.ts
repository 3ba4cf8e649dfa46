import { IcseLinkServiceService } from "@ntd/proto/icse/v1/icse_link_service";
import { service, startRpcServer } from "@ntd/rpc";
import { createLog, Health, type Logger } from "@ntd/service";
import { access } from "./access.ts";
import { readAnswers } from "./answers-file.ts";
import type { IcseLinkConfig } from "./config.ts";
import { checkFingerprints, STUB } from "./rpc-check-fingerprints.ts";

export interface Running extends AsyncDisposable {
  /** `host:port` of the gRPC server. */
  readonly address: string;
}

export async function start(config: IcseLinkConfig, overrides: { log?: Logger } = {}): Promise<Running> {
  const log = overrides.log ?? createLog("icse-link", config.logLevel);
  const health = new Health(log);
  const answers = readAnswers(config.answersFile);
  log.warn({ answers: answers.size }, STUB);
  health.degrade("STUB");
  await using stack = new AsyncDisposableStack();
  const server = stack.use(
    await startRpcServer({ ...config, access, health, log }, [
      service(IcseLinkServiceService, { checkFingerprints: checkFingerprints(answers) }),
    ]),
  );
  health.add({ name: "STUB: fixed answers", run: () => Promise.resolve() });
  health.start();
  stack.use(health);
  const running = stack.move();
  return { address: server.address, [Symbol.asyncDispose]: () => running[Symbol.asyncDispose]() };
}
