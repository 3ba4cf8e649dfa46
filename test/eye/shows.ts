import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import { flatPicture, generatePicture, reencode, resize } from "@ntd/imagehash/generated";
import sharp from "sharp";
import type { Answer, Asked, Show } from "./host.ts";

/** The pictures of all cases: generated, and as lawful as a test card. */
export interface Pictures {
  /** What is watched. */
  known: Uint8Array;
  reencoded: Uint8Array;
  smaller: Uint8Array;
  other: Uint8Array;
  /** As many others as there are looks. */
  others: Uint8Array[];
  huge: Uint8Array;
  tiny: Uint8Array;
  flat: Uint8Array;
  webp: Uint8Array;
}

export async function drawn(): Promise<Pictures> {
  const known = await generatePicture(1);
  return {
    known,
    reencoded: await reencode(known, { quality: 40 }),
    smaller: await resize(known, { width: 300 }),
    other: await generatePicture(700),
    others: await Promise.all(Array.from({ length: 12 }, (_, i) => generatePicture(800 + i))),
    huge: await sharp({ create: { width: 10_000, height: 6000, channels: 3, background: "#336699" } })
      .png()
      .toBuffer(),
    tiny: Buffer.from("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7", "base64"),
    flat: await flatPicture(),
    webp: await reencode(await generatePicture(700), { format: "webp" }),
  };
}

export const shows =
  (answer: Answer): Show =>
  () =>
    answer;
export const picture = (body: Uint8Array, given: { status?: number; headers?: Record<string, string> } = {}): Show =>
  shows({ ...given, headers: { "Content-Type": "image/jpeg", ...given.headers }, body });
export const html = (body: string, given: { status?: number; headers?: Record<string, string> } = {}): Show =>
  shows({ ...given, headers: { "Content-Type": "text/html; charset=utf-8", ...given.headers }, body });
export const status = (code: number, headers: Record<string, string> = {}): Show =>
  html(`<!doctype html><title>${code}</title><h1>${code}</h1><p>This is what the server has to say.</p>`, {
    status: code,
    headers,
  });
export const to = (location: string, headers: Record<string, string> = {}, code = 302): Answer => ({
  status: code,
  headers: { Location: location, ...headers },
});

/** One answer for those that it is meant for, another for all else. */
export const unless =
  (sees: (asked: Asked) => boolean, most: Show, others: Show): Show =>
  (asked) =>
    (sees(asked) ? most : others)(asked);
export const browsers = ({ isBrowser }: Asked) => isBrowser;
export const atHome = ({ from }: Asked) => from === "home";
export const withReferer = ({ headers }: Asked) => headers.has("referer");

/** The picture under a Content-Encoding, whatever that does to it. */
export const encodings: readonly (readonly [token: string, pack: (body: Uint8Array) => Uint8Array])[] = [
  ["gzip", gzipSync],
  ["x-gzip", gzipSync],
  ["GZIP", gzipSync],
  ["deflate", deflateSync],
  ["deflate", deflateRawSync],
  ["br", brotliCompressSync],
  ["zstd", zstdCompressSync],
  ["gzip, br", (body) => brotliCompressSync(gzipSync(body))],
  ["identity", (body) => body],
  ["UTF-8", (body) => body],
  ["none", (body) => body],
  ["", (body) => body],
];

/** A redirect chain of so many steps that ends at the picture. */
export const chain =
  (steps: number, end: Show): Show =>
  (asked) => {
    const step = Number(/step=(\d+)/.exec(asked.path)?.[1] ?? 0);
    return step < steps ? to(`${asked.path.split("?")[0]}?step=${step + 1}`) : end(asked);
  };

/** A redirect to itself with a cookie; the content once the cookie comes. */
export const onceWithCookie =
  (end: Show): Show =>
  (asked) =>
    asked.headers.get("cookie")?.includes("seen=1") === true
      ? end(asked)
      : to(asked.path, { "Set-Cookie": "seen=1; Path=/" });

/** The picture in an answer that is written as hosts write it and the book does not allow. */
export const raw = (head: readonly string[], body: Uint8Array, end = "\r\n"): Show =>
  shows({ raw: Buffer.concat([Buffer.from(`${head.join(end)}${end}${end}`, "latin1"), body]) });

/** A small picture with nothing on it but a colour: what hosts show to those who link. */
export function smallNotice(): Uint8Array {
  return Buffer.from(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
    "base64",
  );
}
