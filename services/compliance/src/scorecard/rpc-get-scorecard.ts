import type { Figure, GetScorecardRequest, GetScorecardResponse } from "@ntd/proto/compliance/v1/compliance_service";
import { durationOf, inSlices } from "@ntd/service";
import { cohortOf } from "./cohort.ts";
import { readRange } from "./range.ts";
import { scorecard, type FigureValue } from "./scorecard.ts";
import type { Deps } from "../deps.ts";

/** The figures of a cohort as they are now. */
export function getScorecard({ timelines, clock }: Pick<Deps, "timelines" | "clock">) {
  return async (request: GetScorecardRequest): Promise<GetScorecardResponse> => {
    const range = readRange(request);
    const asOfTime = clock.now();
    const cohort = await cohortOf(timelines, range);
    const { figures, environments, slotsRequired } = await inSlices(scorecard(cohort, asOfTime.getTime()));
    return {
      providerId: request.providerId,
      fromTime: range.from,
      toTime: range.to,
      asOfTime,
      environments,
      slotsRequired,
      figures: figures.map((figure) => ({ ...figure, value: toValue(figure.value) })),
    };
  };
}

function toValue(value: FigureValue): Figure["value"] {
  switch (value.kind) {
    case "count":
      return { $case: "count", value: BigInt(value.count) };
    case "time":
      return { $case: "duration", value: durationOf(value.ms) };
    case "share":
      return { $case: "share", value: value.share };
    case "not reached":
      return { $case: "notReached", value: true };
  }
}
