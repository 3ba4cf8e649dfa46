import type { CaseFile } from "./case.ts";

/**
 * Whether a child is in danger now: by the newest word of an assessor or officer, and while there is none by any report;
 * with "trusted" only by a report of police or of a reporter whom the hotline trusts.
 */
export function isLifeAtRisk({ flags, reports }: Pick<CaseFile, "flags" | "reports">, by?: "trusted"): boolean {
  if (flags?.lifeAtRisk !== undefined) return flags.lifeAtRisk.is;
  return by === "trusted" ? reports.lifeAtRisk === "trusted" : reports.lifeAtRisk !== undefined;
}
