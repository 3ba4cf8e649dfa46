import type { Eye } from "../fetch/eye.ts";
import type { Opening } from "../fetch/opening.ts";
import { isHostsWord, saidOf, type Observation } from "./observation.ts";
import type { Reason, Strength, Target, ToldLook } from "./target-state.ts";

/** What one eye said in a slot. */
export interface Look {
  eye: Eye;
  /** When its answer had come. */
  time: Date;
  observation: Observation;
  ip: string;
  /** Digest of another host that the address led to. */
  movedTo?: string;
  /** How a body begins that is not read at every look. */
  opening?: Opening;
  evidenceId?: string;
}

/** All looks of one slot: none for an eye that was not asked or could not get out. */
export interface Slot {
  looks: readonly Look[];
  /** Eyes that may look at the target now. */
  eyes: readonly Eye[];
  /** Names of those that might, and cannot get out. */
  out?: readonly string[];
  /** Only a person can see what is at this host. */
  personOnly?: boolean;
  /** Of a page on which something illegal is known: names of the eyes that had found that there. */
  foundBy?: readonly string[];
}

/**
 * What a slot says. SEEN by anybody is seen. All voters miss it: it counts towards gone. A voter is blind: it neither
 * counts nor resets. A voter did not look, for reasons of our own: it is no observation.
 */
export type Outcome =
  | { is: "seen"; look: Sight; all: readonly Look[] }
  | { is: "missed"; reason: Reason; strength: Extract<Strength, "ABSENT" | "REPLACED">; votes: Look[] }
  | { is: "blind"; reason: Reason; votes: Look[] }
  | { is: "nothing" };

type Sight = Look & { observation: Extract<Observation, { is: "SEEN" }> };

export function outcomeOf(target: Target, slot: Slot): Outcome {
  const { looks } = slot;
  const seen = looks.findLast((look): look is Sight => look.observation.is === "SEEN");
  if (seen !== undefined) return { is: "seen", look: seen, all: looks };
  const votes = votesOf(target, slot);
  if (votes === "not all looked") return { is: "nothing" };
  const blind = votes.map(({ observation }) => observation).find(({ is }) => is === "BLIND");
  if (blind?.is === "BLIND") return { is: "blind", reason: blind.reason, votes };
  const away = awayFrom(target);
  const nobodyTells = votes.every(({ eye }) => away.has(eye.name));
  if (nobodyTells || target.personSaw !== undefined || target.personOnly === true || slot.personOnly === true) {
    return { is: "blind", reason: "PERSON_ONLY", votes };
  }
  const misses = votes.flatMap(({ observation }) =>
    observation.is === "ABSENT" || observation.is === "REPLACED" ? [observation] : [],
  );
  const replaced = misses.find(({ is }) => is === "REPLACED");
  const { reason } = replaced ?? misses[0] ?? { reason: "HTTP_NOT_FOUND" as const };
  return { is: "missed", reason, strength: replaced === undefined ? "ABSENT" : "REPLACED", votes };
}

/**
 * Who has a vote: eyes that have seen the material here in this episode (of a page: what is illegal on it, if that is
 * known); if none has, all. Where those that are left are
 * shown something else than one that saw, and that one is out, what they miss is no news; where it is no eye any more, all
 * vote. One at least asks as browsers do: if no voter does, a browser's eye that can see votes with them. At a first look
 * it is who looks.
 */
