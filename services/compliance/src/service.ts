import { startService, type Overrides, type Running } from "@ntd/host";
import { ComplianceServiceService } from "@ntd/proto/compliance/v1/compliance_service";
import { service } from "@ntd/rpc";
import { access } from "./access.ts";
import type { ComplianceConfig } from "./config.ts";
import { onCase } from "./timelines/on-case.ts";
import { onNotice } from "./timelines/on-notice.ts";
import { onReport } from "./timelines/on-report.ts";
import { onTarget } from "./timelines/on-target.ts";
import { getScorecard } from "./scorecard/rpc-get-scorecard.ts";
import { listNoticeTimes } from "./scorecard/rpc-list-notice-times.ts";
import { openCollections } from "./store.ts";

export function start(config: ComplianceConfig, overrides?: Overrides): Promise<Running> {
  return startService({
    name: "compliance",
    config,
    overrides,
    access,
    open: async ({ store, clock }) => ({ ...(await openCollections(store)), clock }),
    work: (deps) => ({
      report: onReport(deps),
      target: onTarget(deps),
      case: onCase(deps),
      notice: onNotice(deps),
    }),
    readings: ({ readings }) => readings,
    serve: (deps) => [
      service(ComplianceServiceService, {
        getScorecard: getScorecard(deps),
        listNoticeTimes: listNoticeTimes(deps),
      }),
    ],
  });
}
