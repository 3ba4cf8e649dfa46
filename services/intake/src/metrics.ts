import type { Channel } from "@ntd/proto/intake/v1/report";
import { counter } from "@ntd/service";

const accepted = counter("ntd_intake_reports_accepted", "Reports that were saved");

/** A report was saved; repeats do not count. */
export function reportAccepted(channel: Channel): void {
  accepted({ channel });
}
