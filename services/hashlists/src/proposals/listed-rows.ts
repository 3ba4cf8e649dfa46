import { filmLengthFault, filmText, framesOf } from "@ntd/imagehash/films";
import type { Fingerprint } from "@ntd/proto/common/v1/common";
import { COLUMNS, type AlgorithmName } from "../formats/entry-line.ts";
import { entryIds, idTexts } from "../entries/entry-id.ts";
import { seenBy, type ProposalState } from "./proposal.ts";

/** A row of the list, and the entry that it is. */
export interface ListedRow {
  entryId: string;
  line: string;
}

/** Fingerprints of a file that a list can have. */
const LISTED: ReadonlyMap<Fingerprint["algorithm"], AlgorithmName> = new Map([
  ["ALGORITHM_SHA256", "SHA256"],
  ["ALGORITHM_SHA1", "SHA1"],
  ["ALGORITHM_MD5", "MD5"],
  ["ALGORITHM_PDQ", "PDQ"],
  ["ALGORITHM_VPDQ", "VPDQ"],
]);

/** What a proposal lists in a set: a vote for each person who saw it, its own id as the source's. */
export function rowsOf(setId: string, proposal: ProposalState, pdqQuality: number): ListedRow[] {
  const idOf = entryIds(setId);
  const votes = seenBy(proposal).length;
  return proposal.fingerprints.flatMap(({ algorithm, value, quality }) => {
    const name = LISTED.get(algorithm);
    const [isPdq, isFilm] = [name === "PDQ", name === "VPDQ"];
    if (name === undefined || (isPdq && quality < pdqQuality)) return [];
    if (isFilm && filmLengthFault(value.length) !== undefined) return [];
    const hex = Buffer.from(value).toString("hex");
    const [entryId = ""] = idTexts(idOf(name, hex));
    const written = isFilm ? filmText(framesOf(value)) : hex;
    const said = [name.toLowerCase(), written, isPdq ? quality : "", ...classOf(proposal), votes, proposal.proposalId];
    return [{ entryId, line: said.join() }];
  });
}

// Casework has checked it by its scheme; what a line could not hold is left out.
function classOf({ classification: { scheme, code } = { scheme: "", code: "" } }: ProposalState): [string, string] {
  return PLAIN.test(scheme) && PLAIN.test(code) ? [scheme, code] : ["", ""];
}

const PLAIN = /^[^",\s]{1,200}$/;

/** The file of rows, each entry once. */
export function fileOf(rows: readonly ListedRow[]): Uint8Array {
  const lines = new Map(rows.toReversed().map(({ entryId, line }) => [entryId, line]));
  return Buffer.from([COLUMNS.join(), ...lines.values(), ""].join("\n"));
}
