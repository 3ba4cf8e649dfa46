import fc from "fast-check";
import { expect, test } from "vitest";
import { banksIn, flagIn, signalIn } from "./signal.ts";

const PDQ = "f8f8f0cee0f4a84f06370a22038f63f0b36e2ed596621e1d33e6b39c4e9c9b22";
const MD5 = "cab08b36195edb1a1231d2d09fa450e0";
const read = (query: string) => signalIn(new URLSearchParams(query), 50);

test.each([
  ["pdq", PDQ, "ALGORITHM_PDQ", 50],
  ["video_md5", MD5, "ALGORITHM_MD5", 0],
  ["md5", MD5, "ALGORITHM_MD5", 0],
  ["sha256", PDQ, "ALGORITHM_SHA256", 0],
  ["sha1", "a".repeat(40), "ALGORITHM_SHA1", 0],
])("%s is read, also in capitals and with spaces around", (type, signal, algorithm, quality) => {
  const value = Uint8Array.from(Buffer.from(signal, "hex"));
  expect(read(`signal_type=${type}&signal=${signal}`)).toEqual({ algorithm, value, quality });
  expect(read(`signal_type=${type}&signal=%20${signal.toUpperCase()}%0A`)).toEqual({ algorithm, value, quality });
});

test("a PDQ hash may say its quality", () => {
  expect(read(`signal_type=pdq&signal=${PDQ}&quality=87`)).toMatchObject({ quality: 87 });
  expect(read(`signal_type=pdq&signal=${PDQ}&quality=101`)).toMatchObject({ status: 400 });
  expect(read(`signal_type=pdq&signal=${PDQ}&quality=`)).toMatchObject({ status: 400 });
});

test.each([
  ["signal_type=pdq", "signal is required"],
  [`signal=${PDQ}`, "signal_type is required"],
  [`signal_type=tmk&signal=${PDQ}`, "No such SignalType 'tmk'"],
  [`signal_type=constructor&signal=${PDQ}`, "No such SignalType 'constructor'"],
  [`signal_type=pdq&signal=${MD5}`, "invalid signal: invalid PDQ hash"],
  [`signal_type=video_md5&signal=${"g".repeat(32)}`, "invalid signal: not a valid MD5 hash"],
])("%s is refused in HMA's words, and the hash is not repeated", (query, message) => {
  expect(read(query)).toEqual({ status: 400, message });
});

test("what is on or off is read as HMA reads it, and banks by their commas", () => {
  const flag = (query: string) => flagIn(new URLSearchParams(query), "include_distance");
  expect(["", "include_distance=True", "include_distance=1", "include_distance=false"].map(flag)).toEqual([
    false,
    true,
    true,
    false,
  ]);
  expect(flag("include_distance=yes")).toMatchObject({ status: 400 });
  expect(banksIn(new URLSearchParams("banks=a,b"))).toEqual(new Set(["a", "b"]));
  expect(banksIn(new URLSearchParams("banks="))).toBeUndefined();
});

test("whatever is asked, it is a whole hash or a refusal that does not repeat it", () => {
  const word = fc.oneof(
    fc.string(),
    fc.constantFrom("pdq", "video_md5", "sha256"),
    fc.stringMatching(/^[0-9a-fA-F]{32,64}$/),
  );
  const pairs = fc.array(fc.tuple(fc.constantFrom("signal", "signal_type", "quality", "banks"), word), {
    maxLength: 6,
  });
  fc.assert(
    fc.property(pairs, (query) => {
      const read = signalIn(new URLSearchParams(query), 50);
      if ("status" in read) expect(read.message).not.toMatch(/[0-9a-f]{32}/i);
      else expect([16, 32]).toContain(read.value.length);
    }),
  );
});
