import { readCredentials } from "../asking/credentials.ts";
import type { ConnectorConfig } from "../connectors/connectors-file.ts";
import type { Failed } from "../connectors/fault.ts";
import type { Deps } from "../deps.ts";
import { askFeed, openFeed } from "../feed/ask-feed.ts";
import { askPage } from "../ncmec/ask-page.ts";
import type { AskedPage } from "./asked-page.ts";
import type { Range } from "./range.ts";

/** A partner that can be asked for pages, whatever it speaks. */
export interface Source extends AsyncDisposable {
  /** @param token where it said that the last range ended; "" for the beginning. */
  ask(range: Range, token: string, signal: AbortSignal): Promise<AskedPage | Failed>;
}

type Opening = Pick<Deps, "ways" | "isLive" | "clock">;

/** Reads what it takes to speak to a partner: at each pull, so that new files need no new start. */
export async function openSource(config: ConnectorConfig, deps: Opening): Promise<Source | (Failed & AsyncDisposable)> {
  const { ways, isLive, clock } = deps;
  if (config.kind === "ncmec") {
    const credentials = await readCredentials(config, isLive);
    if ("fault" in credentials) return { ...credentials, ...NOTHING };
    return { ask: (range, _, signal) => askPage(config, range, credentials, ways, signal), ...NOTHING };
  }
  const feed = await openFeed(config, ways);
  if ("fault" in feed) return { ...feed, ...NOTHING };
  return {
    ask: (range, token, signal) => askFeed(config, range, { feed, token, now: clock.now(), signal }),
    [Symbol.asyncDispose]: () => feed[Symbol.asyncDispose](),
  };
}

const NOTHING: AsyncDisposable = { [Symbol.asyncDispose]: () => Promise.resolve() };
