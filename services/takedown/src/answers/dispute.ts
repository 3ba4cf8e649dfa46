import type { TargetOutcome } from "@ntd/proto/takedown/v1/notice_service";
import { Problem, type Sealer } from "@ntd/service";
import type { Said } from "./answer.ts";

const MAX_TEXT = 2000;

/**
 * What a provider says of each target, with why it disputes sealed. A client of release 0.2 disputes without saying why.
 *
 * @throws Problem FIELD_INVALID, by the name of the outcome.
 */
export function sealDisputes(outcomes: readonly TargetOutcome[], sealer: Sealer, now: Date): Said[] {
  return outcomes.map(({ disputeText: text, ...said }, index) => {
    const description = fault(said, text);
    if (description !== undefined) throw Problem.fields({ field: `outcomes[${index}]`, description });
    return text === "" ? said : { ...said, disputeText: sealer.seal(text, "words", now) };
  });
}

function fault({ outcome, disputeGrounds }: Said, text: string): string | undefined {
  if (disputeGrounds === "UNRECOGNIZED") return "dispute_grounds is no word of this release; say OTHER and why";
  const isDisputed = disputeGrounds !== "DISPUTE_GROUNDS_UNSPECIFIED";
  if ((isDisputed || text !== "") && outcome !== "OUTCOME_DISPUTED") {
    return "dispute_grounds and dispute_text go with DISPUTED and with nothing else; leave them out";
  }
  if (isDisputed !== (text !== "")) return "dispute_grounds and dispute_text go together; give both, or neither";
  if (text.length > MAX_TEXT) return `dispute_text has ${text.length} characters; at most ${MAX_TEXT} are taken`;
  if (isDisputed && text.trim() === "") return "dispute_text is blank; say why";
  return /\p{Cc}/u.test(text)
    ? "dispute_text holds a control character, such as a line break; leave it out"
    : undefined;
}
