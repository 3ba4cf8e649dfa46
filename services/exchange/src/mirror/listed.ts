import { filmText, framesOf } from "@ntd/imagehash/films";
import type { ListedEntry } from "../ncmec/entries-page.ts";
import { stemOf } from "../pulls/range.ts";

/**
 * What a member of an exchange lists, as it told it last. A delta needs it: a page says of a hash what one member says now,
 * the list what all of them say; and a tombstone names an entry, no hash.
 */
export interface ListedState {
  schemaVersion: 1;
  connectorId: string;
  member: string;
  id: string;
  time: Date;
  /** None once it is taken back. */
  hashes: readonly string[];
  code: string;
  isDisputed: boolean;
  /** In which range it was told. */
  range: string;
  /** Hashes that it had before that range. */
  before: readonly string[];
  /** Of a feed, which tells hashes and no members: what it says of this one. */
  fed?: Fed;
}

/** What a feed says of a hash. */
export interface Fed {
  quality: number;
  scheme: string;
  votes: number;
  sourceId: string;
  /** In bytes; 0: not told. */
  size: number;
  /** It was taken back for good, and why, in the words of a list; "": it is listed, or only no more. */
  cause: string;
  /** Of a film: all its frames, of which its hash is the digest. */
  film?: Uint8Array;
}

/** Of an entry that was told before a range in which all is told, and not in it: it is listed no more. */
export function untold(state: ListedState, range: string): ListedState {
  return { ...state, hashes: [], before: touched(state), range };
}

/** With what an entry says in a range; undefined where nothing changes: it says no more, or something newer is known. */
export function told(
  known: ListedState | undefined,
  { member, id, time, hashes, code, isDisputed, fed }: ListedEntry & { fed?: Fed },
  { connectorId, range, until, isAll }: { connectorId: string; range: string; until: Date; isAll?: boolean },
): ListedState | undefined {
  if (known === undefined && hashes.length === 0) return undefined;
  // Nothing that is told is younger than its range: a time to come would outlast all that is told after it.
  const at = time === undefined || time > until ? until : time;
  // Where all is told, what was told before is void, and be it of a later time: the partner may have gone back.
  const isVoid = isAll === true && known?.range !== range;
  // A feed tells one after the other what is so: what comes later holds, whatever our clock says.
  const isLater = known !== undefined && known.time > at && !isVoid && fed === undefined;
  if (known !== undefined && (isLater || isSame(known, { time: at, range, hashes, code, isDisputed, fed }))) {
    return undefined;
  }
  const entry = { connectorId, member, id, time: at, hashes, code, isDisputed, range, before: broughtOf(known, range) };
  return { schemaVersion: 1, ...entry, ...(fed !== undefined && { fed }) };
}

/** Hashes of an entry that an earlier range brought. What was told in this one before it was read anew was never brought. */
function broughtOf(known: ListedState | undefined, range: string): readonly string[] {
  if (known === undefined || known.range === range) return known?.before ?? [];
  return stemOf(known.range) === stemOf(range) ? touched(known) : known.hashes;
}

type Said = Pick<ListedState, "time" | "range" | "hashes" | "code" | "isDisputed"> & { fed: Fed | undefined };

// Told once more in the same range, as when a page comes again.
function isSame(known: ListedState, said: Said): boolean {
  const isTold = known.range === said.range && known.time.getTime() === said.time.getTime();
  const isAlike = known.code === said.code && known.isDisputed === said.isDisputed && said.fed === undefined;
  return isTold && isAlike && known.hashes.join() === said.hashes.join();
}

/** Hashes of which an entry told something in its range. */
export function touched({ hashes, before }: ListedState): string[] {
  return [...new Set([...hashes, ...before])];
}

export const HEADER = "algorithm,value,quality,scheme,code,votes,source_id,removed\n";

/** A list takes no more than that: with it, each release would wait for somebody who knows of a refused row. */
const MOST_TEXT = 200;

const isTakenText = (text: string) => text !== "" && text.length <= MOST_TEXT;

/** Exchanges pass on no PDQ of less, and do not tell it. */
const QUALITY = "50";

/** Exchanges have some hundreds of members: more than these count as so many. */
const MOST_VOTES = 1000;

/** An entry by which others are ordered: the oldest names a hash, and gives it its class. */
type Named = Pick<ListedState, "time" | "code"> & { key: string };

/** What all that list a hash say of it together: no more is held than its line needs, however many they are. */
export class Together {
  #first: Named | undefined;
  #classed: Named | undefined;
  readonly #members = new Set<string>();

  add(entry: ListedState): void {
    const { member, time, code, isDisputed } = entry;
    const said = { time, code, key: keyOf(entry) };
    if (isOlder(said, this.#first)) this.#first = said;
    if (isTakenText(code) && isOlder(said, this.#classed)) this.#classed = said;
    if (!isDisputed && this.#members.size < MOST_VOTES) this.#members.add(member);
  }

  get isNothing(): boolean {
    return this.#first === undefined;
  }

  /** The line of the hash in a list of ours; of a delta also that nobody lists it any more. */
  lineOf(hash: string): string {
    const [kind = "", value = ""] = hash.split(":");
    const quality = kind === "pdq" ? QUALITY : "";
    if (this.#first === undefined) return `${kind},${value},${quality},,,,,yes\n`;
    const { code = "" } = this.#classed ?? {};
    const classed = [code === "" ? "" : "ncmec", quoted(code)];
    const fields = [
      kind,
      value,
      quality,
      ...classed,
      this.#members.size,
      quoted(this.#first.key.slice(0, MOST_TEXT)),
      "",
    ];
    return `${fields.join(",")}\n`;
  }
}

function isOlder(a: Named, b: Named | undefined): boolean {
  if (b === undefined) return true;
  return a.time.getTime() < b.time.getTime() || (a.time.getTime() === b.time.getTime() && a.key < b.key);
}

export const FED_HEADER = "algorithm,value,quality,scheme,code,votes,source_id,size,revoked,removed\n";

/** The line of a hash that a feed told: listed, taken back for good, or no more. */
export function fedLine({ id, hashes, code, fed }: ListedState): string {
  const [kind = "", value = ""] = id.split(":");
  const { quality = 0, scheme = "", votes = 0, sourceId = "", size = 0, cause = "", film } = fed ?? {};
  const hash = `${kind},${film === undefined ? value : filmText(framesOf(film))},${kind === "pdq" ? quality : ""}`;
  if (hashes.length === 0) return `${hash},,,,,,${cause},${cause === "" ? "yes" : ""}\n`;
  const fields = [quoted(scheme), quoted(code), votes, quoted(sourceId), size === 0 ? "" : size, "", ""];
  return `${hash},${fields.join(",")}\n`;
}

const keyOf = ({ member, id }: Pick<ListedState, "member" | "id">) => `${member}-${id}`;

function quoted(text: string): string {
  // oxlint-disable-next-line no-control-regex -- a line is a line
  const plain = text.replaceAll(/[\u0000-\u001f\u007f]/g, " ");
  return /[",]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}
