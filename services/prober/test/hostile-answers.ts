import { deflateSync, gzipSync } from "node:zlib";
import type { Making, Trick } from "./hostile-page.ts";
import type { RequestListener as Answer } from "node:http";

/** As long as what is slow takes over its parts; the fetch has less time. */
const SLOW_MS = 100;

const body =
  (bytes: Uint8Array | string, headers: Record<string, string> = {}, status = 200): Answer =>
  (_, response) =>
    void response.writeHead(status, headers).end(bytes);

/** Raw, as no library would write it. */
const raw =
  (text: string | Uint8Array, ends = true): Answer =>
  (request) =>
    void (ends ? request.socket.end(text) : request.socket.write(text));

const drip =
  (head: string, part: string): Answer =>
  (request) => {
    request.socket.write(head);
    const timer = setInterval(() => request.socket.write(part), SLOW_MS);
    request.socket.once("close", () => clearInterval(timer));
  };

const ZEROS = gzipSync(Buffer.alloc(64 * 1024 * 1024), { level: 9 });
const OK = "HTTP/1.1 200 OK\r\n";

/** What items may be answered by, each at a path of its own. */
const ITEMS: Readonly<Record<string, (page: Making) => Answer>> = {
  hangs: () => () => undefined,
  "hangs after its head": () => raw(`${OK}content-length: 9\r\n\r\n`, false),
  "comes a byte at a time": () => drip(`${OK}content-length: 100000\r\n\r\n`, "x"),
  "never ends": () => drip(`${OK}\r\n`, "x".repeat(100_000)),
  "has a head that never ends": () => drip(OK, `x-${"y".repeat(100)}: z\r\n`),
  "has a head of a megabyte": () => raw(`${OK}x: ${"y".repeat(1_000_000)}\r\n\r\nz`),
  "is packed zeros": () => body(ZEROS, { "content-encoding": "gzip" }),
  "is packed twice": () => body(gzipSync(ZEROS), { "content-encoding": "gzip, gzip" }),
  "is packed otherwise than it says": () => body("no gzip", { "content-encoding": "gzip" }),
  "is packed and cut": () => body(deflateSync(Buffer.alloc(1000)).subarray(0, 7), { "content-encoding": "deflate" }),
  "is packed by nothing known": () => body("x", { "content-encoding": `${"gzip,".repeat(500)}x` }),
  "says too much": () => raw(`${OK}content-length: 99999999999999999999\r\n\r\nx`),
  "says less than it sends": () => raw(`${OK}content-length: 3\r\n\r\n${"x".repeat(9000)}`),
  "says nothing": () => raw(""),
  "speaks no HTTP": () => raw(Buffer.from(Array.from({ length: 500 }, (_, at) => (at * 71) % 256))),
  "has odd chunks": () => raw(`${OK}transfer-encoding: chunked\r\n\r\nffffffffffffffff\r\nx`),
  "has chunks that are none": () => raw(`${OK}transfer-encoding: chunked\r\n\r\n-1\r\nx\r\nzz\r\n`),
  "breaks off": () => (request) => void request.socket.destroy(),
  "leads to itself":
    ({ root, next }) =>
    (_, response) => {
      const status = [301, 302, 303, 307, 308, 300][next(6)] ?? 302;
      response.writeHead(status, { location: `${root}/i/loop` }).end();
    },
  "leads on for ever": ({ root }) => {
    let at = 0;
    return (_, response) => void response.writeHead(302, { location: `${root}/on/${at++}` }).end();
  },
  "leads where nobody may go": ({ forbidden, next }) =>
    body("", { location: forbidden[next(forbidden.length)] ?? "" }, 302),
  "leads to no address": ({ next }) =>
    body(
      "",
      { location: ["http://", "file:///etc/passwd", "javascript:1", `/${"x".repeat(9000)}`, "//:0/"][next(5)] ?? "" },
      302,
    ),
  "refreshes to where nobody may go": ({ forbidden, next }) =>
    body("<html>", { refresh: `0;url=${forbidden[next(forbidden.length)]}`, "content-type": "text/html" }),
  "is another page": ({ root }) =>
    body(`<html><img src="${root}/deeper.jpg"><p>words`, { "content-type": "image/jpeg" }),
  "is a challenge": () =>
    body(`<title>Just a moment...</title><p>Checking your browser`, { server: "cloudflare" }, 503),
  "sets cookies without end": () => body("x", { "set-cookie": `${"a=b; ".repeat(2000)}domain=example` }),
  "has an odd status": ({ next }) =>
    body("picture 1 1", {}, [101, 204, 206, 304, 404, 418, 451, 500, 599, 999][next(10)] ?? 500),
  "is a film without end": () => body(Buffer.alloc(3_000_000, 7), { "content-type": "video/mp4" }),
  "is a picture": ({ next }) => body(`picture ${next(99)} ${next(99)}`),
};

/** How a page, and what it shows, is answered. */
export const ANSWER_TRICKS: Readonly<Record<string, Trick>> = {
  "odd items": (page) => {
    const kinds = Object.values(ITEMS);
    const each = kinds.map((_, at) => `${page.root}/i/${at}.jpg`);
    for (const [at, make] of kinds.entries()) page.answers.set(each[at] ?? "", make(page));
    page.body.push(each.map((url) => `<img src="${url}">`).join(""));
    // Where those that lead on lead to.
    page.answers.set(`${page.root}/i/loop`, body("", { location: `${page.root}/i/loop` }, 302));
    for (let at = 0; at < 60; at++)
      page.answers.set(`${page.root}/on/${at}`, body("", { location: `${page.root}/on/${at + 1}` }, 307));
  },
  "items that hang": (page) => {
    for (let at = 0; at < 60; at++) {
      page.answers.set(`${page.root}/h/${at}.jpg`, () => undefined);
      page.body.push(`<img src="${page.root}/h/${at}.jpg">`);
    }
  },
  "more bytes than a page may take": (page) => {
    const bytes = Buffer.alloc(1_500_000, 9);
    for (let at = 0; at < 60; at++) {
      page.answers.set(`${page.root}/m/${at}.jpg`, body(bytes));
      page.body.push(`<img src="${page.root}/m/${at}.jpg">`);
    }
  },
  "a coding that it has not": (page) => {
    const { next } = page;
    const said =
      ["utf-16", "utf-16be", "utf-7", "shift_jis", "x-user-defined", "iso-2022-jp", "replacement", "no-such", ""][
        next(9)
      ] ?? "";
    const mark = ["", "\ufeff"][next(2)] ?? "";
    const written = (["utf16le", "latin1", "utf8"] as const)[next(3)] ?? "utf8";
    page.answerPage = (html) =>
      body(Buffer.from(mark + html, written), { "content-type": `text/html; charset=${said}` });
  },
  "packed, and not to its end": (page) => {
    const cut = page.next(3) === 0;
    page.answerPage = (html) => {
      const packed = gzipSync(html);
      return body(cut ? packed.subarray(0, packed.length / 2) : packed, {
        "content-encoding": "gzip",
        "content-type": "text/html",
      });
    };
  },
  "a page that comes slowly": (page) => {
    page.answerPage = (html) => drip(`${OK}content-type: text/html\r\n\r\n${html.slice(0, 2_000_000)}`, "<p>more");
  },
  "another page each time": (page) => {
    const { root } = page;
    let at = 0;
    page.answerPage = (html) => (_, response) => void response.end(`${html}<img src="${root}/new-${at++}.jpg">`);
  },
  "a page that breaks off": (page) => {
    page.answerPage = (html) => raw(`${OK}content-length: ${html.length + 5000}\r\n\r\n${html}`);
  },
};
