import type { Case } from "@ntd/proto/casework/v1/case";
import type { Caller } from "@ntd/rpc";
import { change } from "@ntd/store";
import { Problem } from "@ntd/service";
import type { CaseFile } from "../cases/case.ts";
import { isLifeAtRisk } from "../cases/life-at-risk.ts";
import { published } from "../cases/publish.ts";
import type { Deps } from "../deps.ts";
import { countView } from "../metrics.ts";
import { dayOf, nextDay } from "./day.ts";
import { pictureOf, seenAgain, seenElsewhere, viewDayIdOf, viewIdOf, type View, type ViewDay } from "./view.ts";

export type Viewing = Pick<Deps, "views" | "viewDays" | "clock" | "viewBudget">;
type Picture = Pick<Case, "caseId" | "targetId" | "fingerprints" | "address">;

interface Wish {
  of: Picture;
  again: boolean;
  /** A child is in danger now: no budget keeps anybody from it. */
  isUrgent: boolean;
}

/** What a claim of the case asks to see. */
export function viewOf(file: CaseFile, again = false): Wish {
  return { of: published(file), again, isUrgent: isLifeAtRisk(file) };
}

/** Where `person` saw the case's picture before, unless they may see it in this case. */
export async function viewedIn(
  { views }: Pick<Deps, "views">,
  person: string,
  of: Picture,
): Promise<string | undefined> {
  const view = await views.load(viewIdOf(person, pictureOf(of)));
  return seenElsewhere(view?.state, of.caseId);
}

/**
 * Refuses a claim that would be one view too many today. What would open nothing is none.
 *
 * @throws Problem VIEW_BUDGET_SPENT.
 */
export async function requireViewLeft(deps: Viewing, person: string, { of, again, isUrgent }: Wish): Promise<void> {
  const { perDay, timeZone } = deps.viewBudget;
  if (perDay === 0 || isUrgent || of.address === undefined) return;
  const view = (await deps.views.load(viewIdOf(person, pictureOf(of))))?.state;
  const opens = view === undefined || (again && seenElsewhere(view, of.caseId) !== undefined);
  if (!opens || (await viewsToday(deps, person)) < perDay) return;
  const begins = nextDay(deps.clock.now(), timeZone).toISOString();
  const detail = `You viewed ${perDay} pictures today. Rest; you may go on at ${begins}. Life at risk may be claimed all the same.`;
  throw new Problem("VIEW_BUDGET_SPENT", detail, { metadata: { begins } });
}

/**
 * How an assessor who asks to open a case's address sees it, claimed or not: once more, too, where they saw its picture
 * elsewhere.
 *
 * @throws Problem VIEW_BUDGET_SPENT.
 */
export async function openingOf(
  deps: Viewing,
  file: CaseFile,
  { kind, person }: Caller,
  openAddress: boolean | undefined,
): Promise<"again" | undefined> {
  if (openAddress !== true || kind !== "assessor") return undefined;
  await requireViewLeft(deps, person, viewOf(file, true));
  return "again";
}

/** Counts the view that a claim is, before the address is given: once, however often the call is repeated. */
export async function countOpening(deps: Viewing, person: string, of: Picture, again: boolean): Promise<void> {
  const picture = pictureOf(of);
  const id = viewIdOf(person, picture);
  const now = deps.clock.now();
  const found = (await deps.views.load(id))?.state;
  if (found !== undefined && (!again || seenElsewhere(found, of.caseId) === undefined)) return;
  await countToday(deps, person, JSON.stringify([picture, ...(found === undefined ? [] : [of.caseId])]));
  await change(deps.views, id, (view): { state: View } | undefined => {
    if (view === undefined) return { state: { schemaVersion: 1, picture, caseId: of.caseId, viewedTime: now } };
    return again && seenElsewhere(view, of.caseId) !== undefined ? { state: seenAgain(view, of.caseId) } : undefined;
  });
  if (found === undefined) countView((await deps.views.count({ picture })).count);
  else countView("again");
}

/** How many pictures `person` viewed today. */
export async function viewsToday(
  { viewDays, clock, viewBudget }: Omit<Viewing, "views">,
  person: string,
): Promise<number> {
  const day = dayOf(clock.now(), viewBudget.timeZone);
  return (await viewDays.load(viewDayIdOf(person, day)))?.state.views.length ?? 0;
}

async function countToday({ viewDays, clock, viewBudget }: Viewing, person: string, view: string): Promise<void> {
  const now = clock.now();
  await change(
    viewDays,
    viewDayIdOf(person, dayOf(now, viewBudget.timeZone)),
    (day): { state: ViewDay } | undefined => {
      if (day?.views.includes(view) === true) return undefined;
      const { beganTime, views } = day ?? { beganTime: now, views: [] };
      return { state: { schemaVersion: 1, beganTime, views: [...views, view] } };
    },
  );
}
