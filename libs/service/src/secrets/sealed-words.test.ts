import { expect, test } from "vitest";
import { sealer } from "./sealed.ts";
import { ERASED, openWords } from "./sealed-words.ts";

const key = new Uint8Array(32).fill(1);
const keys = sealer(new Map([["words-2026-11", key]]));
const sealed = keys.seal("why", "words", new Date("2026-11-20"));

test("words are read, named as erased where their key was taken out, and waited for where it is to come", () => {
  expect(openWords(keys, sealed)).toBe("why");
  expect(openWords(sealer(new Map([["words-2026-12", key]])), sealed)).toBe(ERASED);
  const older = sealer(new Map([["words-2026-10", key]]));
  expect(() => openWords(older, sealed)).toThrow(expect.objectContaining({ reason: "SEALING_KEY_NEWER" }));
});
