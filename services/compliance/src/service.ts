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
import { openRecords } from "./store.ts";

export function start(config: ComplianceConfig, overrides?: Overrides): Promise<Running> {
  return startService({
    name: "compliance",
    config,
    overrides,
    access,
    open: async ({ store, clock }) => ({ records: await openRecords(store), clock }),
    work: ({ records }) => ({
      report: onReport(records),
      target: onTarget(records),
      case: onCase(records),
      notice: onNotice(records),
    }),
    serve: ({ records, clock }) => [
      service(ComplianceServiceService, {
        getScorecard: getScorecard(records, clock),
        listNoticeTimes: listNoticeTimes(records),
      }),
    ],
  });
}
