import { Observation, ProbeReason, TargetState, type GoneStrength, type Look } from "@ntd/proto/prober/v1/target";
import { table } from "../cli/output.ts";
import { wordOf } from "../cli/words.ts";

/** What the eyes say of a target, as cases, notices and the regulator's list carry it. */
export interface Sight {
  targetState: TargetState;
  targetReason: ProbeReason;
  goneTime: Date | undefined;
  goneStrength: GoneStrength;
  singleVantage?: boolean;
  cloaked: readonly Look[];
  restrictedHere: boolean;
}

/** The same in words, for a listing. */
export function sightOf(sight: Sight) {
  const { targetState, targetReason, goneTime, goneStrength, singleVantage, cloaked, restrictedHere } = sight;
  return {
    "address is": [wordOf(TargetState, targetState), wordOf(ProbeReason, targetReason)].filter(Boolean),
    "gone since": goneTime,
    "gone means": STRENGTHS[goneStrength],
    "seen from": singleVantage === true ? "one network alone" : "",
    "cloaked from": cloaked.map(lookWords),
    "restricted here": restrictedHere ? "gone for the eyes of this country alone; it is there abroad" : "",
  };
}

/** The same of a page, where being no picture is no fault; `embeds`: it was decided for what it embeds. */
export function pageSightOf(sight: Sight, embeds: boolean) {
  const said = sightOf(sight);
  return {
    ...said,
    ...(sight.targetState === "TARGET_STATE_NOT_MEDIA" && { "address is": "a page (not-media)" }),
    ...(embeds &&
      sight.goneStrength === "GONE_STRENGTH_REPLACED" && { "gone means": "the page no longer shows what it embedded" }),
  };
}

/** Who saw what, why and when, and where its evidence is. */
export function lookTable(looks: readonly Look[]): string {
  const evidence = looks.some((look) => look.evidenceId !== "");
  const rows = looks.map((look) => {
    const [sees = "", why = ""] = words(look);
    return [look.eye, sees, why, look.time, ...(evidence ? [look.evidenceId] : [])];
  });
  return table(["eye", "sees", "because", "at", ...(evidence ? ["evidence"] : [])], rows);
}

/** One look in a few words. */
export function lookWords(look: Look): string {
  return `${look.eye} (${words(look).join(", ")})`;
}

const STRENGTHS: Readonly<Record<GoneStrength, string>> = {
  GONE_STRENGTH_UNSPECIFIED: "",
  GONE_STRENGTH_ABSENT: "every eye that counts finds nothing",
  GONE_STRENGTH_REPLACED: "something else is there instead",
  GONE_STRENGTH_PERSON: "two persons say so",
  GONE_STRENGTH_SILENCE_0_2: "not observed: release 0.2 took a day of silence for it",
  UNRECOGNIZED: "a way that this ntd does not know",
};

function words({ observation, reason }: Look): string[] {
  return [wordOf(Observation, observation), wordOf(ProbeReason, reason)].filter(Boolean);
}
