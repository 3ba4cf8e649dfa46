import type { DerivedFingerprint, Sealed } from "@ntd/proto/common/v1/common";
import type { Content, Derived } from "@ntd/proto/prober/v1/target";
import type { Target } from "./target-state.ts";

/** What the first picture of an episode would be after edits that hide it. */
export interface DerivedOfEpisode {
  episode: number;
  /** Of the content. */
  revision: number;
  /** A person reads nothing of it, nor does anybody else, before it is decided illegal. */
  fingerprints: Sealed;
  /** Of the case, as heard of last. */
  caseVersion?: number;
  /** While a person's decision that it is illegal is in force: they are told. */
  told?: DerivedFingerprint[];
  /** They were told once: that they are no more is told, too. */
  wasTold?: true;
}

/** Of so many episodes. */
const MOST = 4;

/** Whether a look is to ask for them: of one episode all that is shown is the same picture. */
export function asksForDerived({
  derived = [],
  episode,
  phase,
}: Pick<Target, "derived" | "episode" | "phase">): boolean {
  return phase.is === "GONE" || !derived.some((one) => one.episode === episode);
}

/** What a look that asked was shown, and what was derived of it. */
export interface DerivedLook {
  observation: { content?: Content } | object;
  derived?: Sealed;
}

/** The target after a slot: what was derived of the picture that it shows from now on is kept. */
export function withDerived(target: Target, looks: readonly DerivedLook[]): Target {
  const { seen, episode, derived: kept = [] } = target;
  if (seen?.as.is !== "PRESENT" || kept.some((one) => one.episode === episode)) return target;
  const look = looks.find(
    ({ observation, derived }) =>
      derived !== undefined && "content" in observation && sha256Of(observation.content) === sha256Of(seen.content),
  );
  if (look?.derived === undefined) return target;
  const { revision } = seen.content;
  return { ...target, derived: [...kept, { episode, revision, fingerprints: look.derived }].slice(-MOST) };
}

/** The word of a case on the pictures of its episode. */
export interface DerivesWord {
  episode: number;
  /** Of the case. */
  version: number;
  /** A person's decision that they are illegal is in force. */
  derives: boolean;
}

/** The target after its case told that; undefined when that is no news. */
export function withDerives(
  target: Target,
  { episode, version, derives }: DerivesWord,
  open: (sealed: Sealed) => DerivedFingerprint[],
): Target | undefined {
  const { derived = [] } = target;
  const isNews = (one: DerivedOfEpisode) => one.episode === episode && version > (one.caseVersion ?? 0);
  if (!derived.some(isNews)) return undefined;
  const heard = derived.map((one): DerivedOfEpisode => {
    if (!isNews(one)) return one;
    const { told: _, ...rest } = one;
    const told = derives && { told: open(one.fingerprints), wasTold: true as const };
    return { ...rest, caseVersion: version, ...told };
  });
  return { ...target, derived: heard };
}

/** What is told of all episodes; undefined where nothing ever was. */
export function toDerived({ derived = [] }: Pick<Target, "derived">): Derived | undefined {
  if (!derived.some(({ wasTold }) => wasTold)) return undefined;
  const contents = derived.flatMap(({ episode, revision, told }) =>
    told === undefined ? [] : [{ episode, revision, fingerprints: told }],
  );
  return { contents };
}

/** Which are told: by that an event is news. */
export function derivedFacts({ derived = [] }: Pick<Target, "derived">): number[] {
  return derived.flatMap(({ episode, told }) => (told === undefined ? [] : [episode]));
}

function sha256Of(content: Content | undefined): string | undefined {
  const found = content?.fingerprints.find(({ algorithm }) => algorithm === "ALGORITHM_SHA256");
  return found && Buffer.from(found.value).toString("hex");
}
