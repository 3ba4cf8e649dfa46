import { createHash } from "node:crypto";
import type { Fingerprint } from "@ntd/proto/common/v1/common";
import { derivedId } from "@ntd/service";

/** How a list stands: what came into it last, and how the first of its entries are told. */
export interface Version {
  window: number;
  votes: number;
}

export const FIRST: Version = { window: 0, votes: 1 };

const LISTED = 10_000;
/** Told anew they go and come, which together is more than a quarter of all: the release is read whole. */
const TOLD_ANEW = 2000;
/** With these a look-up finds less than fifty: of more it is told the strongest alone. */
const STEP = 5;

/** The next one: some entries come, some go, some are told anew. With `whole`, so many that nobody takes in the changes alone. */
export function next({ window, votes }: Version, whole: boolean): Version {
  return { window: window + 1, votes: whole ? votes + 1 : votes };
}

interface Listed {
  algorithm: "MD5" | "PDQ";
  value: string;
  votes: number;
}

const digest = (text: string) => createHash("sha256").update(text).digest("hex");
const lasting = (n: number, votes: number): Listed => ({ algorithm: "MD5", value: digest(`${n}`).slice(0, 32), votes });
/** Files that come and go, each by two hashes. */
const passing = (n: number, votes: number): Listed[] => [
  { algorithm: "MD5", value: digest(`file ${n}`).slice(0, 32), votes },
  { algorithm: "PDQ", value: digest(`picture ${n}`), votes },
];

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);
const windowOf = ({ window }: Version) => ({ from: window * STEP, to: window * STEP + 2 * STEP });

// Votes tell which version an entry is of.
function passingIn(version: Version): Listed[] {
  const { from, to } = windowOf(version);
  return range(from, to).flatMap((n) => passing(n, version.window + 1));
}

const lastingIn = ({ votes }: Version, of = range(0, LISTED)) => of.map((n) => lasting(n, n < TOLD_ANEW ? votes : 1));

// What a source says of a file is long, so that the file of a list is some mebibytes.
const rowOf = ({ algorithm, value, votes }: Listed, removed = "") =>
  `${algorithm.toLowerCase()},${value},${algorithm === "PDQ" ? 90 : ""},national,csam,${votes},${value.padEnd(100, "-")}${removed}`;
const HEADER = "algorithm,value,quality,scheme,code,votes,source_id";

/** The whole list. */
export function wholeList(version: Version): string {
  return [HEADER, ...[...lastingIn(version), ...passingIn(version)].map((one) => rowOf(one)), ""].join("\n");
}

/** What leads from one version to the next, as a delta. */
export function deltaOf(from: Version, to: Version): string {
  const gone = range(windowOf(from).from, windowOf(to).from).flatMap((n) => passing(n, 1));
  const told = passingIn(to).map((one) => rowOf(one, ",,,"));
  return [`${HEADER},size,revoked,removed`, ...told, ...gone.map((one) => rowOf(one, ",,,yes")), ""].join("\n");
}

export function entryCount(version: Version): number {
  return LISTED + passingIn(version).length;
}

/** What a look-up asks for: of each kind of entry of two versions that follow each other some. */
export function asked(from: Version, to: Version): Fingerprint[] {
  const some = [...lastingIn(from, SOME), ...range(windowOf(from).from, windowOf(to).to).flatMap((n) => passing(n, 1))];
  return some.map(({ algorithm, value }) => ({
    algorithm: `ALGORITHM_${algorithm}`,
    value: Buffer.from(value, "hex"),
    quality: algorithm === "PDQ" ? 90 : 0,
  }));
}

const SOME = [...range(0, 10), ...range(LISTED - 10, LISTED)];

/** What it is answered from a version, as `entry votes`; the two that follow each other have no answer in common. */
export function answerOf(setId: string, version: Version): string[] {
  const found = [...lastingIn(version, SOME), ...passingIn(version)];
  return found
    .map(({ algorithm, value, votes }) => `${derivedId("entry", setId, algorithm, value)} ${votes}`)
    .toSorted();
}
