import type { Algorithm } from "@ntd/proto/common/v1/common";
import { Hit, type SetRole } from "@ntd/proto/matching/v1/match";
import { describe, expect, test } from "vitest";
import { foundIn, namedFingerprints } from "./named-fingerprints.ts";

const algorithms: Algorithm[] = [
  "ALGORITHM_SHA256",
  "ALGORITHM_SHA1",
  "ALGORITHM_MD5",
  "ALGORITHM_PDQ",
  "ALGORITHM_BLOCKHASH256",
];
const fingerprints = algorithms.map((algorithm) => ({ algorithm, value: new Uint8Array(32), quality: 100 }));
const hit = (rendition?: string, setRole: SetRole = "SET_ROLE_POSITIVE"): Hit => {
  return { ...Hit.decode(new Uint8Array()), setRole, ...(rendition !== undefined && { rendition }) };
};
const named = (...hits: Hit[]) => namedFingerprints({ hits, fingerprints }).map(({ algorithm }) => algorithm);

describe("given what a file was decided on", () => {
  test("found in a later frame alone, the notice names the bytes and not the first frame", () => {
    expect(named(hit("frame 1"), hit("frame 7, inner"))).toEqual(algorithms.slice(0, 3));
    expect(named(hit("frame 1", "SET_ROLE_VICTIM_REPORTED"))).toEqual(algorithms.slice(0, 3));
  });

  test("and says which", () => {
    expect(foundIn({ hits: [hit("frame 12"), hit("frame 7, inner"), hit("frame 12")] })).toBe(
      "frame 7, inner; frame 12",
    );
    expect(foundIn({ hits: [hit("frame 12"), hit()] })).toBeUndefined();
    expect(foundIn({ hits: [hit("frame 12", "SET_ROLE_NEGATIVE")] })).toBeUndefined();
  });

  test("a negative set's hit of the first frame does not name that frame", () => {
    expect(named(hit("frame 1"), hit(undefined, "SET_ROLE_NEGATIVE"))).toEqual(algorithms.slice(0, 3));
  });

  test("found in the picture that stands for it, or by nothing but a person, all is named", () => {
    expect(named(hit(), hit("frame 1"))).toEqual(algorithms);
    expect(named()).toEqual(algorithms);
  });
});
