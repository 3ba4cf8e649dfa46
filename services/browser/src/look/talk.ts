/** What the browser's keeper inside is asked for, once. */
export interface Task {
  url: string;
  acceptLanguage: string;
  userAgent: string;
  /** So long it may take until it answers with what there is by then. */
  withinMs: number;
  maxMarkup: number;
}

/** What it says: where it listens comes with the handle of that, then that the browser idles, then what it found. */
export type Said =
  | { kind: "listening" }
  | { kind: "ready"; version: string }
  | { kind: "unready"; why: string }
  | { kind: "found"; found: Found };

/** What stands in the browser. It is what a page and whoever took the browser over want it to be. */
export interface Found {
  /** Absent where nothing was opened. */
  page?: { url: string; markup: string };
  /** Addresses of media and the elements that have them. */
  elements: readonly (readonly [url: string, element: string])[];
  /** Its time was over before it had loaded. */
  unfinished: boolean;
}

/** How a browser's one page ended. */
export type Ending = { is: "found"; found: Found } | { is: "time" | "memory" | "crashed" };

const MOST_ELEMENTS = 2000;
const MOST_URL = 8192;

/** Reads what came out of the sandbox; undefined for what is no message of these. */
export function saidIn(message: unknown, maxMarkup: number): Said | undefined {
  if (!isObject(message)) return undefined;
  const { kind } = message;
  if (kind === "listening") return { kind };
  if (kind === "ready") return { kind, version: textIn(message["version"], 40) };
  if (kind === "unready") return { kind, why: textIn(message["why"], 2000) };
  if (kind !== "found" || !isObject(message["found"])) return undefined;
  const { page, elements, unfinished } = message["found"];
  return {
    kind,
    found: {
      ...(isObject(page) &&
        isWeb(page["url"]) && { page: { url: page["url"], markup: textIn(page["markup"], maxMarkup) } }),
      elements: Array.isArray(elements) ? elements.slice(0, MOST_ELEMENTS).flatMap(elementIn) : [],
      unfinished: unfinished === true,
    },
  };
}

function elementIn(pair: unknown): [string, string][] {
  if (!Array.isArray(pair) || !isWeb(pair[0])) return [];
  const element = textIn(pair[1], 20);
  return /^[a-z -]+$/.test(element) ? [[pair[0], element]] : [];
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;

function isWeb(value: unknown): value is string {
  return typeof value === "string" && value.length <= MOST_URL && /^https?:\/\//.test(value) && URL.canParse(value);
}

const textIn = (value: unknown, most: number) => (typeof value === "string" ? value.slice(0, most) : "");
