import { gone, unseen, type Case } from "./case.ts";
import { challenge } from "./challenges.ts";
import type { Show, Site } from "./host.ts";
import { browsers, html, picture, shows, smallNotice, status, to, unless, type Pictures } from "./shows.ts";

export function replaced({ other, others, huge, tiny, flat, webp, known }: Pictures): Case[] {
  const removed =
    "<!doctype html><title>Removed</title><h1>This picture was removed</h1><p>Its owner or we took it down. It will not come back.</p>";
  const withSvg = removed.replace(
    "<h1>",
    `<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><path d="M0 0h9v9z"/></svg><h1>`,
  );
  const soft = (body: string): Site => ({ watched: html(body), beside: html(body) });
  const file = (bytes: Uint8Array | string, type: string): Show =>
    shows({ headers: { "Content-Type": type }, body: bytes });
  const article =
    "<!doctype html><title>News</title><h1>What happened in town</h1><p>The mayor opened a bridge today, and many people came to see it.</p>";
  let shown = 0;
  return [
    { what: "C a removed page with an inline svg", does: soft(withSvg), end: gone("REPLACED") },
    { what: "a removed page", does: soft(removed), end: gone("REPLACED") },
    {
      what: "a removed page that names what was asked for",
      does: {
        watched: ({ path }) => ({
          body: `<!doctype html><title>Gone</title><p>The file ${path} is not here any more, we are sorry.`,
        }),
        beside: ({ path }) => ({
          body: `<!doctype html><title>Gone</title><p>The file ${path} is not here any more, we are sorry.`,
        }),
      },
      end: gone("REPLACED"),
    },
    {
      what: "C an SVG",
      does: file(`<svg xmlns="http://www.w3.org/2000/svg"><text>removed</text></svg>`, "image/svg+xml"),
      end: gone("REPLACED"),
    },
    { what: "C a PDF", does: file("%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF", "application/pdf"), end: gone("REPLACED") },
    { what: "text", does: file("This picture was removed.\n", "text/plain"), end: gone("REPLACED") },
    { what: "JSON", does: file(`{"error":"not found"}`, "application/json"), end: gone("REPLACED") },
    {
      what: "F7 text that begins with BM",
      does: file("BM means something else here, and this goes on.\n", "text/plain"),
      end: gone("REPLACED"),
    },
    { what: "a ZIP", does: file(Buffer.from("504b0304140000000000", "hex"), "application/zip"), end: gone("REPLACED") },
    {
      what: "what is no picture and over the size",
      does: picture(new Uint8Array(9 * 1024 * 1024)),
      end: gone("REPLACED"),
    },
    { what: "an empty body", does: file("", "image/jpeg"), end: unseen("UNCLEAR_PAGE") },
    { what: "another picture", does: picture(other), end: gone("REPLACED") },
    {
      what: "another picture as WebP",
      does: picture(webp, { headers: { "Content-Type": "image/webp" } }),
      end: gone("REPLACED"),
    },
    { what: "another picture under 404", does: picture(other, { status: 404 }), end: gone("ABSENT") },
    {
      what: "a picture of one pixel",
      does: picture(tiny, { headers: { "Content-Type": "image/gif" } }),
      end: gone("REPLACED"),
    },
    { what: "a picture of one colour", does: picture(flat), end: gone("REPLACED") },
    {
      what: "C another picture of 60 megapixels",
      does: picture(huge, { headers: { "Content-Type": "image/png" } }),
      end: unseen("PICTURE_TOO_LARGE"),
    },
    {
      what: "half of the picture's own bytes after a broken head",
      does: picture(Buffer.concat([known.subarray(0, 4), known.subarray(900, 1500)])),
      end: unseen("PICTURE_BROKEN"),
    },
    {
      what: "another picture at every look",
      does: () => ({ body: others[shown++ % others.length] ?? other }),
      end: unseen("UNSTABLE"),
    },
    {
      what: "a page that is no way of saying not found",
      does: { watched: html(article) },
      end: unseen("UNCLEAR_PAGE"),
    },
  ];
}

export function absent(): Case[] {
  const words =
    "<!doctype html><title>Not found</title><h1>Not found</h1><p>Log in or create an account to see more. Captcha is off.</p>";
  return [
    ...[404, 410, 451].map((code) => ({ what: `${code}`, does: status(code), end: gone("ABSENT") })),
    { what: "404 with words of walls", does: html(words, { status: 404 }), end: gone("ABSENT") },
    { what: "404 without a body", does: shows({ status: 404 }), end: gone("ABSENT") },
    { what: "404 behind a redirect", does: { watched: shows(to("/gone")) }, end: gone("ABSENT") },
    {
      what: "404 whose body hangs",
      does: shows({ raw: "HTTP/1.1 404 Not Found\r\nContent-Length: 100\r\n\r\n" }),
      end: gone("ABSENT"),
    },
    {
      what: "a name that no longer exists",
      does: status(404),
      dns: { 4: "ENOTFOUND", 6: "ENOTFOUND" },
      end: gone("ABSENT"),
    },
    { what: "some eyes 404, others 410", does: unless(browsers, status(404), status(410)), end: gone("ABSENT") },
    {
      what: "some eyes 404, others another picture",
      does: unless(browsers, status(404), picture(smallNotice())),
      end: gone("REPLACED"),
    },
    {
      what: "404 to two eyes, a challenge to the third for ever",
      does: unless(browsers, status(404), challenge("anubis")),
      end: unseen("CHALLENGE"),
    },
  ];
}
