import { changeOnce } from "@ntd/host";
import { GiveFeedbackRequest, type GiveFeedbackResponse } from "@ntd/proto/exchange/v1/feedback_service";
import { callerOf, type CallContext } from "@ntd/rpc";
import { derivedId, Problem, shown, type FieldFault } from "@ntd/service";
import { connectorId } from "../connectors/connector-id.ts";
import type { NcmecConfig } from "../connectors/connectors-file.ts";
import type { Deps } from "../deps.ts";
import { hashKey } from "../mirror/delta-lines.ts";
import { feedbackUrl } from "../ncmec/feedback-submission.ts";
import { connectorFor } from "./connector-for.ts";
import { said, type EntryOfMember, type Opinion, type Reason } from "./feedback.ts";
import { toFeedback } from "./feedback-message.ts";
import { knownReasons } from "./known-reasons.ts";
import { namedHash, type Kind } from "./named-hash.ts";

const MOST_REASONS = 10;
/** More entries list no hash. */
const MOST_ENTRIES = 500;

/**
 * One person suffices: nothing here decides by it, no address and no case is named, the exchange lists the hash already,
 * and another word takes its place.
 */
export function giveFeedback(deps: Deps) {
  return async (request: GiveFeedbackRequest, context: CallContext): Promise<GiveFeedbackResponse> => {
    const { person } = callerOf(context);
    const config = await connectorFor(deps, request.connector, context, "say");
    const { opinion, kind, hash } = read(request);
    const id = connectorId(config);
    const body = GiveFeedbackRequest.encode(request).finish();
    const call = { caller: person, method: "GiveFeedback", requestId: request.requestId, body };
    const { document } = await changeOnce(deps.feedback, derivedId("feedback", id, hash), call, async (before) => {
      const reasons = opinion === "AGREE" ? [] : await named(deps, config, kind, request.reasonIds);
      const entries = await entriesWith(deps, config, kind, hash);
      const word = { connectorId: id, hash, opinion, reasons, givenBy: person };
      return { state: said(before, word, entries, deps.clock.now()), answer: null };
    });
    deps.kickSender();
    return { feedback: toFeedback(config.name, document.state) };
  };
}

const OPINIONS: Readonly<Record<string, Opinion>> = {
  FEEDBACK_OPINION_AGREE: "AGREE",
  FEEDBACK_OPINION_DISAGREE: "DISAGREE",
};

function read({ fingerprint, opinion: given, reasonIds }: GiveFeedbackRequest) {
  const faults: FieldFault[] = [];
  const hash = namedHash(fingerprint);
  const opinion = OPINIONS[given];
  if (!("hash" in hash)) faults.push(hash);
  if (opinion === undefined) faults.push({ field: "opinion", description: "is none; say agree or disagree" });
  const isCount =
    opinion === "AGREE" ? reasonIds.length === 0 : reasonIds.length >= 1 && reasonIds.length <= MOST_REASONS;
  if (!isCount) {
    const description = `names ${reasonIds.length}; a disagreement takes 1 to ${MOST_REASONS}, an agreement none`;
    faults.push({ field: "reason_ids", description });
  }
  if (faults.length > 0 || !("hash" in hash) || opinion === undefined) throw Problem.fields(...faults);
  return { ...hash, opinion };
}

async function named(deps: Deps, config: NcmecConfig, kind: Kind, ids: readonly string[]): Promise<Reason[]> {
  const known = new Map((await knownReasons(deps, config, kind)).map((reason) => [reason.id, reason]));
  const unknown = ids.findIndex((id) => !known.has(id));
  if (unknown >= 0) {
    const description = `${shown(ids[unknown])} is none of the exchange's for ${kind}; ntd exchange reasons lists them`;
    throw Problem.fields({ field: `reason_ids[${unknown}]`, description });
  }
  return [...new Set(ids)].flatMap((id) => known.get(id) ?? []);
}

// What it is said of is frozen with the word: who lists the hash later is another matter.
async function entriesWith(deps: Deps, config: NcmecConfig, kind: Kind, hash: string): Promise<EntryOfMember[]> {
  const where = { hash: hashKey(connectorId(config), hash) };
  const found = await deps.listed.find({ where, limit: MOST_ENTRIES + 1 });
  const entries = found
    .map(({ state: { member, id } }) => ({ member, id }))
    .filter((entry) => feedbackUrl(config.url, entry, kind) !== undefined);
  if (found.length > MOST_ENTRIES) throw new Problem("TOO_LARGE", `More than ${MOST_ENTRIES} entries list this hash.`);
  if (entries.length > 0) return entries;
  throw new Problem(
    "NOT_FOUND",
    `No entry that ${config.name} pulled lists this hash now: there is nothing to speak of.`,
  );
}
