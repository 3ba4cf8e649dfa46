import fc from "fast-check";
import { expect, test } from "vitest";
import { TextOfBytes } from "./text-of-bytes.ts";

function read(bytes: Uint8Array, lengths: readonly number[] = []) {
  const text = new TextOfBytes();
  let all = "";
  let at = 0;
  for (const length of lengths) {
    all += text.push(bytes.subarray(at, at + length));
    at += length;
  }
  all += text.push(bytes.subarray(at));
  return { text: all + text.end(), guessed: text.guessed };
}
const utf16be = (text: string) => Buffer.from(text, "utf16le").swap16();

test.each<[string, Buffer, string | undefined]>([
  ["UTF-8", Buffer.from("md5,é€😀"), undefined],
  ["UTF-8 with its mark", Buffer.from("\uFEFFmd5,é€😀"), undefined],
  ["UTF-16, the low byte first", Buffer.from("\uFEFFmd5,é€😀", "utf16le"), undefined],
  ["UTF-16, the high byte first", utf16be("\uFEFFmd5,é€😀"), undefined],
  ["UTF-16 without a mark", Buffer.from("md5,é€😀", "utf16le"), "UTF-16"],
  ["UTF-16 without a mark, the high byte first", utf16be("md5,é€😀"), "UTF-16"],
])("%s is read, and what was guessed is said", (_, bytes, guessed) => {
  expect(read(bytes)).toEqual({ text: "md5,é€😀", guessed });
});

test("what is no UTF-8 is taken for Latin-1, as Windows writes it, and that is said", () => {
  expect(read(Buffer.from("6d64352c636166e92c80", "hex"))).toEqual({ text: "md5,café,€", guessed: "Latin-1" });
});

test("the first letter that is no ASCII decides: what breaks off later stays broken UTF-8", () => {
  expect(read(Buffer.concat([Buffer.from("caf\u00e9,"), Buffer.from([0xe9, 0x2c])]))).toEqual({
    text: "café,\ufffd,",
    guessed: undefined,
  });
});

test("a byte order mark within is a letter as others are, wherever a piece begins", () => {
  const bytes = Buffer.from("md5,\uFEFFa");
  for (const length of [1, 4, 5, 6, 7]) expect(read(bytes, [length]).text).toBe("md5,\uFEFFa");
});

test("UTF-32 is named", () => {
  expect(() => read(Buffer.from("fffe00006d000000", "hex"))).toThrow(/UTF-32/);
});

test("the pieces in which a file comes change nothing", () => {
  const bytes = fc.oneof(
    fc.string({ unit: "binary" }).map((text) => Buffer.from(text)),
    fc.string({ unit: "binary" }).map((text) => Buffer.from(`ab${text}`, "utf16le")),
    fc.uint8Array().map((rest) => Buffer.from([0x61, 0x62, 0x63, 0x64, ...rest])),
  );
  fc.assert(
    fc.property(bytes, fc.array(fc.nat({ max: 5 })), (file, lengths) => {
      expect(read(file, lengths)).toEqual(read(file));
    }),
  );
});
