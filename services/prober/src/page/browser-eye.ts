import { PassThrough } from "node:stream";
import {
  LookProblem,
  type ConnectQuestion,
  type Document,
  type Looked,
  type LookRequest,
  type LookResponse,
} from "@ntd/proto/browser/v1/browser_service";
import type { Health } from "@ntd/service";
import type { FetchRules, Head } from "../fetch/fetch.ts";
import type { Medium } from "../media/found.ts";

/** What a page came to in a browser. */
export interface BrowserSight {
  /** Whatever else is said: what was loaded until then. */
  media: readonly Medium[];
  /** The page once its scripts had run. */
  document?: { head: Head; markup: string };
  /** There is more. */
  truncated: boolean;
  /** It was not seen to its end. */
  isPartial: boolean;
}

export interface BrowserTask {
  url: string;
  acceptLanguage: string;
  /** Asked of each request of the browser, before anything is connected to. */
  mayConnect: NonNullable<FetchRules["mayConnect"]>;
  withinMs: number;
  stop: AbortSignal;
}

/**
 * Opens a page in a browser, its scripts run. A browser that is away or slow has seen nothing, and health says so.
 *
 * @throws what `stop` aborts with, and what `mayConnect` throws.
 */
export type LookWithBrowser = (task: BrowserTask) => Promise<BrowserSight>;

type Call = (
  requests: AsyncIterable<LookRequest>,
  options: { signal: AbortSignal },
) => AsyncIterable<Pick<LookResponse, "step">>;

/** What `ntd_degraded` says while pages are collected from their markup alone, though there should be a browser. */
const NO_BROWSER = "browser_eye";

const UNSEEN: BrowserSight = { media: [], truncated: false, isPartial: true };

export function lookingWithBrowser(call: Call, health: Pick<Health, "degrade">): LookWithBrowser {
  return async (task) => {
    const looked = await askedFor(call, task);
    health.degrade(NO_BROWSER, looked === undefined || looked.problem === LookProblem.NO_BROWSER);
    return looked === undefined ? UNSEEN : sightOf(looked);
  };
}

/** Undefined where nothing came of it. */
async function askedFor(call: Call, task: BrowserTask): Promise<Looked | undefined> {
  const { url: address, acceptLanguage, mayConnect, withinMs, stop } = task;
  const said = new PassThrough({ objectMode: true });
  // Who has gone is told nothing more.
  said.on("error", () => undefined);
  const say = (step: LookRequest["step"]) => void (said.writable && said.write({ step } satisfies LookRequest));
  const over = new AbortController();
  const timer = setTimeout(() => over.abort(ENDED), withinMs);
  const faults: unknown[] = [];
  const answer = async ({ number, url, ips }: ConnectQuestion) => {
    try {
      say({ $case: "connectAnswer", value: { number, mayConnect: await mayConnect({ url, ips }) } });
    } catch (fault) {
      faults.push(fault);
      over.abort(ENDED);
    }
  };
  say({ $case: "lookAt", value: { address, acceptLanguage } });
  try {
    for await (const { step } of call(said as AsyncIterable<LookRequest>, {
      signal: AbortSignal.any([stop, over.signal]),
    })) {
      if (step?.$case === "connectQuestion") void answer(step.value);
      if (step?.$case === "looked") return step.value;
    }
    return undefined;
  } catch {
    stop.throwIfAborted();
    if (faults.length > 0) throw faults[0];
    return undefined;
  } finally {
    clearTimeout(timer);
    said.end();
  }
}

/** Made once: each new error would cost a stack trace. */
const ENDED = new Error("the browser's look has ended");

function sightOf({ problem, document, media, truncated }: Looked): BrowserSight {
  return {
    media: media.map(({ url, element }) => ({ url, element: element === "" ? "script" : element })),
    ...(document && { document: { head: headOf(document), markup: document.markup } }),
    truncated,
    isPartial: problem !== LookProblem.UNSPECIFIED,
  };
}

function headOf({ url, status, headers }: Document): Head {
  const lines = new Map<string, string[]>();
  for (const { name, value } of headers) lines.set(name, [...(lines.get(name) ?? []), value]);
  // However it came, the markup is the browser's own.
  return { url, status, headers: lines.set("content-type", ["text/html; charset=utf-8"]) };
}
