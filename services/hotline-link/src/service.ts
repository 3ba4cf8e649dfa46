import { readFileSync } from "node:fs";
import { startService, type Overrides, type Running } from "@ntd/host";
import { HotlineLinkServiceService } from "@ntd/proto/hotline/v1/hotline_link_service";
import { service } from "@ntd/rpc";
import { parseData, watchSealingKeys } from "@ntd/service";
import { access } from "./access.ts";
import { listAnswers } from "./answers/rpc-list-answers.ts";
import { rulesIn, type Rule } from "./answers/rules.ts";
import type { HotlineLinkConfig } from "./config.ts";
import { startEveryMinuteTrim } from "./records/every-minute-trim.ts";
import { sendRecord } from "./records/rpc-send-record.ts";
import { openCollections } from "./store.ts";
import { STUB } from "./stub.ts";

export function start(config: HotlineLinkConfig, overrides?: Overrides): Promise<Running> {
  return startService({
    name: "hotline-link",
    config,
    overrides,
    access,
    open: async ({ store, clock, health, log, use }) => {
      const rules = readRules(config.answersFile);
      log.warn({ rules: rules.length }, STUB);
      health.degrade("STUB");
      health.add({ name: "STUB: answers from a file", run: () => Promise.resolve() });
      const sealer = use(watchSealingKeys(config.sealingKeysFile, log));
      return { ...(await openCollections(store)), clock, log, sealer, rules, keepMs: config.keepMs };
    },
    loops: (deps) => ({ trim: () => startEveryMinuteTrim(deps) }),
    serve: (deps) => [
      service(HotlineLinkServiceService, { sendRecord: sendRecord(deps), listAnswers: listAnswers(deps) }),
    ],
  });
}

function readRules(path: string): readonly Rule[] {
  return path === "" ? [] : parseData(readFileSync(path, "utf8"), path, rulesIn);
}
