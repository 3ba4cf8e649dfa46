import fc from "fast-check";
import { expect, test } from "vitest";
import { resealed } from "./resealed.ts";
import { sealer, type Sealed } from "./sealed.ts";
import { HELD } from "./sealing-keys.ts";

const [then, now] = [new Date("2026-11-20"), new Date("2027-01-05")];
const key = (byte: number) => new Uint8Array(32).fill(byte);
const months = ["2026-11", "2027-01"];
const keysOf = (...classes: string[]) =>
  new Map(classes.flatMap((of) => months.map((month) => [`${of}-${month}`, key(of.length * 7 + month.length)])));
const all = sealer(keysOf("address", "words", HELD));
const kept = sealer(keysOf(HELD));
const text = fc.constantFrom("address" as const, "words" as const).map((of) => all.seal(`a ${of}`, of, then));

const { data } = fc.letrec((tie) => ({
  data: fc.oneof(
    { maxDepth: 4 },
    text,
    fc.constantFrom(undefined, null, 7, "words", then, new Uint8Array([1, 2])),
    fc.array(tie("data"), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom("a", "b", "keyId", "nonce"), tie("data")),
  ),
}));

/** The data with every text as it can be read. */
function read(value: unknown, open: (sealed: Sealed) => string): unknown {
  if (typeof value !== "object" || value === null || value instanceof Date || value instanceof Uint8Array) return value;
  if (Array.isArray(value)) return value.map((each) => read(each, open));
  const sealed = value as Partial<Sealed>;
  if (typeof sealed.keyId === "string" && sealed.ciphertext !== undefined) return `read: ${open(value as Sealed)}`;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, read(each, open)]));
}

test("whatever the data, it says the same, by keys alone that are past no period", () => {
  fc.assert(
    fc.property(data, (state) => {
      const next = resealed(state, all, now);
      expect(read(next, (sealed) => kept.open(sealed))).toEqual(read(state, (sealed) => all.open(sealed)));
      expect(resealed(next, all, now)).toBe(next);
    }),
  );
});

test("data in which nothing is sealed is the very same", () => {
  const state = { list: [{ time: then, bytes: key(1) }], keyId: "no text", none: undefined };
  expect(resealed(state, all, now)).toBe(state);
});

test("it goes under the newest key of a month that has begun", () => {
  expect(resealed(all.seal("a", "words", then), all, now).keyId).toBe("held-2027-01");
  expect(resealed(all.seal("a", "words", then), all, then).keyId).toBe("held-2026-11");
});

test("what is erased or was changed stays as it is, and what is to come is waited for", () => {
  const erased = { ...all.seal("a", "words", then), keyId: "words-2026-10" };
  const changed = { ...all.seal("a", "words", then), ciphertext: new Uint8Array(20) };
  const state = { erased, changed };
  expect(resealed(state, all, now)).toBe(state);
  const newer = { ...erased, keyId: "words-2027-02" };
  const reason = expect.objectContaining({ reason: "SEALING_KEY_NEWER" });
  expect(() => resealed(newer, all, now)).toThrow(reason);
  const without = sealer(keysOf("words"));
  expect(() => resealed(without.seal("a", "words", then), without, now)).toThrow(reason);
});

test("a key of every class holds nothing: it has a period", () => {
  const old = sealer(new Map([["2026-11", key(1)]]));
  expect(() => old.seal("a", HELD, now)).toThrow(expect.objectContaining({ reason: "SEALING_KEY_NEWER" }));
});
