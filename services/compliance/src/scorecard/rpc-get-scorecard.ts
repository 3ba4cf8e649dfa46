import type { Figure, GetScorecardRequest, GetScorecardResponse } from "@ntd/proto/compliance/v1/compliance_service";
import { inRange, readRange } from "./range.ts";
import { scorecard, type FigureValue } from "./scorecard.ts";
import type { Deps } from "../deps.ts";
import { timesOf, type NoticeTimes } from "../timelines/timeline.ts";

/** The figures of a cohort as they are now. */
export function getScorecard({ timelines, clock }: Pick<Deps, "timelines" | "clock">) {
  return async (request: GetScorecardRequest): Promise<GetScorecardResponse> => {
    const range = readRange(request);
    const asOfTime = clock.now();
    const cohort: NoticeTimes[] = [];
    const pages = timelines.pages({ where: inRange(range), orderBy: "issuedTime" }, 500);
    for await (const page of pages) cohort.push(...page.map(({ state }) => timesOf(state)));
    const required = cohort.map((n) => n.slotsRequired).filter((k) => k > 0);
    return {
      providerId: request.providerId,
      fromTime: range.from,
      toTime: range.to,
      asOfTime,
      environments: [...new Set(cohort.map((n) => n.environment))].toSorted(),
      // Where it was changed within the range, the weakest proof is named.
      slotsRequired: required.reduce((least, k) => Math.min(least, k), required[0] ?? 0),
      figures: scorecard(cohort).map(({ name, definition, value }) => ({ name, definition, value: toValue(value) })),
    };
  };
}

function toValue(value: FigureValue): Figure["value"] {
  switch (value.kind) {
    case "count":
      return { $case: "count", value: BigInt(value.count) };
    case "time":
      return { $case: "duration", value: toDuration(value.ms) };
    case "not reached":
      return { $case: "notReached", value: true };
  }
}

function toDuration(ms: number): { seconds: bigint; nanos: number } {
  return { seconds: BigInt(Math.floor(ms / 1000)), nanos: (ms % 1000) * 1e6 };
}
