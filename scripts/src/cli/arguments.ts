import type { SubmittedFingerprint } from "@ntd/proto/intake/v1/report_service";
import { Algorithm, type Classification } from "@ntd/proto/common/v1/common";
import { InvalidArgumentError } from "commander";

const MOST = 2 ** 32 - 1;

/** A whole number from 0 to 2^32 − 1. */
export const wholeNumber = (text: string): number => numberFrom(0, text);

/** A whole number from 1 to 2^32 − 1. */
export const positiveNumber = (text: string): number => numberFrom(1, text);

function numberFrom(least: number, text: string): number {
  const value = Number(text);
  if (/^\d{1,10}$/.test(text) && value >= least && value <= MOST) return value;
  throw new InvalidArgumentError(`It is no whole number from ${least} to ${MOST}.`);
}

/** A date or an instant of ISO 8601; a date alone is its first moment in UTC. */
export function instant(text: string): Date {
  const date = new Date(text);
  // JavaScript reads 31 February as 3 March.
  const day = new Date(text.slice(0, 10));
  if (!Number.isNaN(day.getTime()) && !day.toISOString().startsWith(text.slice(0, 10))) {
    throw new InvalidArgumentError("There is no such day.");
  }
  if (/^\d{4}-\d{2}-\d{2}(T.+(Z|[+-]\d{2}:\d{2}))?$/.test(text) && !Number.isNaN(date.getTime())) return date;
  throw new InvalidArgumentError("It is no instant like 2030-01-31 or 2030-01-31T12:00:00Z.");
}

/** For an option that may be given several times. */
export function several(text: string, previous: string[] = []): string[] {
  return [...previous, text];
}

/** Names of identities isp/NAME, with or without their kind. */
export function providerIdentities(text: string, previous: string[] = []): string[] {
  return [...previous, text.replace(/^isp\//, "")];
}

/** The hashes that are typed as they are: a film's is too long. */
export const typedAlgorithms: ReadonlyMap<string, Algorithm> = new Map([
  ["sha256", Algorithm.SHA256],
  ["sha1", Algorithm.SHA1],
  ["md5", Algorithm.MD5],
  ["pdq", Algorithm.PDQ],
  ["blockhash256", Algorithm.BLOCKHASH256],
]);

/** `alg:hex`, several times. */
export function fingerprints(text: string, previous: SubmittedFingerprint[] = []): SubmittedFingerprint[] {
  const [name = "", hex = "", ...rest] = text.split(":");
  const algorithm = typedAlgorithms.get(name);
  if (algorithm !== undefined && hex !== "" && rest.length === 0) return [...previous, { algorithm, hex }];
  throw new InvalidArgumentError(`It is no alg:hex with alg one of ${[...typedAlgorithms.keys()].join(", ")}.`);
}

/** `scheme:version:code`, several times. */
export function classifications(text: string, previous: Classification[] = []): Classification[] {
  const [scheme = "", version = "", code = "", ...rest] = text.split(":");
  if (scheme !== "" && code !== "" && rest.length === 0) return [...previous, { scheme, version, code }];
  throw new InvalidArgumentError("It is no scheme:version:code.");
}
