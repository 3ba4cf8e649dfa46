import type { Answer, HeaderLines } from "@ntd/wayout";

/** What concerns the way between browser and proxy alone, or would lead beside it. */
const OF_THE_WAY: ReadonlySet<string> = new Set(
  "connection keep-alive proxy-connection proxy-authorization te trailer transfer-encoding upgrade".split(" "),
);

/** The header lines of the browser as they go on to the host, in their order. */
export function linesToHost(raw: readonly string[]): HeaderLines {
  const lines = pairs(raw).filter(([name]) => !OF_THE_WAY.has(name.toLowerCase()));
  const host = lines.findIndex(([name]) => name.toLowerCase() === "host");
  // It names what it is in its hints, whatever it is told to say; a page is to be seen as everybody sees it.
  const plain = lines.map(([name, value]) => [name, value.replaceAll("HeadlessChrome", "Google Chrome")] as const);
  return plain.toSpliced(host + 1, 0, ["Connection", "keep-alive"]);
}

/** The header lines of an answer as they go on to the browser; its length is what comes. */
export function linesToBrowser(headers: Answer["headers"]): string[] {
  return [...headers].flatMap(([name, values]) =>
    OF_THE_WAY.has(name) || NOT_FOR_THE_BROWSER.has(name) ? [] : values.filter(isSayable).flatMap((one) => [name, one]),
  );
}

const NOT_FOR_THE_BROWSER = new Set(["content-length", "alt-svc", "proxy-authenticate"]);

// What a tolerant reader takes and a strict writer does not.
const isSayable = (value: string) => /^[\t\x20-\x7e\x80-\xff]*$/.test(value);

function pairs(raw: readonly string[]): [name: string, value: string][] {
  return Array.from({ length: raw.length / 2 }, (_, at) => [raw[2 * at] ?? "", raw[2 * at + 1] ?? ""]);
}
