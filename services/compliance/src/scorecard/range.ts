import type { GetScorecardRequest } from "@ntd/proto/compliance/v1/compliance_service";
import { Problem, type FieldFault } from "@ntd/service";

/** A cohort: notices issued in [from, to), of one provider or (undefined) of all. */
export interface Range {
  providerId: string | undefined;
  from: Date;
  to: Date;
}

/** @throws Problem FIELD_INVALID naming every fault. */
export function readRange({ providerId, fromTime, toTime }: GetScorecardRequest): Range {
  const faults: FieldFault[] = [];
  if (fromTime === undefined)
    faults.push({ field: "from_time", description: "is missing; it begins the range of issue" });
  if (toTime === undefined) faults.push({ field: "to_time", description: "is missing; it ends the range of issue" });
  if (fromTime !== undefined && toTime !== undefined) {
    if (fromTime < toTime)
      return { providerId: providerId === "" ? undefined : providerId, from: fromTime, to: toTime };
    const [from, to] = [fromTime, toTime].map((t) => t.toISOString());
    faults.push({ field: "to_time", description: `${to} is not after from_time ${from}; take a later one` });
  }
  throw Problem.fields(...faults);
}

/** The range as a condition on a time. */
export function within({ from, to }: Pick<Range, "from" | "to">): { gte: Date; lt: Date } {
  return { gte: from, lt: to };
}

/** The range as a condition on stored timelines. */
export function inRange({ providerId, from, to }: Range) {
  return { issuedTime: within({ from, to }), ...(providerId !== undefined && { providerId }) };
}
