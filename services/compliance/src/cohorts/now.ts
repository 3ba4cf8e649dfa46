import type { Waiting } from "./case-row.ts";
import { DUTY_MS } from "./cases.ts";
import type { ScoreFigure } from "../scorecard/scorecard.ts";
import type { Collections } from "../store.ts";

const waits: Readonly<Record<Waiting, readonly [name: string, definition: string]>> = {
  police_hold: ["police_holds_now", "Cases that an officer or a mark holds now."],
  police_first: ["police_first_now", "Cases that the rule holds now by which police hear first."],
  supervisor: [
    "supervisor_waited_for_now",
    "Cases with a hold whose time is over while life is at risk: a supervisor decides.",
  ],
  referral: ["referrals_open_now", "Cases that police were told of and have not acknowledged."],
  icse: [
    "icse_waiting_now",
    "Cases that the link to the international image database was asked about and has not answered. STUB in this platform.",
  ],
};

const WHENEVER = "However long ago it was opened; counted up to 10,000.";

/** What waits now, whenever it began. */
export async function waitingFigures({ cases }: Pick<Collections, "cases">, asOf: Date): Promise<ScoreFigure[]> {
  const overdue = cases.count({ undecidedSince: { lt: new Date(asOf.getTime() - DUTY_MS) } });
  const each = Object.entries(waits).map(async ([now, [name, definition]]) => {
    return figure(name, definition, (await cases.count({ now })).count);
  });
  const late = figure(
    "assessment_overdue_now",
    "Cases without a decision, first reported (or opened, where nobody reported) more than 24 hours ago.",
    (await overdue).count,
  );
  return [late, ...(await Promise.all(each))];
}

function figure(name: string, definition: string, count: number): ScoreFigure {
  return { group: "waiting now", name, definition: `${definition} ${WHENEVER}`, value: { kind: "count", count } };
}
