import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { generatePicture } from "../generated/picture.ts";
import { decodePicture } from "../index.ts";
import { openingText, sniff } from "./sniff.ts";

const SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="99" height="99"/>';

describe("is no picture, though it begins or looks like one:", () => {
  it.each([
    ["a page with a drawing in it", `<!doctype html><title>Removed</title><p>${SVG}</p>`],
    ["a page that begins with a drawing", `<!DOCTYPE html>\n${SVG}<p>Removed</p>`],
    ["a page without a doctype", `<html><body>${SVG}</body></html>`],
    ["a feed that names the drawing's namespace", `<?xml version="1.0"?><rss xmlns:svg="x"><svg:svg/><svg/></rss>`],
    ["a comment that speaks of a drawing", `<!-- <svg> --><p>Removed</p>`],
    ["a declaration that holds one", `<?xml version="1.0" x="<svg "?><p/>`],
    ["text that begins BM", "BMW and other makes of cars that were sold"],
    ["short text that begins BM", "BM"],
    ["text that begins like a GIF", "GIF89a is the name of a file format"],
    ["the same, of the older kind", "GIF87a was before it"],
    ["text that begins like a WebP", "RIFF is a WEBP? or a WEBP is a RIFF"],
    ["exactly its signature as text", "RIFFabcdWEBP and so on"],
    ["text that begins like a TIFF", "II*, so it is said, is Intel"],
    ["the same, the other way round", "MM and then a star"],
    ["text that begins like Photoshop", "8BPS is what it says"],
    ["text of another code page that begins like a JPEG", Buffer.from("ÿØÿ, said the text", "latin1")],
    ["a page in UTF-16", Buffer.from(`\ufeff<html>${SVG}</html>`, "utf16le")],
    ["a bitmap's name with a nought behind", "BM\0"],
    ["a list of words with a nought", "BMP, GIF, PNG and JPEG are formats\0"],
  ])("%s", async (_, content) => {
    const bytes = typeof content === "string" ? Buffer.from(content) : content;
    expect(sniff(bytes)).toBe("unknown");
    expect(await decodePicture(bytes)).toEqual({ ok: false, reason: "not_a_picture" });
  });
});

describe("is a picture of a format that is refused, by its name:", () => {
  it.each([
    ["a drawing", "svg", SVG],
    ["a drawing after white space and a byte-order mark", "svg", `\ufeff \n${SVG}`],
    ["a drawing after its declaration", "svg", `<?xml version="1.0" encoding="utf-8"?>\n${SVG}`],
    ["a drawing after a comment of two kilobytes", "svg", `<!-- ${"made by a program ".repeat(120)} -->${SVG}`],
    [
      "a drawing after a doctype with entities",
      "svg",
      `<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "x.dtd" [<!ENTITY a "b">]>${SVG}`,
    ],
    ["a drawing with a prefix", "svg", '<svg:svg xmlns:svg="http://www.w3.org/2000/svg"/>'],
    ["a drawing in capitals", "svg", "<SVG WIDTH=9>"],
    ["a drawing in UTF-16", "svg", Buffer.from(`\ufeff${SVG}`, "utf16le")],
    ["a drawing in UTF-16, the other way round", "svg", Buffer.from(`\ufeff${SVG}`, "utf16le").swap16()],
    ["a document", "pdf", "%PDF-1.7\n1 0 obj"],
    ["a document with what no text has", "pdf", Buffer.from("%PDF-1.7\n\0\x01", "latin1")],
    ["a real HEIC", "heic", fixture("test-pattern.heic")],
    ["a HEIC of several pictures", "heic", Buffer.from("\0\0\0\x18ftyphevc\0\0\0\0msf1hevc", "latin1")],
    ["a real JPEG XL", "jxl", fixture("test-pattern.jxl")],
    ["a JPEG XL in boxes", "jxl", Buffer.from("\0\0\0\x0cJXL \r\n\x87\n", "latin1")],
    ["a JPEG 2000", "jp2", Buffer.from("\0\0\0\x0cjP  \r\n\x87\n", "latin1")],
    ["what Photoshop keeps", "psd", Buffer.from("8BPS\0\x01", "latin1")],
  ])("%s: %s", async (_, format, content) => {
    const bytes = typeof content === "string" ? Buffer.from(content) : content;
    expect(sniff(bytes)).toBe(format);
    expect(await decodePicture(bytes)).toEqual({ ok: false, reason: "format_not_allowed", format });
  });

  function fixture(name: string): Buffer {
    return readFileSync(new URL(`../../fixtures/refused/${name}`, import.meta.url));
  }
});

