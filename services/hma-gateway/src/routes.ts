import type { Fingerprint } from "@ntd/proto/common/v1/common";
import type { HashAnswer } from "@ntd/proto/matching/v1/check_service";
import { Problem } from "@ntd/service";
import { banksOf } from "./banks.ts";
import { banksIn, flagIn, isRefusal, signalIn } from "./signal.ts";

/** What is asked over HTTP. */
export interface Asked {
  method: string;
  path: string;
  query: URLSearchParams;
}

export interface Answered {
  status: number;
  /** JSON, or text as HMA's status pages have it. */
  body: object | string;
  headers?: Readonly<Record<string, string>>;
  /** Why it failed, for the log; absent where nothing did. */
  failure?: Problem;
}

export interface Platform {
  ask: (fingerprint: Fingerprint) => Promise<HashAnswer>;
  isReady: () => Promise<boolean>;
  /** What counts where a PDQ hash comes without its quality. */
  pdqQuality: number;
}

type Route = (asked: Asked, platform: Platform) => Promise<Answered> | Answered;

const NO_MEDIA =
  "nobody is asked for media here, and none is fetched: compute the hash at your side and look it up by signal and signal_type";
const NO_COMPARING = "hashes are compared with lists alone here; compare two of your own at your side";
const NO_LIST = "what lists hold, and how much of it, is told to nobody";

/** HMA's paths that are answered, or refused with a reason, by method. */
const routes: Readonly<Record<string, Route>> = {
  "GET /": () => ({ status: 302, body: "", headers: { location: "/status" } }),
  "GET /status": (_, { isReady }) => ready(isReady, "I-AM-ALIVE"),
  "GET /readyz": (_, { isReady }) => ready(isReady, "READY"),
  "GET /livez": () => ({ status: 200, body: "OK" }),
  "GET /m/lookup": lookup,
  "GET /m/raw_lookup": rawLookup,
  "POST /m/lookup": () => refused(501, NO_MEDIA),
  "GET /h/hash": () => refused(501, NO_MEDIA),
  "POST /h/hash": () => refused(501, NO_MEDIA),
  "POST /m/compare": () => refused(501, NO_COMPARING),
  "GET /m/index/status": () => refused(501, NO_LIST),
};

/** Answers a request as HMA does; whatever fails is said in its shape. */
export async function answer(asked: Asked, platform: Platform): Promise<Answered> {
  const route = routes[`${asked.method === "HEAD" ? "GET" : asked.method} ${asked.path}`];
  try {
    if (route !== undefined) return await route(asked, platform);
    const methods = methodsOf(asked.path);
    if (methods.length === 0) return refused(404, "This gateway has no such URL.");
    const headers = { allow: methods.join(", ") };
    if (asked.method === "OPTIONS") return { status: 200, body: "", headers };
    return { ...refused(405, "The method is not allowed for this URL."), headers };
  } catch (error) {
    return failed(Problem.from(error));
  }
}

// As HMA tells them, in the same order.
function methodsOf(path: string): string[] {
  const own = Object.keys(routes).flatMap((key) => (key.endsWith(` ${path}`) ? [key.slice(0, key.indexOf(" "))] : []));
  if (own.length === 0) return [];
  return [...own, ...(own.includes("GET") ? ["HEAD"] : []), "OPTIONS"].toSorted();
}

async function lookup({ query }: Asked, platform: Platform): Promise<Answered> {
  if ((query.get("url") ?? "") !== "") return refused(501, NO_MEDIA);
  const fingerprint = signalIn(query, platform.pdqQuality);
  if (isRefusal(fingerprint)) return refused(fingerprint.status, fingerprint.message);
  const found = await platform.ask(fingerprint);
  return { status: 200, body: banksOf(found, banksIn(query)), headers: verdictOf(found) };
}

async function rawLookup({ query }: Asked, platform: Platform): Promise<Answered> {
  const fingerprint = signalIn(query, platform.pdqQuality);
  if (isRefusal(fingerprint)) return refused(fingerprint.status, fingerprint.message);
  const withDistance = flagIn(query, "include_distance");
  if (typeof withDistance === "object") return refused(withDistance.status, withDistance.message);
  const found = await platform.ask(fingerprint);
  const matches = Object.values(banksOf(found, banksIn(query))).flat();
  const body = { matches: withDistance ? matches : matches.map(({ bank_content_id: id }) => id) };
  return { status: 200, body, headers: verdictOf(found) };
}

// HMA has no word for "not judged": an empty answer would be taken for "not known".
function verdictOf({ verdict, reason }: HashAnswer): Record<string, string> {
  const word = (text: string, prefix: string) => text.replace(prefix, "").toLowerCase().replaceAll("_", "-");
  const isJudged = verdict !== "HASH_VERDICT_NOT_JUDGED";
  return {
    "ntd-verdict": word(verdict, "HASH_VERDICT_"),
    ...(!isJudged && { "ntd-reason": word(reason, "NOT_JUDGED_REASON_") }),
  };
}

async function ready(isReady: Platform["isReady"], word: string): Promise<Answered> {
  return (await isReady()) ? { status: 200, body: word } : { status: 503, body: "INDEX-NOT-LOADED" };
}

function failed(failure: Problem): Answered {
  const { reason, message, metadata } = failure;
  if (reason === "RATE_LIMITED") {
    const seconds = Math.max(1, Math.ceil(Number(metadata["retry_after_ms"] ?? 0) / 1000));
    return { ...refused(429, message), headers: { "retry-after": String(seconds) } };
  }
  if (reason === "FIELD_INVALID") return refused(400, message);
  // Held until an operator lets it go on: no sending again mends it.
  if (metadata["checks"] === "held") return { ...refused(403, message), failure };
  // Whatever else keeps the platform from answering is the operator's to mend, and no answer about the hash.
  const isOurs = reason === "INTERNAL";
  const said = isOurs ? "Something failed at this gateway; its log says what." : message;
  return { ...refused(isOurs ? 500 : 503, said), failure };
}

function refused(status: number, message: string): Answered {
  return { status, body: { message } };
}
