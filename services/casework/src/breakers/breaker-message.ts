import type { Breaker as BreakerView, BreakerKind } from "@ntd/proto/casework/v1/breaker_service";
import type { Breaker } from "./breaker.ts";
import type { Subject } from "./subject.ts";

export function breakerView(breakerId: string, { subject, trip, lifting, lifts }: Breaker): BreakerView {
  return {
    breakerId,
    kind: KINDS[subject.kind],
    name: subject.name,
    trippedTime: trip?.time,
    reversals: trip?.reversals ?? 0,
    decisions: trip?.decisions ?? 0,
    providers: trip?.providers ?? 0,
    liftProposedBy: lifting?.by ?? "",
    liftProposedTime: lifting?.time,
    liftedTime: lifts.at(-1)?.lifted.time,
  };
}

const KINDS: Record<Subject["kind"], BreakerKind> = {
  set: "BREAKER_KIND_SET",
  rule: "BREAKER_KIND_RULE",
  person: "BREAKER_KIND_PERSON",
};
