import { catalogue, Problem, type FieldFault, type Reason } from "@ntd/service";
import { ClientError, Status } from "nice-grpc";
import { BadRequest, ErrorInfo, RichClientError, RichServerError } from "nice-grpc-error-details";

const DOMAIN = "ntd";

// Trailers are HTTP/2 headers, of which a client takes 64 KiB at most.
const MAX_MESSAGE = 1000;
const MAX_FIELD = 300;
const MAX_FIELDS_BYTES = 32 * 1024;

/** A problem as it leaves the process: status, `ErrorInfo`, and `BadRequest` when fields were refused. */
export function statusOf(problem: Problem): RichServerError {
  const fields = fitting(problem.fields);
  const left = problem.fields.length - fields.length;
  const metadata = { ...problem.metadata, ...(left > 0 && { faults_left_out: String(left) }) };
  const info = ErrorInfo.fromPartial({ reason: problem.reason, domain: DOMAIN, metadata });
  const details = fields.length === 0 ? [info] : [info, BadRequest.fromPartial({ fieldViolations: fields })];
  return new RichServerError(Status[problem.code], cut(wordsFor(problem), MAX_MESSAGE), details);
}

// Where our own peers are and whose certificates they have is no caller's business; the log has it.
function wordsFor({ message, reason, metadata }: Problem): string {
  return "why" in metadata ? catalogue[reason].sentence : message;
}

/** All faults of a request; of more than a client could take the first, and it is told how many are left out. */
function fitting(faults: readonly FieldFault[]): FieldFault[] {
  const fields: FieldFault[] = [];
  let bytes = 0;
  for (const fault of faults) {
    const field = { field: cut(fault.field, MAX_FIELD), description: cut(fault.description, MAX_FIELD) };
    bytes += Buffer.byteLength(field.field) + Buffer.byteLength(field.description) + FRAMING;
    if (bytes > MAX_FIELDS_BYTES) break;
    fields.push(field);
  }
  return fields;
}

/** What protobuf adds to a fault, at most. */
const FRAMING = 12;

// Well-formed, since grpc-js percent-encodes the message and throws at half a surrogate pair.
function cut(text: string, max: number): string {
  return (text.length > max ? `${text.slice(0, max - 3)}...` : text).toWellFormed();
}

/**
 * An error that a client received, as a problem. What a peer of this platform sent keeps its reason; what the transport
 * made up counts as "does not answer", which is retried.
 */
export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (!(error instanceof ClientError)) return Problem.from(error);
  const details = error instanceof RichClientError ? error.extra : [];
  const info = details.find((d): d is ErrorInfo => d.$type === "google.rpc.ErrorInfo");
  if (info === undefined || info.domain !== DOMAIN || !isReason(info.reason)) {
    const reason = UNREADABLE.test(error.details) ? "INTERNAL" : (reasonOfCode[error.code] ?? "INTERNAL");
    return new Problem(reason, undefined, { cause: error });
  }
  const bad = details.find((d): d is BadRequest => d.$type === "google.rpc.BadRequest");
  const fields = (bad?.fieldViolations ?? []).map(({ field, description }) => ({ field, description }));
  return new Problem(info.reason, error.details, { metadata: info.metadata, fields, cause: error });
}

/** The peer serves no such method: it is of another release. */
export function isUnserved({ cause }: Problem): boolean {
  return cause instanceof ClientError && cause.code === Status.UNIMPLEMENTED;
}

// What grpc-js says of a message that cannot be written or read: sending it again changes nothing.
const UNREADABLE = /serializ|parsing/i;

function isReason(reason: string): reason is Reason {
  return Object.hasOwn(catalogue, reason);
}

// Servers of this platform name every error, INTERNAL too: without a name it came from a connection that broke, a
// process that was killed, or a peer of another release.
const reasonOfCode: Partial<Record<Status, Reason>> = {
  [Status.UNAVAILABLE]: "PEER_UNAVAILABLE",
  [Status.CANCELLED]: "PEER_UNAVAILABLE",
  [Status.INTERNAL]: "PEER_UNAVAILABLE",
  [Status.UNIMPLEMENTED]: "PEER_UNAVAILABLE",
  [Status.ABORTED]: "PEER_UNAVAILABLE",
  [Status.DEADLINE_EXCEEDED]: "TIMED_OUT",
  [Status.RESOURCE_EXHAUSTED]: "TOO_LARGE",
  [Status.NOT_FOUND]: "NOT_FOUND",
  [Status.INVALID_ARGUMENT]: "FIELD_INVALID",
  [Status.PERMISSION_DENIED]: "NOT_ALLOWED",
  [Status.UNAUTHENTICATED]: "IDENTITY_UNKNOWN",
};
