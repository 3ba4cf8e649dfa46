import { openAddress, Problem } from "@ntd/service";
import { pageOfFound } from "../page/found-on.ts";
import { lookingOnPages, type OnPageDeps } from "../page/on-page.ts";
import type { Hosts, Targets } from "../store.ts";
import type { Eye } from "../fetch/eye.ts";
import type { AnsweredSlot } from "../evidence/keep.ts";
import type { Register } from "../evidence/register.ts";
import type { LookWithAnswer } from "../evidence/record.ts";
import { isStopped } from "../holds/holds.ts";
import { asksForDerived } from "../targets/derived.ts";
import { asksToo, inTurn, mayLook } from "../targets/slot.ts";
import type { Target } from "../targets/target-state.ts";
import type { Exits } from "./exits.ts";
import type { Unasked } from "./finding.ts";
import type { Lease } from "./lease.ts";
import { lookBy, type LookDeps, type Visit } from "./look.ts";
import { askedFirst, type MarkDeps } from "./marks.ts";

export interface SlotDeps extends LookDeps, MarkDeps, OnPageDeps {
  eyes: readonly Eye[];
  targets: Pick<Targets, "load" | "find">;
  hosts: Hosts;
  exits: Exits;
  register: Pick<Register, "note">;
  rules: { slotMs: number; pageAgainMs: number };
}

export type Held = Extract<Unasked, { is: "held" }>;

/**
 * The looks of one slot. An eye whose own way out fails has not looked.
 *
 * @throws Problem PEER_UNAVAILABLE when no eye could get out: that says nothing of the target.
 */
export async function looksOf(
  deps: SlotDeps,
  target: Target,
  lease: Pick<Lease, "late" | "during">,
  visit: Pick<Visit, "enter" | "room" | "lane" | "stop">,
): Promise<AnsweredSlot | { is: "no_room" } | Held> {
  const { clock, exits, rules } = deps;
  const now = clock.now().getTime();
  const mayAll = deps.eyes.filter((eye) => mayLook(target, eye));
  const eyes = mayAll.filter(({ name }) => !exits.isOut(name, now));
  const out = mayAll.map(({ name }) => name).filter((name) => exits.isOut(name, now));
  const looks: LookWithAnswer[] = [];
  const late = () => lease.late();
  const during: Visit["during"] = (job) => lease.during(job);
  const derives = asksForDerived(target);
  const may = connecting(deps, target);
  const onPage = lookingOnPages(deps, target, lease);
  let page: Promise<URL | undefined> | undefined;
  const foundOn = () => (page ??= pageOfFound(deps, target));
  for (const eye of inTurn(eyes, Math.floor(now / rules.slotMs))) {
    if (!asksToo(target, looks, eye)) continue;
    if (late()) break;
    const onRequest: Visit["onRequest"] = ({ url }) => deps.register.note(eye.name, url);
    const asks = { derives: looks.length === 0 && derives, late, during, onRequest };
    const sight = await lookBy(deps, target, { ...visit, eye, ...asks, ...may, foundOn, onPage });
    if ("is" in sight && sight.is === "held") {
      // What was seen before police asked to leave it alone is noted. Where a mark was met, whatever another eye was led
      // to: all of it waits.
      if (looks.length > 0 && (await isStoppedNow(deps, target))) break;
      return sight;
    }
    if ("observation" in sight) looks.push({ eye, ...sight });
    else if (sight.is === "no_room") {
      if (looks.length === 0) return { is: "no_room" };
      break;
    }
    exits.tried(eye.name, "observation" in sight, clock.now().getTime());
  }
  if (looks.length === 0) throw new Problem("PEER_UNAVAILABLE", "No eye of the prober can get out to the internet.");
  const seen = looks.some(({ observation }) => observation.is === "SEEN");
  const foundBy = looks.flatMap((look) => look.onPage?.view?.foundBy ?? []);
  const voters = foundBy.length > 0 && { foundBy: [...new Set(foundBy)] };
  return { looks, eyes, out, ...voters, ...(!seen && (await isPersonOnly(deps, target)) && { personOnly: true }) };
}

/** Asked before anything is connected to: whether police marked it, at a first look, and whether they asked since to look no more. */
function connecting(deps: SlotDeps, target: Target): Pick<Visit, "mayConnect" | "mayShow"> {
  const asked = askedFirst(deps, target);
  const unlessStopped =
    (may: Visit["mayConnect"] | undefined): Visit["mayConnect"] =>
    async (to) =>
      (await may?.(to)) !== false && !(await isStoppedNow(deps, target));
  return { mayConnect: unlessStopped(asked.mayConnect), mayShow: unlessStopped(asked.mayShow) };
}

// Read anew: another replica may have heard of it.
async function isStoppedNow({ targets }: SlotDeps, { targetId }: Target): Promise<boolean> {
  const found = await targets.load(targetId);
  return found !== undefined && isStopped(found.state);
}

async function isPersonOnly({ hosts, hostDigest, sealer }: SlotDeps, { address }: Target): Promise<boolean> {
  const { hostname } = new URL(openAddress(sealer, address).fetch);
  return (await hosts.load(hostDigest(hostname)))?.state.personOnly !== undefined;
}
