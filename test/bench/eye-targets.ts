import { randomUUID } from "node:crypto";
import { sealAddress } from "@ntd/service";
import { claimed, done } from "../../services/prober/src/schedule/claim.ts";
import { newTarget, withNotice, withReport } from "../../services/prober/src/schedule/schedule.ts";
import { decide } from "../../services/prober/src/targets/target.ts";
import type { Target } from "../../services/prober/src/targets/target-state.ts";
import { eyes, rules, type Prober, type Stage } from "./eye-stage.ts";

export type HostKind = "fast" | "slow" | "hang";

/** An address: what its host does tells its name, in which network it is the number. */
export interface Place {
  kind: HostKind;
  nth: number;
  path: string;
}

export const urlOf = ({ port }: Pick<Stage, "port">, { kind, nth, path }: Place) =>
  `http://${kind}-${nth}.example:${port}${path}`;

/** The address behind the name, as the DNS of the hosts has it. */
export const ipOf = (nth: number) => `127.${1 + (nth >> 8)}.${nth & 255}.7`;

export interface Watched {
  /** A notice has left: eyes that name themselves look, too. */
  isOffered: boolean;
  /** Names of the eyes that have seen it. */
  seenBy: readonly string[];
}

/** Pictures that were seen at these places an hour ago, and are to be looked at now. */
export async function watch(stage: Stage, { targets }: Prober, places: readonly Place[], how: Watched): Promise<void> {
  const now = new Date();
  for (let from = 0; from < places.length; from += 500) {
    const some = places.slice(from, from + 500);
    await targets.insertMany(some.map((place) => ({ id: newId(), state: watched(stage, place, how, now) })));
  }
}

export const newId = () => randomUUID().replaceAll("-", "");

export const sealed = (stage: Stage, place: Place, now: Date) => {
  const url = urlOf(stage, place);
  return sealAddress(stage.sealer, { original: url, fetch: url, key: url }, now);
};

function watched(stage: Stage, place: Place, { isOffered, seenBy }: Watched, now: Date): Target {
  const before = new Date(now.getTime() - 3_600_000);
  const address = sealed(stage, place, now);
  const report = { id: "report", receivedTime: before, address, lane: "report/a", trace: {} };
  const fresh = newTarget(newId(), address, before);
  const reported = withReport(fresh, report, before) ?? fresh;
  const looks = eyes
    .filter(({ name }) => seenBy.includes(name))
    .map((eye) => ({
      eye,
      time: before,
      ip: ipOf(place.nth),
      observation: { is: "SEEN", as: { is: "PRESENT" }, content: stage.content, likeness: "first" } as const,
    }));
  const seen = decide(claimed(reported, before, 1000), { looks, eyes }, rules);
  const notice = { id: "notice", version: 1, episode: 1, open: true, offered: true, since: before, answers: 0 };
  const noticed = isOffered ? withNotice(seen, notice, { lane: "answer/p", trace: {} }, before) : undefined;
  const state = noticed ?? seen;
  return done({ ...state, work: { ...state.work, wantedAtClaim: state.work.wanted } }, now, now);
}
