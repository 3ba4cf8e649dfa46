import fc from "fast-check";
import { expect, test } from "vitest";
import { containerOf } from "./container.ts";

const bytes = (text: string) => Buffer.from(text.padEnd(600, "\0"), "latin1");
const transport = Buffer.alloc(600);
for (const at of [0, 188, 376]) transport[at] = 0x47;

test.each([
  ["mov", bytes("\0\0\0\x20ftypisom")],
  ["mov", bytes("\0\0\0\x20ftypqt  ")],
  ["mov", bytes("\0\0\0\x08wide")],
  ["mov", bytes("\0\0\x10\0moov")],
  ["matroska", bytes("\x1a\x45\xdf\xa3")],
  ["avi", bytes("RIFF\0\0\0\0AVI LIST")],
  ["flv", bytes("FLV\x01\x05")],
  ["mpeg", bytes("\0\0\x01\xba")],
  ["mpeg", bytes("\0\0\x01\xb3")],
  ["mpegts", transport],
  [undefined, bytes("\0\0\0\x20ftypavif")],
  [undefined, bytes("\0\0\0\x20ftypheic")],
  [undefined, bytes("\0\0\0\x20ftypM4A ")],
  [undefined, bytes("RIFF\0\0\0\0WEBPVP8 ")],
  [undefined, bytes("The moovers")],
  [undefined, bytes("Gone")],
  [undefined, Buffer.alloc(0)],
])("it is told by its first bytes: %s", (container, film) => {
  expect(containerOf(film)).toBe(container);
});

test("text is no film, and no bytes throw", () => {
  fc.assert(fc.property(fc.string(), (text) => containerOf(Buffer.from(`a${text}`)) === undefined));
  fc.assert(fc.property(fc.uint8Array({ maxLength: 600 }), (any) => void containerOf(any)));
});
