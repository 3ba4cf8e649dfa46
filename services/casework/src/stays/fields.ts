import type { SetStayRequest } from "@ntd/proto/casework/v1/stay_service";
import { Problem } from "@ntd/service";

const MAX_NAME = 200;

/** @throws Problem FIELD_INVALID naming which of court and reference is empty or too long. */
export function requireCourt({ court, reference }: Pick<SetStayRequest, "court" | "reference">): void {
  const faults = Object.entries({ court, reference })
    .filter(([, value]) => value.trim() === "" || value.length > MAX_NAME)
    .map(([field, value]) => {
      const length = value.trim() === "" ? "no" : value.length;
      return { field, description: `has ${length} characters; it takes 1 to ${MAX_NAME}` };
    });
  if (faults.length > 0) throw Problem.fields(...faults);
}
