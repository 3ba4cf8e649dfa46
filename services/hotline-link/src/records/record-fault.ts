import type { HotlineRecord } from "@ntd/proto/hotline/v1/hotline_link_service";
import { isUuid, type FieldFault } from "@ntd/service";

const MAX_URL = 8192;
const MOST = 100;

/** Everything that is not as hotlines exchange it. No address is in what it says. */
export function recordFaults(record: HotlineRecord): FieldFault[] {
  const faults: FieldFault[] = [];
  const check = (field: string, well: boolean, description: string) => {
    if (!well) faults.push({ field: `record.${field}`, description });
  };
  check("reference", isUuid(record.reference), "is no UUID");
  check("revision", record.revision >= 1, "is not 1 or more");
  check("country", /^[A-Z]{2}$/.test(record.country), "is not two capital letters");
  check("hotline", /^[a-z0-9-]{1,63}$/.test(record.hotline), "is not 1 to 63 lower case letters, digits and -");
  check("url", isAddress(record.url), `is no http or https address of up to ${MAX_URL} characters`);
  check("assessment", ASSESSMENTS.has(record.assessment), "is neither BASELINE nor NATIONAL");
  check("classifications", record.classifications.length <= MOST, `has more than ${MOST} entries`);
  check("fingerprints", record.fingerprints.length <= MOST, `has more than ${MOST} entries`);
  check("is_suspended", !(record.isSuspended && record.isWithdrawn), "goes with no is_withdrawn");
  return faults;
}

const ASSESSMENTS: ReadonlySet<string> = new Set(["RECORD_ASSESSMENT_BASELINE", "RECORD_ASSESSMENT_NATIONAL"]);

function isAddress(url: string): boolean {
  return url.length <= MAX_URL && URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);
}
