import type { GetFeedbackRequest, GetFeedbackResponse } from "@ntd/proto/intake/v1/reporter_service";
import { callerOf, type CallContext, type Caller } from "@ntd/rpc";
import { derivedId, gather, keyedId, Problem, shown } from "@ntd/service";
import type { Deps } from "../deps.ts";
import { countAll, type Between } from "./count-all.ts";
import {
  completeness,
  isSettled,
  monthsOf,
  toldVerdicts,
  usefulness,
  type Month,
  type MonthOfVerdicts,
} from "./feedback.ts";
import type { Outcome } from "../reports/status.ts";
import { parts } from "./filing.ts";

type FeedbackDeps = Pick<Deps, "reports" | "filings" | "monthsOfVerdicts" | "targetKey" | "clock">;

/** A sender's own numbers, for whole months; an operator asks for anybody's. */
export function getFeedback(deps: FeedbackDeps) {
  return async (request: GetFeedbackRequest, context: CallContext): Promise<GetFeedbackResponse> => {
    const caller = callerOf(context);
    const { submitter, months } = gather({
      submitter: () => submitterOf(request.submitter, caller),
      months: () => requiredMonths(request),
    });
    const [from, until] = [months[0]?.from ?? new Date(0), months.at(-1)?.until ?? new Date(0)];
    const time = { gte: from, lt: until };
    const { reports, filings } = deps;
    const settled = months.filter((month) => isSettled(month, deps.clock.now()));
    const { decided, illegal, score } = usefulness(await toldOf(deps, submitter, settled));
    const { count: targetCount, score: completeScore, missing } = completeness(await lackingIn(deps, submitter, time));
    return {
      reportCount: await countAll((receivedTime) => reports.count({ submitter, receivedTime }), time),
      targetCount,
      knownTargetCount: await countAll(
        (receivedTime) => filings.count({ submitter, isKnown: true, receivedTime }),
        time,
      ),
      decidedCount: decided,
      illegalCount: illegal,
      completeScore,
      usefulScore: score,
      missing,
    };
  };
}

function requiredMonths({ fromTime, untilTime }: GetFeedbackRequest): Month[] {
  const months = fromTime && untilTime && monthsOf(fromTime, untilTime);
  if (months !== undefined) return months;
  const description = "and until_time are no months; give the first moments, UTC, of two months that lie 1 to 24 apart";
  throw Problem.fields({ field: "from_time", description });
}

function submitterOf(asked: string, caller: Caller): string {
  if (caller.kind !== "operator") {
    if (asked === "" || asked === caller.person) return caller.id;
    throw Problem.fields({
      field: "submitter",
      description: "is another; leave it out: numbers are its sender's alone",
    });
  }
  if (/^[a-z]+\/[^/\s]+$/.test(asked)) return caller.id.replace(caller.person, asked);
  throw Problem.fields({ field: "submitter", description: `${shown(asked)} is nobody; write "reporter/{name}"` });
}

async function lackingIn({ filings }: FeedbackDeps, submitter: string, time: Between): Promise<Map<number, number>> {
  const masks = Array.from({ length: 1 << parts.length }, (_, lacks) => lacks);
  const counts = masks.map((lacks) =>
    countAll((receivedTime) => filings.count({ submitter, lacks, receivedTime }), time),
  );
  return new Map((await Promise.all(counts)).map((count, lacks) => [lacks, count]));
}

/** What was told of a month is told again: who asks twice learns nothing from the difference. */
async function toldOf(deps: FeedbackDeps, submitter: string, months: readonly Month[]): Promise<MonthOfVerdicts[]> {
  const { filings, monthsOfVerdicts, targetKey } = deps;
  const told: MonthOfVerdicts[] = [];
  for (const { from, until } of months) {
    const id = derivedId("month of verdicts", submitter, from.toISOString());
    const known = await monthsOfVerdicts.load(id);
    if (known !== undefined) {
      told.push(known.state);
      continue;
    }
    const decidedAs = (outcome: Outcome) =>
      countAll((receivedTime) => filings.count({ submitter, outcome, receivedTime }), { gte: from, lt: until });
    const [illegal, other] = [await decidedAs("illegal"), await decidedAs("other")];
    const counted = toldVerdicts(
      illegal + other,
      illegal,
      keyedId(targetKey, "verdicts", submitter, from.toISOString()),
    );
    await monthsOfVerdicts.insert(id, counted);
    told.push((await monthsOfVerdicts.load(id))?.state ?? counted);
  }
  return told;
}
