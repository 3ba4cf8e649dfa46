import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { mixed } from "./distinct.ts";
import { Neighbours } from "./neighbours.ts";

describe("neighbours", () => {
  const picture = (n: number) => createHash("sha256").update(`${n}`).digest();
  const turned = (hash: Buffer, ...bits: number[]) => {
    const other = Buffer.from(hash);
    for (const bit of bits) other[bit >> 3] = (other[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    return other;
  };

  test("who turns the bits of one hash is seen, whatever is asked in between", () => {
    const asked = new Neighbours("pdq");
    asked.note(picture(0), true);
    for (let n = 1; n <= 255; n++) {
      for (let other = 0; other < 100; other++) asked.note(picture(1000 * n + other), false);
      asked.note(turned(picture(0), n, n - 1), false);
    }
    expect([asked.most, asked.ofKnown]).toEqual([255, 255]);
    asked.forgetOthers();
    expect(asked.ofKnown).toBe(255);
  });

  test("so is who begins with what is not known, and feels inwards", () => {
    const asked = new Neighbours("pdq");
    for (let n = 0; n < 200; n++) asked.note(turned(picture(0), n), n % 2 === 1);
    expect(asked.ofKnown).toBeGreaterThan(190);
  });

  test("so is who feels for what is not known yet", () => {
    const asked = new Neighbours("pdq");
    for (let n = 1; n <= 200; n++) asked.note(turned(picture(0), n), false);
    expect([asked.most, asked.ofKnown]).toEqual([199, 0]);
    asked.forgetOthers();
    expect(asked.most).toBe(0);
  });

  test("of blockhashes, whose threshold is lower, fewer bits are near", () => {
    const asked = new Neighbours("blockhash");
    const bits = (count: number) => Array.from({ length: count }, (_, bit) => bit);
    for (const count of [0, 1, 12, 20, 21, 40]) asked.note(turned(picture(0), ...bits(count)), count < 13);
    expect(asked.most).toBe(3);
  });

  test("versions that come again and again count once, and a hundred known pictures have places of their own", () => {
    const asked = new Neighbours("pdq");
    for (let turn = 0; turn < 5; turn++) {
      for (let n = 0; n < 100; n++) {
        asked.note(picture(n), true);
        asked.note(turned(picture(n), 1, 2), true);
        asked.note(turned(picture(n), 3, 4), true);
      }
    }
    expect(asked.ofKnown).toBe(2);
  });

  test("different pictures, and one that is asked again and again, are no neighbours", () => {
    const asked = new Neighbours("pdq");
    for (let n = 0; n < 2000; n++) asked.note(picture(n), n % 100 === 0);
    for (let n = 0; n < 2000; n++) asked.note(picture(7), true);
    expect(asked.most).toBe(0);
  });

  test("who chooses hashes that a sum which anybody can make takes for one is seen all the same", () => {
    const asked = new Neighbours("pdq");
    asked.note(picture(0), true);
    for (let bit = 0; bit < 224; bit++) asked.note(alike(turned(picture(0), bit), picture(0)), false);
    expect(asked.ofKnown).toBeGreaterThan(100);
  });

  // With another last word: then the sum from 0 is the other one's.
  function alike(hash: Buffer, other: Buffer): Buffer {
    const word = (of: Buffer) => turnedBy(15, Math.imul(of.readInt32BE(28), C1));
    const before = (of: Buffer) => stateBefore(of.subarray(0, 28));
    const wanted = Math.imul(word(other), C2) ^ before(other) ^ before(hash);
    const last = Math.imul(turnedBy(17, Math.imul(wanted, inverse(C2))), inverse(C1));
    const chosen = Buffer.from(hash);
    chosen.writeInt32BE(last, 28);
    expect(mixed(0, chosen)).toBe(mixed(0, other));
    return chosen;
  }
});

const [C1, C2] = [0xcc9e2d51, 0x1b873593];

function stateBefore(words: Buffer): number {
  let state = 0;
  for (let at = 0; at < words.length; at += 4) {
    state ^= Math.imul(turnedBy(15, Math.imul(words.readInt32BE(at), C1)), C2);
    state = (Math.imul(turnedBy(13, state), 5) + 0xe6546b64) | 0;
  }
  return state;
}

function turnedBy(bits: number, word: number): number {
  return (word << bits) | (word >>> (32 - bits));
}

// Of an odd number, modulo 2^32: each turn doubles the bits that are right.
function inverse(of: number): number {
  let found = of;
  for (let turn = 0; turn < 5; turn++) found = Math.imul(found, 2 - Math.imul(of, found));
  return found;
}
