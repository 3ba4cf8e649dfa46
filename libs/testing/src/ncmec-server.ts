import { once } from "node:events";
import { readFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";

/** An entry as the exchange keeps it; `isGone` is its tombstone. */
export interface SharedEntry {
  id: string;
  time: Date;
  /** Elements of `fingerprints`, for example `<md5>…</md5>`. */
  fingerprints?: string;
  member?: number;
  isGone?: boolean;
}

export interface SharedAnswer {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** What one request gets instead of what it should; undefined: no answer at all. */
export type SharedFault = (answer: SharedAnswer) => SharedAnswer | undefined | Promise<SharedAnswer>;

/** Hash sharing v2 as its public API documents and client tell it: TLS, a password, entries by time, page by page. */
export interface NcmecServer extends AsyncDisposable {
  /** All before `/v2/`. */
  readonly url: string;
  readonly caFile: string;
  /** The paths that were asked for, with their queries. */
  readonly asked: string[];
  readonly entries: SharedEntry[];
  /** What was put, by its path: the newest of each, as it came. */
  readonly feedback: Map<string, { type: string; body: string; times: number }>;
  /** Why one may disagree; XML between the elements around it. */
  reasons: string;
  /** The next requests run into these, one each. */
  readonly faults: SharedFault[];
  /** Nobody is there. */
  isDown: boolean;
  /** Its own clock, as its answers tell it; undefined: they do not. */
  now: (() => Date) | undefined;
  password: string;
  pageSize: number;
}

export const SHARING_USER = "testington";

/** @param identityDir certificate of the server, for localhost, and the authority that issued it. */
export async function startNcmecServer(identityDir: string): Promise<NcmecServer> {
  const [cert, key] = ["cert.pem", "key.pem"].map((file) => readFileSync(join(identityDir, file)));
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (shared.isDown) return void request.socket.destroy();
    shared.asked.push(request.url ?? "");
    const login = Buffer.from(`${SHARING_USER}:${shared.password}`).toString("base64");
    const isKnown = request.headers.authorization === `Basic ${login}`;
    const body = await text(request);
    const url = new URL(request.url ?? "", "https://localhost");
    const type = request.headers["content-type"] ?? "";
    const asked = () => (request.method === "PUT" ? putTo(url, type, body, shared) : answerTo(url, shared));
    const right = isKnown ? asked() : UNKNOWN;
    const fault = shared.faults.shift();
    const given = fault === undefined ? right : await fault(right);
    if (given === undefined) return void request.socket.destroy();
    // Of this machine it is none of a test's clock.
    response.sendDate = false;
    if (shared.now !== undefined) response.setHeader("date", shared.now().toUTCString());
    response.writeHead(given.status, given.headers).end(given.body);
  }
  const server = createServer({ cert, key }, (request, response) => {
    answer(request, response).catch(() => request.socket.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const shared: NcmecServer = {
    url: `https://localhost:${(server.address() as AddressInfo).port}/npo`,
    caFile: join(identityDir, "ca.pem"),
    asked: [],
    entries: [],
    feedback: new Map(),
    reasons: '<reason guid="11111111-2222-3333-4444-555555555555" name="Not CSAM" type="Md5"/>',
    faults: [],
    isDown: false,
    now: undefined,
    password: "secret",
    pageSize: 1000,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
    },
  };
  return shared;
}

const UNKNOWN: SharedAnswer = { status: 401, headers: { "www-authenticate": "Basic" }, body: "Unauthorized" };
const NAMESPACE = "https://hashsharing.ncmec.org/hashsharing/v2";

function putTo({ pathname }: URL, type: string, body: string, { feedback, entries }: NcmecServer): SharedAnswer {
  const [, member, id] = /^\/npo\/v2\/entries\/(\d+)\/([^/]+)\/(?:MD5|SHA1|PDQ)\/feedback$/.exec(pathname) ?? [];
  const entry = entries.find((one) => one.id === id && `${one.member ?? 42}` === member && one.isGone !== true);
  if (entry === undefined) return { status: 404, headers: {}, body: "" };
  feedback.set(pathname, { type, body, times: (feedback.get(pathname)?.times ?? 0) + 1 });
  return { status: 200, headers: {}, body: "" };
}

function answerTo(url: URL, shared: NcmecServer): SharedAnswer {
  const { entries, pageSize, reasons } = shared;
  if (/^\/npo\/v2\/feedback\/(MD5|SHA1|PDQ)\/reasons$/.test(url.pathname)) {
    const all = `<availableFeedbackReasons>${reasons}</availableFeedbackReasons>`;
    return { status: 200, headers: {}, body: `<queryResult xmlns="${NAMESPACE}">${all}</queryResult>` };
  }
  const query = url.searchParams;
  const [from, to] = [query.get("from") ?? "", query.get("to") ?? ""];
  if (url.pathname !== "/npo/v2/entries" || from === "" || to === "") return { status: 404, headers: {}, body: "" };
  const within = entries.filter(({ time }) => time >= new Date(from) && time <= new Date(to));
  const start = Number(query.get("start") ?? 1);
  const page = within.slice(start - 1, start - 1 + pageSize);
  const isLast = start - 1 + pageSize >= within.length;
  const more = new URLSearchParams({
    from,
    to,
    start: `${start + pageSize}`,
    size: `${pageSize}`,
    max: `${within.length}`,
  });
  const next = isLast
    ? ""
    : `<paging><next>${`/v2/entries?${more.toString()}`.replaceAll("&", "&amp;")}</next></paging>`;
  const count = page.length === 0 ? 'count="0"' : `count="${page.length}" maxTimestamp="${to}"`;
  const body =
    `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<queryResult xmlns="${NAMESPACE}">` +
    `<images ${count}>${page.map(elementOf).join("")}</images><videos count="0"/>${next}</queryResult>`;
  return { status: 200, headers: { "content-type": "application/xml; charset=utf-8" }, body };
}

function elementOf({ id, time, fingerprints = "", member = 42, isGone = false }: SharedEntry): string {
  const about = `<member id="${member}">Example Member</member><timestamp>${time.toISOString()}</timestamp><id>${id}</id>`;
  if (isGone) return `<deletedImage>${about}</deletedImage>`;
  const more = `<classification>A1</classification><fingerprints>${fingerprints}</fingerprints>`;
  return `<image>${about}${more}</image>`;
}