it.each([
  ["an icon", "ico", Buffer.from("\0\0\x01\0\x01\0\x10\x10\0\0\x01\0", "latin1")],
  ["no icon, but a film", "unknown", Buffer.from("\0\0\x01\0\0\x0f\xff\xf8\0\0\x01\xb5", "latin1")],
  ["a bitmap", "bmp", bitmap(40)],
  ["a bitmap of OS/2", "bmp", bitmap(12)],
  ["a TIFF", "tiff", Buffer.from("II*\0\x08\0\0\0", "latin1")],
  ["a TIFF, the other way round", "tiff", Buffer.from("MM\0*\0\0\0\x08", "latin1")],
])("tells %s: %s", (_, format, bytes) => {
  expect(sniff(bytes)).toBe(format);
});

it("tells real pictures, cut off early too, and never throws", async () => {
  const picture = await generatePicture(1);
  expect(sniff(picture)).toBe("jpeg");
  expect(sniff(picture.subarray(0, 40))).toBe("jpeg");
  const starts = fc.constantFrom("", "<", "<!--", "<!DOCTYPE [", "<?", "BM", "GIF89a", "RIFF", "\ufeff<", "<svg");
  fc.assert(
    fc.property(starts, fc.uint8Array({ maxLength: 300 }), (start, rest) => {
      expect(typeof sniff(Buffer.concat([Buffer.from(start), rest]))).toBe("string");
    }),
  );
});

it("is the same text as by decoding all of it, and takes no time where it is none", async () => {
  // oxlint-disable-next-line no-control-regex -- control characters are what it looks for
  const isBinary = (text: string) => /[\0-\x08\x0b\x0e-\x1a\x1c-\x1f]/.test(text.slice(0, 1024));
  const part = fc.constantFrom("é", "漢", "\u{1f600}", "x".repeat(400), "\x01", "<p>", "\t");
  const odd = fc.constantFrom(Buffer.from([0xff]), Buffer.from([0xe2, 0x82]), Buffer.from([0xf0, 0x9f, 0x00]));
  fc.assert(
    fc.property(fc.array(fc.oneof(part, odd), { maxLength: 60 }), (parts) => {
      const bytes = Buffer.concat(parts.map((one) => Buffer.from(one)));
      const whole = new TextDecoder().decode(bytes);
      expect(openingText(bytes)).toBe(isBinary(whole) ? undefined : whole);
    }),
  );
  const picture = await generatePicture(2);
  const ms = cpuMs(() => {
    for (let i = 0; i < 5000; i++) openingText(picture);
  });
  expect(ms).toBeLessThan(250);
});

it("reads a long prologue once", () => {
  const prologues = ["<!---->", "<?>", "<!DOCTYPE svg [", "<!--", " ", "<!x>", "<?x"].map((part) =>
    part.repeat(300_000),
  );
  const ms = cpuMs(() => {
    for (const prologue of prologues) expect(sniff(Buffer.from(prologue))).toBe("unknown");
  });
  expect(ms).toBeLessThan(1000);
});

/** The first 54 bytes of a bitmap whose second header has this length. */
function bitmap(headerBytes: number): Buffer {
  const bytes = Buffer.alloc(54);
  bytes.write("BM");
  bytes.writeUInt32LE(headerBytes, 14);
  return bytes;
}

/** How long this takes of the processor's own time: what else runs on the machine does not count. */
function cpuMs(run: () => void): number {
  const before = process.threadCpuUsage();
  run();
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1000;
}
