import { createHash } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import type { Credentials } from "../asking/credentials.ts";
import { get, type Ways } from "../asking/ask.ts";
import type { NcmecConfig } from "../connectors/connectors-file.ts";
import type { Failed } from "../connectors/fault.ts";
import type { AskedPage } from "../pulls/asked-page.ts";
import { leadsBack, settledAt, type Range } from "../pulls/range.ts";
import { EntriesPageReader, NoPage, type EntriesPage } from "./entries-page.ts";
import { entriesUrl, nextUrl } from "./entries-url.ts";

/** So much is read at once, between which others have their turn. */
const PIECE = 64 * 1024;

/** Asks for the next page of a range, and sees that it is one. */
export async function askPage(
  { url: base }: Pick<NcmecConfig, "url">,
  range: Range,
  { user, password, ca }: Credentials,
  ways: Ways,
  signal: AbortSignal,
): Promise<AskedPage | Failed> {
  const { next, lastDigest } = range;
  const url = next === undefined ? entriesUrl(base, range.reached, range.partTo) : nextUrl(base, next);
  if (url === undefined) return noPage(LINK);
  const got = await get({ url, user, password, trust: ca === undefined ? {} : { ca }, signal }, ways);
  if ("fault" in got) return got;
  const { date: asOf } = got;
  if (asOf !== undefined && settledAt(asOf) <= range.reached) return noPage(behind(asOf, ways.clock.now()));
  const digest = createHash("sha256").update(got.bytes).digest("hex");
  if (digest === lastDigest) return noPage("The page before came once more.");
  try {
    const { unknown, listed, ...read } = await readPage(got.bytes);
    if (read.next !== undefined && nextUrl(base, read.next) === undefined) return noPage(LINK);
    if (read.next !== undefined && leadsBack(range, read.next)) return noPage(AROUND);
    const page = { ...read, bytes: got.bytes.byteLength, digest, ...(asOf !== undefined && { asOf }) };
    return { page, listed, unknown, bytes: got.bytes };
  } catch (error) {
    if (error instanceof NoPage) return noPage(error.message);
    throw error;
  }
}

const LINK = "Its link leads to no next page of the same API.";

function behind(asOf: Date, now: Date): string {
  const minutes = Math.round((now.getTime() - asOf.getTime()) / 60_000);
  return `By its clock it is ${minutes} minutes before now, and before what was pulled: see to ours, then ask the exchange.`;
}

const AROUND = "Its link leads back to a page before.";

const noPage = (what: string): Failed => ({ fault: "PAGE", sentence: `A page is none: ${what}`, isPassing: true });

async function readPage(bytes: Uint8Array): Promise<EntriesPage> {
  const text = new TextDecoder("utf-8").decode(bytes);
  const reader = new EntriesPageReader();
  for (let at = 0; at < text.length; at += PIECE) {
    reader.push(text.slice(at, at + PIECE));
    await setImmediate();
  }
  return reader.end();
}
