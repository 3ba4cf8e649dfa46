import { CaseState, Priority, QueueReason, Verdict, type Case, type Decision } from "@ntd/proto/casework/v1/case";
import type { CaseView } from "@ntd/proto/casework/v1/case_service";
import { Observation, ProbeReason, TargetState, type GoneStrength, type Look } from "@ntd/proto/prober/v1/target";
import { listing, table } from "../cli/output.ts";
import { wordOf } from "../cli/words.ts";
import { hitTable } from "./hit-table.ts";

/** A case for the person who decides it: where it stands, what each eye saw, what it matched. */
export function caseListing(view: CaseView | undefined): string {
  const found = view?.case;
  if (view === undefined || found === undefined) return "nothing";
  const head = listing({
    ...standing(view, found),
    ...sight(found),
    ...evidence(view, found),
    ...said(found.decision),
  });
  const looks = found.looks.length === 0 ? [] : [lookTable(found.looks)];
  const hits = found.hits.length === 0 ? [] : [hitTable(found.hits)];
  return [head, ...looks, ...hits].join("\n\n");
}

function standing(view: CaseView, found: Case) {
  return {
    case: found.caseId,
    target: found.targetId,
    episode: found.episode,
    state: wordOf(CaseState, found.state),
    priority: wordOf(Priority, found.priority),
    "waits because": wordOf(QueueReason, found.queueReason),
    address: view.url,
  };
}

function sight({ targetState, targetReason, goneTime, goneStrength, cloaked, restrictedHere }: Case) {
  return {
    "address is": [wordOf(TargetState, targetState), wordOf(ProbeReason, targetReason)].filter(Boolean),
    "gone since": goneTime,
    "gone means": STRENGTHS[goneStrength],
    "cloaked from": cloaked.map((look) => `${look.eye} (${words(look).join(", ")})`),
    "restricted here": restrictedHere ? "gone for the eyes of this country alone; it is there abroad" : "",
  };
}

function evidence({ claimedBy, claimExpireTime }: CaseView, found: Case) {
  return {
    "evidence revision": found.evidenceRevision,
    reports: found.reportCount,
    opened: found.openedTime,
    "claimed by": claimedBy,
    "claimed until": claimExpireTime,
  };
}

function said(decision: Decision | undefined) {
  return {
    verdict: decision && wordOf(Verdict, decision.verdict),
    "decided by": decision?.decidedBy,
    decided: decision?.decidedTime,
    "though gone": decision?.despiteGone === true ? "decided by a person who knew that machines call it gone" : "",
    basis: decision?.basis,
  };
}

const STRENGTHS: Readonly<Record<GoneStrength, string>> = {
  GONE_STRENGTH_UNSPECIFIED: "",
  GONE_STRENGTH_ABSENT: "every eye that counts finds nothing",
  GONE_STRENGTH_REPLACED: "something else is there instead",
  GONE_STRENGTH_PERSON: "two persons say so",
  GONE_STRENGTH_SILENCE_0_2: "not observed: release 0.2 took a day of silence for it",
  UNRECOGNIZED: "a way that this ntd does not know",
};

function lookTable(looks: readonly Look[]): string {
  const rows = looks.map((look) => {
    const [sees = "", why = ""] = words(look);
    return [look.eye, sees, why, look.time];
  });
  return table(["eye", "sees", "because", "at"], rows);
}

function words({ observation, reason }: Look): string[] {
  return [wordOf(Observation, observation), wordOf(ProbeReason, reason)].filter(Boolean);
}
