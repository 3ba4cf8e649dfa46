import type {
  Cohort,
  Figure,
  GetScorecardRequest,
  GetScorecardResponse,
} from "@ntd/proto/compliance/v1/compliance_service";
import { durationOf, gather, inSlices, Problem } from "@ntd/service";
import { cohortFigures, type OtherCohort } from "../cohorts/figures.ts";
import { cohortOf } from "./cohort.ts";
import { readRange, type Range } from "./range.ts";
import { scorecard, type FigureValue, type ScoreFigure } from "./scorecard.ts";
import type { Deps } from "../deps.ts";

/** The figures of a cohort as they are now. */
export function getScorecard(deps: Deps) {
  return async (request: GetScorecardRequest): Promise<GetScorecardResponse> => {
    const { range, cohort } = gather({ range: () => readRange(request), cohort: () => readCohort(request) });
    const asOfTime = deps.clock.now();
    const { figures, ...made } = await scorecardOf(deps, cohort, range, asOfTime);
    return {
      providerId: request.providerId,
      fromTime: range.from,
      toTime: range.to,
      asOfTime,
      cohort,
      ...made,
      figures: figures.map((figure) => ({ ...figure, value: toValue(figure.value) })),
    };
  };
}

type AskedCohort = OtherCohort | Cohort.NOTICES;
type Made = Pick<GetScorecardResponse, "environments" | "slotsRequired"> & { figures: ScoreFigure[] };

async function scorecardOf(deps: Deps, cohort: AskedCohort, range: Range, asOf: Date): Promise<Made> {
  if (cohort === "COHORT_NOTICES") {
    return inSlices(scorecard(await cohortOf(deps.timelines, range), asOf.getTime()));
  }
  return { environments: [], slotsRequired: 0, figures: await cohortFigures(deps, cohort, range, asOf) };
}

function readCohort({ providerId, cohort = "COHORT_UNSPECIFIED" }: GetScorecardRequest): AskedCohort {
  if (cohort === "COHORT_UNSPECIFIED") return "COHORT_NOTICES";
  if (cohort === "UNRECOGNIZED") {
    throw Problem.fields({ field: "cohort", description: "is none that this release knows" });
  }
  if (cohort !== "COHORT_NOTICES" && providerId !== "") {
    const description = "is for notices to providers alone; leave it out for another cohort";
    throw Problem.fields({ field: "provider_id", description });
  }
  return cohort;
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
