import type { Decision } from "@ntd/proto/casework/v1/case";
import { isGone } from "@ntd/facts";
import { isWaiting, type CaseFile } from "../cases/case.ts";
import type { SeenTarget } from "../evidence/seen.ts";
import { toldIllegal } from "../doubts/doubt.ts";
import { wrongState, type Refusal } from "../refusal.ts";
import { withDecidedOn } from "../precedents/decided-on.ts";
import { blindLook, openLook, withClaim, withoutClaim } from "../second-look/second-look.ts";

/**
 * Claims the case, or the second look at what is decided, for `person` until `now + claimMs`; claiming what one has renews
 * the lease. Who may look is asked before.
 */
export function claimed(file: CaseFile, person: string, now: Date, claimMs: number): CaseFile | Refusal {
  const { progress } = file;
  if (progress.kind === "held") return HELD;
  if (!isWaiting(progress) && openLook(file) === undefined) return wrongState("It does not wait for a person.");
  const holder = holderOf(file, now);
  if (holder !== "" && holder !== person)
    return wrongState("Another assessor holds it. Claim it when the lease is over.");
  const claim = { holder: person, claimExpireTime: new Date(now.getTime() + claimMs) };
  if (!isWaiting(progress)) return withClaim(file, claim);
  const { reason, queuedTime } = progress;
  return { ...file, progress: { kind: "claimed", reason, queuedTime, ...claim } };
}

/** Gives the case back to the queue, at its old place. */
export function released(file: CaseFile, person: string, now: Date): CaseFile | Refusal {
  if (file.progress.kind === "held") return HELD;
  return holderOf(file, now) === person ? unclaimed(file) : NOT_YOURS;
}

/** Given to `person`, whoever has it. */
export function reassigned(file: CaseFile, person: string, now: Date, claimMs: number): CaseFile | Refusal {
  return file.progress.kind === "held" ? HELD : claimed(unclaimed(file), person, now, claimMs);
}

/** A lease that is over ends by itself. */
export function lapsed(file: CaseFile, now: Date): CaseFile {
  return holderOf(file, now) === "" ? unclaimed(file) : file;
}

/**
 * A person's decision: the holder's alone, and only on the evidence that the holder saw. "Illegal" on what machines call
 * gone is asked back, once: with `despiteGone` the notice leaves whatever they see. Where nothing is gone it says nothing.
 */
export function decided(
  file: CaseFile,
  person: string,
  expectedRevision: number,
  decision: Decision,
  now: Date,
): CaseFile | Refusal {
  const stale = staleEvidence(file, expectedRevision);
  if (stale !== undefined) return stale;
  if (file.progress.kind === "held") return HELD;
  if (holderOf(file, now) !== person) return NOT_YOURS;
  const { target } = file;
  if (decision.verdict === "VERDICT_ILLEGAL" && file.textOnly) return NO_ADDRESS;
  const gone = decision.verdict === "VERDICT_ILLEGAL" && target !== undefined && isGone(target);
  if (gone && !decision.despiteGone) return askedBack(target, knownOf(file));
  const made = { ...decision, despiteGone: gone };
  const after: CaseFile = { ...file, progress: { kind: "decided" }, decisions: [...file.decisions, made] };
  return withDecidedOn(after, made.decisionId);
}

/** The refusal where the evidence is not what the caller saw. */
export function staleEvidence({ evidenceRevision }: CaseFile, expectedRevision: number): Refusal | undefined {
  if (expectedRevision === evidenceRevision) return undefined;
  const metadata = { current_version: String(evidenceRevision) };
  const detail = `expected_version: ${expectedRevision} is not the current ${evidenceRevision}. Read the case again and decide again.`;
  return { refused: "EVIDENCE_CHANGED", detail, metadata };
}

/** Who holds the case, or a second look at what is decided, now; "" when nobody does or the lease is over. */
export function holderOf(file: CaseFile, now: Date): string {
  const claim = claimOf(file);
  return claim !== undefined && claim.claimExpireTime > now ? claim.holder : "";
}

/** The lease of who holds it or held it last. */
export function claimOf(file: CaseFile): { holder: string; claimExpireTime: Date } | undefined {
  return file.progress.kind === "claimed" ? file.progress : openLook(file)?.claim;
}

const NOT_YOURS = wrongState("You do not hold it. Claim it first; a lease that is over must be claimed again.");

const NO_ADDRESS: Refusal = {
  refused: "NO_ADDRESS",
  detail:
    "It is words alone, and nobody can be asked to remove them. Report the address that they lead to (ntd report submit): its case is decided.",
};

const HELD = wrongState("It is decided, and that is held back for a moment. Undo it first to decide otherwise.");

/** What may be said of an "illegal" that there is: nothing to who looks second. */
function knownOf(file: CaseFile): keyof typeof OTHERWISE {
  if (blindLook(file) !== undefined) return "looked at";
  return toldIllegal(file) === undefined ? "untold" : "told";
}

const OTHERWISE = {
  "looked at": "So also if it was illegal and is gone: what it was is asked here, not whether it is there.",
  told: 'So also if it was illegal and is gone: who was sent its notice hears nothing twice. OUT_OF_SCOPE is a word against the "illegal" that others know of.',
  untold: "If it is gone, no notice is needed: OUT_OF_SCOPE.",
} as const;

function askedBack({ goneTime, looks = [] }: SeenTarget, known: keyof typeof OTHERWISE): Refusal {
  const since = goneTime?.toISOString() ?? "";
  const voted = looks.filter(({ observation }) => /ABSENT|REPLACED/.test(observation)).map(({ eye }) => eye);
  const eyes = [...new Set(voted)].join(", ");
  const seen = `Machines call the target gone${since && ` since ${since}`}${eyes && ` (${eyes})`}.`;
  const toDo = "If it is there all the same, decide again with despite_gone: the notice leaves whatever they see.";
  return { refused: "GONE", detail: `${seen} ${toDo} ${OTHERWISE[known]}`, metadata: { since, eyes } };
}

function unclaimed(file: CaseFile): CaseFile {
  const { progress } = file;
  if (progress.kind !== "claimed") return withoutClaim(file);
  return { ...file, progress: { kind: "queued", reason: progress.reason, queuedTime: progress.queuedTime } };
}
