import type { RevocationCause } from "@ntd/proto/common/v1/common";
import { shown } from "@ntd/service";
import type { EntryLine } from "./entry-line.ts";
import { faultIn, type Fault } from "./fault.ts";

/** The texts of what a line tells of its hash, and a record of all of its hashes. */
export type ToldTexts = Record<"scheme" | "code" | "votes" | "sourceId" | "size" | "revoked" | "removed", string>;

/** The same, read: what is told of an entry beside its hash. */
export interface Told extends Pick<EntryLine, "scheme" | "code" | "votes" | "sourceId"> {
  more: Pick<EntryLine, "size" | "revoked" | "removed"> | undefined;
  /** It takes none back and removes none. */
  isEntry: boolean;
  faults: readonly Fault[];
}

export function readTold(texts: ToldTexts): Told {
  const { scheme, code, sourceId } = texts;
  const faults: Fault[] = [];
  if ((scheme === "") !== (code === "")) {
    faults.push(faultIn(scheme === "" ? "scheme" : "code", "scheme and code go together"));
  }
  limit(faults, "scheme", scheme);
  limit(faults, "code", code);
  limit(faults, "source_id", sourceId);
  const votes = texts.votes === "" ? 1 : whole(texts.votes, MAX_VOTES);
  if (votes === undefined) {
    const problem = `${shown(texts.votes)} is no whole number from 0 to ${MAX_VOTES}`;
    faults.push(faultIn("votes", problem, texts.votes));
  }
  const isEntry = texts.revoked === "" && texts.removed === "";
  const more = isEntry && texts.size === "" ? undefined : readMore(texts, faults);
  return { scheme, code, votes: votes ?? 0, sourceId, more, isEntry, faults };
}

// What few lines tell.
function readMore({ size: sizeText, revoked: causeText, removed: removedText }: ToldTexts, faults: Fault[]) {
  const size = sizeText === "" ? 0 : whole(sizeText, MAX_SIZE);
  if (size === undefined) {
    const problem = `${shown(sizeText)} is no whole number of bytes from 0 to ${MAX_SIZE}`;
    faults.push(faultIn("size", problem, sizeText));
  }
  const revoked = causeText === "" ? undefined : CAUSES.get(causeText.toLowerCase().replaceAll("_", "-"));
  if (causeText !== "" && revoked === undefined) {
    faults.push(faultIn("revoked", `${shown(causeText)} is none of ${[...CAUSES.keys()].join(", ")}`, causeText));
  }
  const removed = removedText.toLowerCase() === "yes";
  if (removedText !== "" && !removed) {
    faults.push(faultIn("removed", `${shown(removedText)} is neither yes nor empty`));
  }
  if (removed && causeText !== "") {
    faults.push(faultIn("removed", "goes with no cause in revoked: what is taken back is gone anyway"));
  }
  const more = { ...(size && { size }), ...(revoked && { revoked }), ...(removed && { removed: true as const }) };
  return Object.keys(more).length === 0 ? undefined : more;
}

function limit(faults: Fault[], field: "scheme" | "code" | "source_id", text: string): void {
  if (text.length > MAX_TEXT) faults.push(faultIn(field, `has ${text.length} characters; at most ${MAX_TEXT}`));
  // In its place stood something else; two files would seem to be one.
  if (text.includes("\ufffd")) faults.push(faultIn(field, "holds what is no UTF-8; save the list as UTF-8"));
  // Texts are kept one a line.
  if (CONTROL.test(text)) faults.push(faultIn(field, "holds a control character"));
}

/** Words of a stranger are looked up in maps: an object knows "constructor", too. */
export const CAUSES = new Map<string, RevocationCause>(
  Object.entries({
    "wrong-file": "REVOCATION_CAUSE_WRONG_FILE",
    "not-illegal": "REVOCATION_CAUSE_NOT_ILLEGAL",
    "withdrawn-by-contributor": "REVOCATION_CAUSE_WITHDRAWN_BY_CONTRIBUTOR",
    expired: "REVOCATION_CAUSE_EXPIRED",
    licence: "REVOCATION_CAUSE_LICENCE",
    reclassed: "REVOCATION_CAUSE_RECLASSED",
    duplicate: "REVOCATION_CAUSE_DUPLICATE",
  } as const),
);

const MAX_TEXT = 200;
// oxlint-disable-next-line no-control-regex -- that is what is looked for
const CONTROL = /[\u0000-\u0008\u000a-\u001f\u007f]/;
const MAX_VOTES = 1_000_000;
const MAX_SIZE = 2 ** 32 - 1;

/** Undefined for what is no whole number, or more than that. */
export function whole(text: string, most: number): number | undefined {
  const value = Number(text);
  return /^\d{1,10}$/.test(text) && value <= most ? value : undefined;
}
