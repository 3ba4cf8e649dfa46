import type { Capacity } from "@ntd/proto/intake/v1/complaint";
import type { Channel } from "@ntd/proto/intake/v1/report";
import { counter } from "@ntd/service";

const accepted = counter("ntd_intake_reports_accepted", "Reports that were saved");

/** A report was saved; repeats do not count. */
export function reportAccepted(channel: Channel): void {
  accepted({ channel });
}

const bundled = counter(
  "ntd_intake_reports_bundled",
  "Reports that wait, since their sender sent more than their quota",
);

/** A report was saved that is told later. */
export function reportBundled(channel: Channel): void {
  bundled({ channel });
}

const complaints = counter("ntd_intake_complaints_accepted", "Complaints that were saved");

/** A complaint was saved; repeats do not count. */
export function complaintAccepted(capacity: Capacity): void {
  complaints({ capacity });
}
