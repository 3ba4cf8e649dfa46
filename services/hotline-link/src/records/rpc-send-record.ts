import {
  HotlineRecord,
  type SendRecordRequest,
  type SendRecordResponse,
} from "@ntd/proto/hotline/v1/hotline_link_service";
import { Problem } from "@ntd/service";
import { change } from "@ntd/store";
import type { Deps } from "../deps.ts";
import { said } from "../stub.ts";
import { received } from "./record.ts";
import { recordFaults } from "./record-fault.ts";

/** Keeps a record; again, or a newer revision of it, it is one document. */
export function sendRecord({ records, clock, sealer, rules }: Deps) {
  return async ({ record }: SendRecordRequest): Promise<SendRecordResponse> => {
    if (record === undefined) throw Problem.fields({ field: "record", description: "is missing" });
    const faults = recordFaults(record);
    if (faults.length > 0) throw Problem.fields(...faults);
    const now = clock.now();
    const sealed = sealer.seal(Buffer.from(HotlineRecord.encode(record).finish()).toString("base64"), "address", now);
    const stored = await change(records, record.reference, (known) => {
      const next = received(known, { record, sealed }, rules, now);
      return next === known ? undefined : { state: next };
    });
    return { receivedTime: stored?.state.receivedTime ?? now, ...said };
  };
}
