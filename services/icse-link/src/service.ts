import { startService, type Overrides, type Running } from "@ntd/host";
import { IcseLinkServiceService } from "@ntd/proto/icse/v1/icse_link_service";
import { service } from "@ntd/rpc";
import { access } from "./access.ts";
import { readAnswers } from "./answers-file.ts";
import type { IcseLinkConfig } from "./config.ts";
import { checkFingerprints, STUB } from "./rpc-check-fingerprints.ts";

export function start(config: IcseLinkConfig, overrides?: Overrides): Promise<Running> {
  return startService({
    name: "icse-link",
    config,
    overrides,
    access,
    open: ({ health, log }) => {
      const answers = readAnswers(config.answersFile);
      log.warn({ answers: answers.size }, STUB);
      health.degrade("STUB");
      health.add({ name: "STUB: fixed answers", run: () => Promise.resolve() });
      return answers;
    },
    serve: (answers) => [service(IcseLinkServiceService, { checkFingerprints: checkFingerprints(answers) })],
  });
}
