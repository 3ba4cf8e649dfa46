import { addressFaults, parseAddress } from "@ntd/address";
import { Algorithm, MediaType, type Fingerprint } from "@ntd/proto/common/v1/common";
import { Channel, ThreatNature, ThreatType, type Threat } from "@ntd/proto/intake/v1/report";
import {
  SubmitReportRequest,
  type SubmittedFingerprint,
  type SubmittedTarget,
} from "@ntd/proto/intake/v1/report_service";
import { isUuid, Problem, shown, type FieldFault } from "@ntd/service";
import type { Address } from "@ntd/service";
import type { ReporterKind } from "../reporters/listed.ts";
import { languageFaults } from "../field-faults.ts";

/** A request that has passed every check. */
export interface Submission {
  requestId: string;
  targets: SubmissionTarget[];
}

export interface SubmissionTarget {
  address: Address;
  /** Not as it was pasted: its sender is told as what it was read. */
  isRepaired: boolean;
  observedTime: Date | undefined;
  mediaType: MediaType;
  fingerprints: Fingerprint[];
}

/** Who sends it, by their certificate, and as what the hotline knows them: as anything, where it knows nobody. */
export interface Sender {
  kind: string;
  isListedAs: (kind: ReporterKind) => boolean;
}

const MAX_TARGETS = 100;
const MAX_REPORT_BYTES = 512 * 1024;
const MAX_FINGERPRINTS = 20;
/** What words alone are enough to act on, and can be read. */
const MIN_WORDS = 10;
const MAX_WORDS = 20_000;
/** A reporter's clock may be ahead of ours by this much. */
const CLOCK_TOLERANCE_MS = 5 * 60_000;

/**
 * Checks the whole request before anything is saved.
 *
 * @throws Problem FIELD_INVALID with every fault. No fault holds an address or a hash.
 */
export function validSubmission(request: SubmitReportRequest, sender: Sender, now: Date): Submission {
  const faults: FieldFault[] = [...headFaults(request, sender)];
  const targets = request.targets
    .slice(0, MAX_TARGETS)
    .map((target, i) => validTarget(target, `targets[${i}]`, now, faults))
    .filter((target) => target !== undefined);
  if (faults.length > 0) throw Problem.fields(...faults);
  return { requestId: request.requestId.toLowerCase(), targets };
}

function* headFaults(request: SubmitReportRequest, sender: Sender): Generator<FieldFault> {
  const { requestId, channel, targets, threat } = request;
  if (!isUuid(requestId)) {
    yield { field: "request_id", description: `${shown(requestId)} is no UUID; draw one for each request` };
  }
  yield* channelFaults(channel, sender);
  if (targets.length === 0) yield* wordsFaults(request.description);
  if (targets.length > MAX_TARGETS) {
    yield { field: "targets", description: `holds ${targets.length}; report at most ${MAX_TARGETS} at a time` };
  }
  const bytes = SubmitReportRequest.encode(request).finish().length;
  if (bytes > MAX_REPORT_BYTES) {
    yield { field: "report", description: `has ${bytes} bytes; at most ${MAX_REPORT_BYTES}: report fewer at a time` };
  }
  if (threat !== undefined) yield* threatFaults(threat);
  yield* languageFaults(request.language);
}

// A report without an address: the words are all that there is.
function* wordsFaults(description: string): Generator<FieldFault> {
  const length = description.trim().length;
  if (length === 0) {
    const toDo = `report 1 to ${MAX_TARGETS} addresses, or say what happens in the description`;
    yield { field: "targets", description: `holds none; ${toDo}` };
  } else if (length < MIN_WORDS || length > MAX_WORDS) {
    const takes = `without an address it takes ${MIN_WORDS} to ${MAX_WORDS}`;
    yield { field: "description", description: `has ${length} characters; ${takes}` };
  }
}

function* threatFaults({ type, nature }: Threat): Generator<FieldFault> {
  const description = "is missing or unknown; choose one or leave threat out";
  if (type === ThreatType.UNSPECIFIED || type === ThreatType.UNRECOGNIZED) yield { field: "threat.type", description };
  if (nature === ThreatNature.UNSPECIFIED || nature === ThreatNature.UNRECOGNIZED) {
    yield { field: "threat.nature", description };
  }
}

function* channelFaults(channel: Channel, { kind, isListedAs }: Sender): Generator<FieldFault> {
  if (channel === Channel.UNSPECIFIED || channel === Channel.UNRECOGNIZED) {
    yield { field: "channel", description: "is missing or unknown; say by which way the report came" };
  } else if ((channel === Channel.POLICE) !== (kind === "police")) {
    yield { field: "channel", description: "POLICE is for police identities alone, and they report by no other" };
  } else if (channel === Channel.INDUSTRY && !isListedAs("industry")) {
    yield { field: "channel", description: "INDUSTRY is for those whom the hotline knows as industry; choose PUBLIC" };
  } else if (channel === Channel.PARTNER_HOTLINE && !isListedAs("partner_hotline")) {
    const description = "PARTNER_HOTLINE is for those whom the hotline knows as one; choose PUBLIC";
    yield { field: "channel", description };
  }
}

function validTarget(
  target: SubmittedTarget,
  at: string,
  now: Date,
  faults: FieldFault[],
): SubmissionTarget | undefined {
  const { url, observedTime, mediaType, fingerprints } = target;
  const before = faults.length;
  const read = parseAddress(url);
  if ("fault" in read) faults.push({ field: `${at}.url`, description: addressFaults[read.fault] });
  if (observedTime !== undefined && observedTime.getTime() > now.getTime() + CLOCK_TOLERANCE_MS) {
    faults.push({ field: `${at}.observed_time`, description: "lies in the future; say when it was seen, in UTC" });
  }
  if (mediaType === MediaType.UNRECOGNIZED) {
    faults.push({ field: `${at}.media_type`, description: "is unknown; choose one or leave it out" });
  }
  if (fingerprints.length > MAX_FINGERPRINTS) {
    faults.push({
      field: `${at}.fingerprints`,
      description: `holds ${fingerprints.length}; at most ${MAX_FINGERPRINTS}`,
    });
  }
  // A message holds a million that are empty: no more are looked at than one may name.
  const some = fingerprints.slice(0, MAX_FINGERPRINTS);
  const valid = some.map((fingerprint, i) => validFingerprint(fingerprint, `${at}.fingerprints[${i}]`, faults));
  if ("fault" in read || faults.length > before) return undefined;
  return { ...read, observedTime, mediaType, fingerprints: valid };
}

const bytesOf: Partial<Record<Algorithm, number>> = {
  [Algorithm.SHA256]: 32,
  [Algorithm.SHA1]: 20,
  [Algorithm.MD5]: 16,
  [Algorithm.PDQ]: 32,
  [Algorithm.BLOCKHASH256]: 32,
};

function validFingerprint({ algorithm, hex }: SubmittedFingerprint, at: string, faults: FieldFault[]): Fingerprint {
  const bytes = bytesOf[algorithm];
  if (bytes === undefined) {
    faults.push({ field: `${at}.algorithm`, description: "is missing or unknown; name the algorithm" });
  } else if (!/^[0-9a-f]*$/i.test(hex)) {
    faults.push({ field: `${at}.hex`, description: "is not hex; write digits 0-9 and letters a-f" });
  } else if (hex.length !== bytes * 2) {
    faults.push({ field: `${at}.hex`, description: `has ${hex.length} digits; this algorithm takes ${bytes * 2}` });
  }
  return { algorithm, value: Uint8Array.from(Buffer.from(hex, "hex")), quality: 0 };
}
