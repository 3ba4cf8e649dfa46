import { describe, expect, test } from "vitest";
import { file, later, target } from "../../test/facts.ts";
import { withTarget } from "../cases/case.ts";
import { asksMarks } from "./whereabouts.ts";

const seen = { ...withTarget(file(), target({ version: 1 })), markKeys: ["d1"] };
const after = (change: Parameters<typeof target>[0]) => withTarget(seen, target({ version: 2, ...change }));

describe("marks are asked for", () => {
  test("at the first event of the target, and when the same comes once more: it may have been cut short", () => {
    expect(asksMarks({ ...seen, target: undefined }, seen)).toBe(true);
    expect(asksMarks(undefined, seen)).toBe(true);
    expect(asksMarks(seen, withTarget(seen, target({ version: 1 })))).toBe(true);
  });

  test("when it is elsewhere, or something else, and where it has no digests yet", () => {
    const sealed = { keyId: "2026-04", nonce: new Uint8Array(12), ciphertext: new Uint8Array(20) };
    const other = { algorithm: "ALGORITHM_PDQ" as const, value: new Uint8Array(32).fill(1), quality: 90 };
    for (const change of [{ resolvedIp: "192.0.2.8" }, { address: sealed }, { fingerprints: [other] }]) {
      expect(asksMarks(seen, after(change)), Object.keys(change).join()).toBe(true);
    }
    const { markKeys: _, ...unkeyed } = seen;
    expect(asksMarks(unkeyed, after({}))).toBe(true);
  });

  test("not when it is only seen again, or gone, or by what is no event of the target", () => {
    expect(asksMarks(seen, after({}))).toBe(false);
    expect(asksMarks(seen, after({ state: "TARGET_STATE_GONE", goneTime: later(9), fingerprints: [] }))).toBe(false);
    expect(asksMarks(seen, seen)).toBe(false);
  });
});
