import { createHash } from "node:crypto";
import { filmLengthFault, filmText, framesOf, readFilmText } from "@ntd/imagehash/films";
import type { Algorithm, Fingerprint, RevocationCause } from "@ntd/proto/common/v1/common";
import type { FeedChange, FeedEntry, FeedPage } from "@ntd/proto/feed/v1/feed_service";
import type { Fed } from "../mirror/listed.ts";
import type { ListedEntry } from "../ncmec/entries-page.ts";
import { countLeft, leftKey } from "../pulls/left-out.ts";
import type { Counts } from "../pulls/range.ts";

/** What a page of a feed tells, as it is noted here. */
export interface FedPage extends Omit<Counts, "pages" | "bytes"> {
  listed: (ListedEntry & { fed: Fed })[];
  /** What this release does not take. */
  unknown: string[];
}

/** A list takes no more than these: with it, each release would wait for somebody who knows of a refused row. */
const [MOST_TEXT, MOST_VOTES, MOST_SIZE] = [200, 1_000_000, 2 ** 32];

const KINDS: Partial<Record<Algorithm, [name: string, bytes: number]>> = {
  ALGORITHM_SHA256: ["sha256", 32],
  ALGORITHM_SHA1: ["sha1", 20],
  ALGORITHM_MD5: ["md5", 16],
  ALGORITHM_PDQ: ["pdq", 32],
  ALGORITHM_BLOCKHASH256: ["blockhash256", 32],
};
const FILM = "ALGORITHM_VPDQ";

export function fedPage({ changes }: Pick<FeedPage, "changes">, now: Date): FedPage {
  const unknown = new Set<string>();
  const left: Record<string, number> = {};
  const listed = changes.flatMap((change) => {
    const entry = entryOf(change, now);
    if (!("unknown" in entry)) return [entry];
    unknown.add(entry.unknown);
    if (change.change?.$case === "put") countLeft(left, leftKey("UNREAD", wordOf(change.change.value)));
    return [];
  });
  const tombstones = changes.filter(({ change }) => change?.$case === "removal").length;
  const readable = listed.filter(({ isGone }) => !isGone).length;
  return { listed, entries: changes.length - tombstones, readable, tombstones, unknown: [...unknown], left };
}

const wordOf = ({ fingerprint }: FeedEntry) => (fingerprint?.algorithm ?? "").toLowerCase().replace(/^algorithm_/, "");

function entryOf({ change }: FeedChange, now: Date): (ListedEntry & { fed: Fed }) | { unknown: string } {
  if (change === undefined) return { unknown: "a change of a new kind" };
  const { fingerprint } = change.value;
  const hash = fingerprint && hashOf(fingerprint);
  if (fingerprint === undefined || hash === undefined)
    return { unknown: `hashes of ${fingerprint?.algorithm ?? "none"}` };
  const { algorithm, quality, value } = fingerprint;
  const film = algorithm === FILM ? { film: value } : {};
  const about = { member: "", id: hash, time: now, isDisputed: false };
  if (change.$case === "removal") {
    const fed = { ...UNTOLD, ...film, quality, cause: causeWord(change.value.cause) };
    return { ...about, code: "", hashes: [], isGone: true, fed };
  }
  const { classification, fileKey, sizeBytes, disputed: isDisputed } = change.value;
  // What is disputed there decides nothing here: no set that asks for votes lets it.
  const votes = isDisputed ? 0 : Math.min(change.value.votes, MOST_VOTES);
  const size = sizeBytes < MOST_SIZE ? sizeBytes : 0;
  const [scheme, code] = [classification?.scheme ?? "", classification?.code ?? ""];
  const isClassed = scheme !== "" && code !== "" && Math.max(scheme.length, code.length) <= MOST_TEXT;
  const sourceId = Buffer.from(fileKey.subarray(0, MOST_TEXT / 2)).toString("hex");
  const fed = { ...film, quality, scheme: isClassed ? scheme : "", votes, sourceId, size, cause: "" };
  return { ...about, code: isClassed ? code : "", hashes: [hash], isGone: false, isDisputed, fed };
}

const UNTOLD = { scheme: "", votes: 0, sourceId: "", size: 0 };

function hashOf({ algorithm, value }: Fingerprint): string | undefined {
  if (algorithm === FILM) return filmHash(value);
  const [name = "", bytes] = KINDS[algorithm] ?? [];
  return bytes === value.byteLength ? `${name}:${Buffer.from(value).toString("hex")}` : undefined;
}

// A film is named by the digest of its frames: no index takes a thousand of them. A list refuses one whose frames do not
// go by time.
function filmHash(value: Uint8Array): string | undefined {
  if (filmLengthFault(value.byteLength) !== undefined || "problem" in readFilmText(filmText(framesOf(value)))) {
    return undefined;
  }
  return `vpdq:${createHash("sha256").update(value).digest("hex")}`;
}

/** The word of a list; "" where the hash is only listed no more. */
function causeWord(cause: RevocationCause): string {
  if (cause === "REVOCATION_CAUSE_UNSPECIFIED" || cause === "UNRECOGNIZED") return "";
  return cause.slice("REVOCATION_CAUSE_".length).toLowerCase().replaceAll("_", "-");
}
