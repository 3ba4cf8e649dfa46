import { eventOf, nouns } from "@ntd/bus";
import { startLoop, type Logger, type Loop } from "@ntd/service";
import type { Deps } from "../deps.ts";
import { toReport } from "../reports/publish.ts";
import { behind, placesOf, toldAt, waiterAt } from "./bundle.ts";

/** What waits is told in bundles of so many at most. */
const BUNDLE = 100;
/** So many senders are asked for in one run; the next one goes on behind them. */
const SENDERS = 100;

type TellingDeps = Pick<Deps, "reports" | "senders" | "targetKey" | "clock" | "noteWaiting">;

/**
 * Tells reports that wait, of each sender at the rate of its quota. It asks who waits, one after the other by the index,
 * and of each for its first ones: how many wait behind them costs nothing.
 */
export function startTelling(deps: TellingDeps & { log: Logger }): Loop {
  const round = new Round();
  return startLoop("tell reports", 1000, deps.log, (stop) => tellReports(deps, round, stop));
}

/** Where the loop is among the senders of whom reports wait. */
export class Round {
  last = "";
  since: Date | undefined;

  /** Back at the first sender; what it found. */
  end(): Date | undefined {
    const { since } = this;
    [this.last, this.since] = ["", undefined];
    return since;
  }

  pass({ sender, since }: { sender: string; since: Date }): void {
    this.last = sender;
    if (this.since === undefined || since < this.since) this.since = since;
  }
}

export async function tellReports(deps: TellingDeps, round: Round, stop: AbortSignal): Promise<void> {
  for (let asked = 0; asked < SENDERS && !stop.aborted; asked++) {
    const next = { where: { waiting: behind(round.last) }, orderBy: "waiting", limit: 1 } as const;
    const [place] = (await deps.reports.project(next, { waiting: "text" })).columns.waiting;
    if (place === undefined) {
      const since = round.end();
      const { count } = since === undefined ? { count: 0 } : await deps.reports.count({ waiting: { gt: "" } });
      deps.noteWaiting({ count, since: count === 0 ? undefined : since });
      return;
    }
    const waiter = waiterAt(place);
    await tellFirst(deps, waiter.sender);
    round.pass(waiter);
  }
}

/** Each is told in the write that says so: whoever is killed before has told nothing, and behind it nothing is told twice. */
async function tellFirst({ reports, senders, targetKey, clock }: TellingDeps, sender: string): Promise<void> {
  const now = clock.now();
  senders.waits(sender, true);
  const room = Math.min(BUNDLE, senders.roomFor(sender, now));
  if (room < 1) return;
  const bundle = await reports.find({ where: { waiting: placesOf(sender) }, orderBy: "waiting", limit: room + 1 });
  for (const report of bundle.slice(0, room)) {
    const told = toldAt(report.state, now);
    if (told === undefined) continue;
    const event = eventOf(nouns.report, "received", report.id, toReport(report.id, told, targetKey), now);
    if ((await reports.save(report, told, event)) !== undefined) senders.told(sender, 1);
  }
  if (bundle.length <= room) senders.waits(sender, false);
}
