import { eventOf, nouns } from "@ntd/bus";
import { Report } from "@ntd/proto/intake/v1/report";
import { SubmitReportRequest, type SubmitReportResponse } from "@ntd/proto/intake/v1/report_service";
import { callerOf, scopedRequestId, type CallContext } from "@ntd/rpc";
import { derivedId, keyedId, Problem, sealAddress } from "@ntd/service";
import type { Deps } from "../deps.ts";
import { helplinesFor } from "../answers/helplines.ts";
import { sentenceFor } from "../answers/sentences.ts";
import type { ReporterKind } from "../reporters/listed.ts";
import { targetOf } from "./former-target.ts";
import { isWaiting } from "../bundles/bundle.ts";
import { reportAccepted, reportBundled } from "../metrics.ts";
import { toReport } from "./publish.ts";
import type { StoredReport, StoredTarget } from "../store.ts";
import { validSubmission, type SubmissionTarget } from "./submission.ts";

const MAX_EVENT_BYTES = 256 * 1024;

/** Takes a report: everything is checked first, one write saves it with its event, a repeat gets the first answer. */
export function submitReport(deps: Deps) {
  return async (request: SubmitReportRequest, context: CallContext): Promise<SubmitReportResponse> => {
    const caller = callerOf(context);
    const now = deps.clock.now();
    const listed = deps.reporters?.value.get(caller.person);
    const isListedAs = (kind: ReporterKind) => deps.reporters === undefined || listed?.kind === kind;
    const { requestId, targets } = validSubmission(request, { kind: caller.kind, isListedAs }, now);
    const id = derivedId("report", scopedRequestId(caller.id, "SubmitReport", requestId));
    const received: StoredReport = {
      schemaVersion: 2,
      submitter: caller.id,
      requestDigest: digestOf(deps.targetKey, request),
      channel: request.channel,
      receivedTime: now,
      targets: await Promise.all(targets.map((target) => storedTarget(deps, target, now))),
      ...(request.threat === undefined ? {} : { threat: request.threat }),
      ...(request.description === "" ? {} : { description: deps.sealer.seal(request.description, "words", now) }),
      language: request.language,
      ...saidBeside(request),
      ...(listed?.trusted && { isTrusted: true }),
      isUnfiled: true,
      ...(targets.length === 0 && { wordsTargetId: derivedId("words", id) }),
    };
    const published = toReport(id, { ...received, bundled: {} }, deps.targetKey);
    refuseLargeEvent(published);
    const report = deps.senders.admits(received, now) ? received : { ...received, bundled: {} };
    if (!(await insert(deps, id, report, now))) return repeated(deps, id, report, targets);
    return answer(deps, id, report, targets);
  };
}

/** One that waits is told later (`every-second-tell-reports.ts`); saved it is all the same. False for a repeat. */
async function insert(deps: Deps, id: string, report: StoredReport, now: Date): Promise<boolean> {
  const event = () => eventOf(nouns.report, "received", id, toReport(id, report, deps.targetKey), now);
  if ((await deps.reports.insert(id, report, isWaiting(report) ? undefined : event())) === undefined) {
    // A repeat counts once.
    if (!isWaiting(report)) deps.senders.giveBack(report);
    return false;
  }
  reportAccepted(report.channel);
  if (isWaiting(report)) reportBundled(report.channel);
  return true;
}

function saidBeside({ happeningToMe, selfMade, lifeAtRisk, consentsToPolice }: SubmitReportRequest) {
  return {
    ...(happeningToMe === true && { happeningToMe }),
    ...(selfMade === true && { selfMade }),
    ...(lifeAtRisk === true && { lifeAtRisk }),
    ...(consentsToPolice === true && { consentsToPolice }),
  };
}

async function repeated(
  deps: Deps,
  id: string,
  report: StoredReport,
  targets: readonly SubmissionTarget[],
): Promise<SubmitReportResponse> {
  const first = await deps.reports.load(id);
  if (first === undefined || first.state.requestDigest !== report.requestDigest) throw new Problem("REQUEST_ID_REUSED");
  return answer(deps, id, first.state, targets);
}

// What was read is in the request, of a repeat too: the sealed address is not opened for it.
function answer(
  { helplines, sentences }: Deps,
  id: string,
  report: StoredReport,
  asked: readonly SubmissionTarget[],
): SubmitReportResponse {
  const { receivedTime, targets, language, happeningToMe, selfMade } = report;
  const readAs = targets.flatMap(({ isRepaired }, index) =>
    isRepaired === true ? [{ index, url: asked[index]?.address.fetch ?? "" }] : [],
  );
  const sentence = sentenceFor(sentences.value, language, "RECEIVED");
  const waits = isWaiting(report);
  const isVictim = happeningToMe === true || selfMade === true;
  const helped = isVictim && helplines && { helplines: { helplines: helplinesFor(helplines.value, language) } };
  return { name: `reports/${id}`, receivedTime, readAs, sentence, ...helped, ...(waits && { isWaiting: true }) };
}

async function storedTarget(deps: Deps, target: SubmissionTarget, now: Date): Promise<StoredTarget> {
  const { address, isRepaired, observedTime, mediaType, fingerprints } = target;
  return {
    ...(await targetOf(deps, address)),
    address: sealAddress(deps.sealer, address, now),
    ...(isRepaired && { isRepaired }),
    ...(observedTime === undefined ? {} : { observedTime }),
    mediaType,
    fingerprints,
  };
}

// Keyed: a plain digest of a short body would let its address be guessed. A request id in capitals is the same one.
function digestOf(key: Uint8Array, request: SubmitReportRequest): string {
  const body = SubmitReportRequest.encode({ ...request, requestId: "" }).finish();
  return keyedId(key, "body", Buffer.from(body).toString("base64"));
}

function refuseLargeEvent(report: Report): void {
  const bytes = Report.encode(report).finish().length;
  if (bytes <= MAX_EVENT_BYTES) return;
  const description = `sealed it has ${bytes} bytes; at most ${MAX_EVENT_BYTES}: report fewer long addresses at a time`;
  throw Problem.fields({ field: "report", description });
}