function votesOf(target: Target, { looks, eyes, out = [], foundBy }: Slot): Look[] | "not all looked" {
  if (target.phase.is === "NEW") return looks.length === 0 ? "not all looked" : [...looks];
  const by = new Set(foundBy ?? target.seen?.by);
  const away = awayFrom(target);
  const saw = eyes.filter(({ name }) => by.has(name));
  const canTell = saw.some(({ name }) => !away.has(name));
  // Only an eye that cannot get out could tell.
  if (!canTell && out.some((name) => by.has(name))) return "not all looked";
  const voters = canTell ? saw : eyes;
  const votes = voters
    .map(({ name }) => looks.find(({ eye }) => eye.name === name))
    .filter((vote) => vote !== undefined);
  // One that is blind says enough: whoever had no time left behind it could only have seen.
  if (votes.some(({ observation }) => observation.is === "BLIND")) return votes;
  if (votes.length === 0 || votes.length < voters.length) return "not all looked";
  if (voters.some(asksAsBrowser) || !eyes.some(asksAsBrowser)) return votes;
  const browsers = looks.filter(({ eye }) => asksAsBrowser(eye));
  const witness = browsers.find(({ observation }) => observation.is !== "BLIND") ?? browsers[0];
  return witness === undefined ? "not all looked" : [...votes, witness];
}

/** Who is shown something else than those that see. */
function awayFrom({ cloaked = [] }: Target): ReadonlySet<string> {
  return new Set(cloaked.map(({ eye }) => eye));
}

const asksAsBrowser = ({ profile }: Eye) => profile === "browser";

/**
 * Until a notice has left, only eyes that do not name themselves look: a log must not warn anybody before the police. One
 * that has seen it in this episode has named itself, and keeps its vote.
 */
export function mayLook({ notices, episode, seen }: Target, { name, profile }: Eye): boolean {
  if (profile === "browser" || seen?.by?.includes(name) === true) return true;
  return notices.some((notice) => notice.episode === episode && notice.offered === true);
}

/** In which order eyes ask in a slot: each is first in its turn, so that a disagreement shows within few slots. */
export function inTurn(eyes: readonly Eye[], slot: number): Eye[] {
  const first = eyes.length === 0 ? 0 : slot % eyes.length;
  return [...eyes.slice(first), ...eyes.slice(0, first)];
}

/**
 * Whether one more eye asks. A first look is one fetch by one eye, since there are links that work once. Later one asks,
 * and the others when it did not see, or at their first sight of it in this episode.
 */
export function asksToo(target: Target, before: readonly Look[], { name }: Eye): boolean {
  if (before.length === 0) return true;
  if (target.phase.is === "NEW") return false;
  return !before.some(({ observation }) => observation.is === "SEEN") || target.views?.[name] === undefined;
}

/**
 * Who is shown something else than those that see. It takes the host's word, or none at two looks in a row; an eye that
 * sees again is out of it.
 */
export function cloakedAfter(target: Target, looks: readonly Look[]): ToldLook[] {
  const before = target.cloaked ?? [];
  const after = new Map(before.map((look) => [look.eye, look]));
  for (const look of looks) {
    const { eye } = look;
    const said = saidOf(look.observation);
    if (said.is === "SEEN") after.delete(eye.name);
    else if (isHostsWord(said) || target.views?.[eye.name]?.said.is === "BLIND") {
      const known = after.get(eye.name)?.said;
      const isSame = known !== undefined && known.is === said.is && "reason" in known && known.reason === said.reason;
      if (!isSame) after.set(eye.name, toldLook(look));
    }
  }
  return [...after.values()];
}

/** Gone for all eyes of this country that look, and seen by one abroad. */
export function isRestrictedHere(target: Target, eyes: readonly Eye[], home: string): boolean {
  const { views = {} } = target;
  const here = eyes.filter(({ country, name }) => country === home && views[name] !== undefined);
  const abroad = eyes.filter(({ country }) => country !== home);
  const away = awayFrom(target);
  return here.length > 0 && here.every(({ name }) => away.has(name)) && abroad.some(({ name }) => sees(views[name]));
}

const sees = (view: { said: { is: string } } | undefined) => view?.said.is === "SEEN";

/** As it is told. */
export function toldLook({ eye, observation, time, evidenceId }: Look): ToldLook {
  return { eye: eye.name, said: saidOf(observation), time, ...(evidenceId && { evidenceId }) };
}
