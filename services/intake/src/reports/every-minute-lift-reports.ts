import { eventOf, nouns } from "@ntd/bus";
import { startLoop, tryEach, type Logger, type Loop } from "@ntd/service";
import type { Document } from "@ntd/store";
import type { Deps } from "../deps.ts";
import { aliasOf, ownTargetId } from "./former-target.ts";
import { toReport } from "./publish.ts";
import type { StoredReport, StoredTarget } from "../store.ts";

const PAGE = 100;

type LiftingDeps = Pick<Deps, "reports" | "aliases" | "sealer" | "targetKey" | "clock">;

/**
 * Sees anew which targets the addresses are that release 0.2 stored. One that version 1 of the canonicaliser merged with
 * the address that is fetched was never looked at: its report is told again, with a target of its own in that one's
 * place, and so it is due at once. Each minute, since that release may be run again in between.
 */
export function startLifting(deps: LiftingDeps & { log: Logger }): Loop {
  return startLoop("lift reports", 60_000, deps.log, (stop) => liftReports(deps, stop));
}

export async function liftReports(deps: LiftingDeps, stop: AbortSignal): Promise<void> {
  await tryEach(deps.reports.pages({ where: { isFormer: true } }, PAGE), stop, (report) => lift(deps, report));
}

/** The aliases are there before the report counts as lifted. If somebody else lifted it, that is as good. */
async function lift(deps: LiftingDeps, report: Document<StoredReport>): Promise<void> {
  const { id, state } = report;
  const targets: StoredTarget[] = [];
  for (const target of state.targets) targets.push(await parted(deps, target));
  const lifted: StoredReport = { ...state, schemaVersion: 2, targets };
  const isSame = targets.every(({ targetId }, i) => targetId === state.targets[i]?.targetId);
  const told = () => eventOf(nouns.report, "parted", id, toReport(id, lifted, deps.targetKey), deps.clock.now());
  await deps.reports.save(report, lifted, isSame ? undefined : told());
}

async function parted(deps: LiftingDeps, target: StoredTarget): Promise<StoredTarget> {
  const alias = await aliasOf(deps, target.targetId);
  const own = ownTargetId(deps, target.address);
  return own === undefined || own === alias?.fetched ? target : { ...target, targetId: own };
}
