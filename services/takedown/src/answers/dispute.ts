import type { TargetOutcome } from "@ntd/proto/takedown/v1/notice_service";
import { Problem, type FieldFault, type Sealer } from "@ntd/service";
import type { Said } from "./answer.ts";

const MAX_TEXT = 2000;

/**
 * What a provider says of each target, with why it disputes sealed. A client of release 0.2 disputes without saying why.
 *
 * @throws Problem FIELD_INVALID, with every fault, by its field.
 */
export function sealDisputes(outcomes: readonly TargetOutcome[], sealer: Sealer, now: Date): Said[] {
  const faults = outcomes.flatMap(({ disputeText: text, ...said }, index) => {
    const found = fault(said, text);
    return found === undefined ? [] : [{ field: `outcomes[${index}].${found.field}`, description: found.description }];
  });
  if (faults.length > 0) throw Problem.fields(...faults);
  return outcomes.map(({ disputeText: text, ...said }) =>
    text === "" ? said : { ...said, disputeText: sealer.seal(text, "words", now) },
  );
}

function fault({ outcome, disputeGrounds }: Said, text: string): FieldFault | undefined {
  const of = (field: string, description: string): FieldFault => ({ field, description });
  if (disputeGrounds === "UNRECOGNIZED") return of("dispute_grounds", "is no word of this release; say OTHER and why");
  const isDisputed = disputeGrounds !== "DISPUTE_GROUNDS_UNSPECIFIED";
  if ((isDisputed || text !== "") && outcome !== "OUTCOME_DISPUTED") {
    const field = isDisputed ? "dispute_grounds" : "dispute_text";
    return of(field, "goes with DISPUTED and with nothing else; leave it out");
  }
  if (isDisputed && text === "") return of("dispute_text", "is missing; dispute_grounds and it go together");
  if (!isDisputed && text !== "") return of("dispute_grounds", "is missing; dispute_text and it go together");
  if (text.length > MAX_TEXT) {
    return of("dispute_text", `has ${text.length} characters; at most ${MAX_TEXT} are taken`);
  }
  if (isDisputed && text.trim() === "") return of("dispute_text", "is blank; say why");
  const isControlled = /\p{Cc}/u.test(text);
  return isControlled ? of("dispute_text", "holds a control character, such as a line break; leave it out") : undefined;
}
