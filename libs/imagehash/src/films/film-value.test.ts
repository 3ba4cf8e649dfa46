import fc from "fast-check";
import { expect, test } from "vitest";
import { filmLengthFault, filmText, filmValue, framesOf, readFilmText, type ListedFrame } from "./film-value.ts";

const film: fc.Arbitrary<ListedFrame[]> = fc
  .array(
    fc.record({
      pdq: fc.uint8Array({ minLength: 32, maxLength: 32 }),
      quality: fc.nat({ max: 100 }),
      timeMs: fc.nat({ max: 2 ** 32 - 1 }),
    }),
    { minLength: 1, maxLength: 20 },
  )
  .map((frames) => frames.toSorted((a, b) => a.timeMs - b.timeMs));
const plain = (frames: readonly ListedFrame[]) => frames.map((frame) => ({ ...frame, pdq: [...frame.pdq] }));

test("a film is read back from its value and from its text as it was", () => {
  fc.assert(
    fc.property(film, (frames) => {
      const value = filmValue(frames);
      expect(filmLengthFault(value.length)).toBeUndefined();
      expect(plain(framesOf(value))).toEqual(plain(frames));
      const read = readFilmText(filmText(frames));
      expect("frames" in read && plain(read.frames)).toEqual(plain(frames));
    }),
  );
});

test("a value has 37 bytes a frame: the hash, its quality, and its milliseconds with the high byte first", () => {
  const pdq = Buffer.alloc(32, 0xab);
  const hex = Buffer.from(filmValue([{ pdq, quality: 80, timeMs: 90_500 }])).toString("hex");
  expect(hex).toBe(`${"ab".repeat(32)}5000016184`);
});

test.each([0, 36, 38, 37 * 1001])("%i bytes are no film", (bytes) => {
  expect(filmLengthFault(bytes)).toMatch(`has ${bytes} bytes; a film takes 37 for each of its frames`);
});

const hex = "0123456789abcdef".repeat(4);
test.each([
  ["", "is empty"],
  [hex, "frame 1 is no pdq:quality:seconds"],
  [`${hex}:80:1:2`, "frame 1 is no pdq:quality:seconds"],
  [`${hex}:80:1 ${hex.slice(1)}:80:2`, "frame 2 has a hash of 63 hex digits"],
  [`${hex}:80:1 g${hex.slice(1)}:80:2`, "frame 2 has a hash that holds something else"],
  [`${hex}:101:1`, "frame 1 has a quality"],
  [`${hex}::1`, "frame 1 has a quality"],
  [`${hex}:80:-1`, "frame 1 has a time"],
  [`${hex}:80:1.2345`, "frame 1 has a time"],
  [`${hex}:80:4294967.296`, "frame 1 has a time"],
  [`${hex}:80:2 ${hex}:80:1.999`, "frame 2 is shown before"],
  [`${hex}:80:0 `.repeat(1001).trim(), "has 1001 frames; at most 1000"],
])("what is wrong is named by its frame: %s", (text, problem) => {
  expect(readFilmText(text)).toMatchObject({ problem: expect.stringContaining(problem) });
});

test("capitals and several spaces are taken, and frames shown at once", () => {
  const read = readFilmText(`${hex.toUpperCase()}:7:0.5  ${hex}:100:0.5`);
  expect("frames" in read && read.frames.map(({ quality, timeMs }) => [quality, timeMs])).toEqual([
    [7, 500],
    [100, 500],
  ]);
});

test("whatever the text: frames or a problem, and no problem repeats a hash", () => {
  const word = fc.tuple(fc.stringMatching(/^[0-9a-fg]{60,66}$/), fc.nat(120), fc.integer({ min: -1, max: 9 }));
  fc.assert(
    fc.property(fc.array(word), (words) => {
      const read = readFilmText(words.map((one) => one.join(":")).join(" "));
      if ("problem" in read) expect(read.problem).not.toMatch(/[0-9a-f]{16}/);
      else expect(read.frames.length).toBe(words.length);
    }),
  );
});
