import type { Collections } from "../store.ts";
import { FED_HEADER, fedLine, HEADER, Together, touched } from "./listed.ts";

type Mirror = Pick<Collections, "listed">;

const PAGE = 200;
const AT_ONCE = 100;
const MOST_FOUND = 1000;
const MOST_SEEN = 500_000;

/**
 * What a range told as a list of ours: a line for each hash of which something was told in it. Of a whole list what is
 * listed alone; of a delta also what is no more. The same as long as no further page is noted.
 */
export async function* listedLines(
  mirror: Mirror,
  connectorId: string,
  range: string,
  isDelta: boolean,
): AsyncGenerator<string> {
  const seen = new Set<string>();
  yield HEADER;
  for await (const documents of mirror.listed.pages({ where: { range: rangeKey(connectorId, range) } }, PAGE)) {
    // A line that stands there twice is read as one: of a list of any length no more than these are remembered.
    if (seen.size > MOST_SEEN) seen.clear();
    const hashes = new Set(documents.flatMap(({ state }) => touched(state)).filter((hash) => !seen.has(hash)));
    for (const hash of hashes) seen.add(hash);
    const wanted = [...hashes];
    for (let at = 0; at < wanted.length; at += AT_ONCE)
      yield await linesOf(mirror, connectorId, wanted.slice(at, at + AT_ONCE), isDelta);
  }
}

/** What a feed told in a range, likewise. */
export async function* fedLines(
  { listed }: Mirror,
  connectorId: string,
  range: string,
  isDelta: boolean,
): AsyncGenerator<string> {
  yield FED_HEADER;
  for await (const documents of listed.pages({ where: { range: rangeKey(connectorId, range) } }, MOST_FOUND)) {
    const told = documents.filter(({ state }) => isDelta || state.hashes.length > 0);
    if (told.length > 0) yield told.map(({ state }) => fedLine(state)).join("");
  }
}

/** Whether a range told anything at all. */
export async function hasLines({ listed }: Mirror, connectorId: string, range: string): Promise<boolean> {
  return (await listed.find({ where: { range: rangeKey(connectorId, range) }, limit: 1 })).length > 0;
}

async function linesOf(mirror: Mirror, connectorId: string, hashes: readonly string[], isDelta: boolean) {
  const all = await said(mirror, connectorId, hashes);
  const wanted = [...all].filter(([, together]) => isDelta || !together.isNothing);
  return wanted.map(([hash, together]) => together.lineOf(hash)).join("");
}

async function said({ listed }: Mirror, connectorId: string, hashes: readonly string[]) {
  const by = new Map(hashes.map((hash) => [hash, new Together()]));
  const where = { hash: { in: hashes.map((hash) => hashKey(connectorId, hash)) } };
  for await (const documents of listed.pages({ where }, MOST_FOUND)) {
    for (const { state } of documents) for (const hash of state.hashes) by.get(hash)?.add(state);
  }
  return by;
}

export const hashKey = (connectorId: string, hash: string): string => `${connectorId} ${hash}`;

export const rangeKey = (connectorId: string, range: string): string => `${connectorId} ${range}`;

/** All that is kept of a connector, in whatever range it was told. */
export const everyRange = (connectorId: string) => ({ gte: rangeKey(connectorId, ""), lt: `${connectorId}!` });
