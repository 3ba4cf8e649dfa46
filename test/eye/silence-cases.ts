import { gzipSync } from "node:zlib";
import { unseen, type Case } from "./case.ts";
import type { Asked } from "./host.ts";
import type { Dns } from "./rig.ts";
import { chain, picture, raw, shows, status, to } from "./shows.ts";

export function silence(known: Uint8Array): Case[] {
  const nobody: Dns = { 4: ["127.9.9.9"], 6: "ENODATA" };
  return [
    ...[400, 401, 402, 403, 405, 407, 409, 418, 429].map((code) => ({
      what: `refused with ${code}`,
      does: status(code),
      end: unseen("HTTP_REFUSED"),
    })),
    ...[500, 502, 503, 504, 520, 599].map((code) => ({
      what: `an error of the server, ${code}`,
      does: status(code),
      end: unseen("SERVER_ERROR"),
    })),
    { what: "no answer", does: shows("hang"), end: unseen("TIMED_OUT") },
    { what: "a connection that breaks", does: shows("reset"), end: unseen("REFUSED") },
    { what: "a connection that is refused", does: status(404), dns: nobody, end: unseen("REFUSED") },
    { what: "redirects without end", does: chain(1000, status(404)), end: unseen("TOO_MANY_REDIRECTS") },
    {
      what: "itself with a cookie that never helps",
      does: ({ path }: Asked) => to(path, { "Set-Cookie": "x=1" }),
      end: unseen("TOO_MANY_REDIRECTS"),
    },
    {
      what: "the picture, and more behind it than is read",
      does: picture(Buffer.concat([known, Buffer.alloc(9 * 1024 * 1024)])),
      end: unseen("PICTURE_TOO_LARGE"),
    },
    {
      what: "the first byte of ten thousand million",
      does: shows({ raw: `HTTP/1.1 200 OK\r\nContent-Length: ${1e10}\r\n\r\nx` }),
      end: unseen("SERVER_ERROR"),
    },
    {
      what: "the picture cut off early",
      does: raw(["HTTP/1.1 200 OK", `Content-Length: ${known.length}`], known.subarray(0, 10)),
      end: unseen("SERVER_ERROR"),
    },

    {
      what: "a bomb",
      does: picture(bomb(), { headers: { "Content-Encoding": "gzip" } }),
      end: unseen("BODY_TOO_LARGE"),
    },
    { what: "what is no HTTP", does: shows({ raw: "SSH-2.0-OpenSSH_9\r\n" }), end: unseen("SERVER_ERROR") },
    { what: "an empty answer", does: shows({ raw: "" }), end: unseen("REFUSED") },
    {
      what: "half of the header block",
      does: shows({ raw: "HTTP/1.1 200 OK\r\nContent-" }),
      end: unseen("REFUSED"),
    },
    {
      what: "300 kB of headers",
      does: raw(["HTTP/1.1 200 OK", ...Array.from({ length: 300 }, (_, i) => `X-${i}: ${"x".repeat(990)}`)], known),
      end: unseen("SERVER_ERROR"),
    },
    {
      what: "E a name server that times out for A and denies AAAA",
      does: status(404),
      dns: { 4: "ETIMEOUT", 6: "ENOTFOUND" },
      end: unseen("TIMED_OUT"),
    },
    {
      what: "a name server that fails",
      does: status(404),
      dns: { 4: "ESERVFAIL", 6: "ESERVFAIL" },
      end: unseen("REFUSED"),
    },
    {
      what: "a name without an address",
      does: status(404),
      dns: { 4: "ENODATA", 6: "ENODATA" },
      end: unseen("NAME_NOT_FOUND"),
    },
    {
      what: "one family denies the name, the other has no address",
      does: status(404),
      dns: { 4: "ENOTFOUND", 6: "ENODATA" },
      end: unseen("NAME_NOT_FOUND"),
    },
    {
      what: "A8 nothing but private addresses",
      does: status(404),
      dns: { 4: ["10.0.0.1", "192.168.0.1"], 6: ["fd00::1"] },
      end: unseen("ADDRESS_FORBIDDEN"),
    },
    { what: "a redirect inside", does: shows(to("http://10.0.0.1/")), end: unseen("ADDRESS_FORBIDDEN") },
    {
      what: "a redirect to another scheme",
      does: shows(to("ftp://files.example/x")),
      end: unseen("ADDRESS_FORBIDDEN"),
    },
    {
      what: "206 of a part",
      does: picture(known.subarray(0, 100), {
        status: 206,
        headers: { "Content-Range": `bytes 0-99/${known.length}` },
      }),
      end: unseen("SERVER_ERROR"),
    },
  ];
}

const bomb = (): Uint8Array => gzipSync(new Uint8Array(40 * 1024 * 1024));
