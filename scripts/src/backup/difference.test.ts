import { expect, test } from "vitest";
import { differenceOf } from "./difference.ts";

const manifest = {
  format: 1 as const,
  version: "0.3.0",
  barrierTime: "2026-11-28T12:00:00.000Z",
  barrierMs: 12,
  files: [
    {
      file: "casework.sqlite",
      bytes: 1,
      sha256: "",
      service: "casework",
      collections: { cases: { documents: 7, highestVersion: 9 } },
    },
    { file: "takedown.sqlite", bytes: 1, sha256: "", service: "takedown", collections: {} },
  ],
};
const at = new Date("2026-11-29T12:00:00Z");
const none = { changed: [], damaged: 0 };

test("it says what is not known any more, what the journals brought forward, which store cannot be read and which is in no backup", () => {
  const { text } = differenceOf(
    manifest,
    [
      {
        service: "casework",
        before: { cases: { documents: 9, highestVersion: 12 } },
        forward: { changed: [{ collection: "cases", id: "c1", from: 3, to: 5 }], damaged: 0 },
      },
      {
        service: "takedown",
        before: undefined,
        forward: { changed: [{ collection: "notices", id: "n1", from: 2, to: "removed" }], damaged: 30 },
      },
      { service: "courier", before: { deliveries: { documents: 3, highestVersion: 1 } }, forward: none },
    ],
    at,
  );
  expect(text.split("\n")).toEqual([
    "Backup of 2026-11-28T12:00:00.000Z (release 0.3.0), brought back 2026-11-29T12:00:00.000Z.",
    "",
    "What stood in the stores and is not known any more (documents before, in the backup):",
    "  casework cases: 9, 7",
    "  takedown: the store cannot be read; how much is missing is not known",
    "  courier: not in the backup; it begins anew",
    "  courier deliveries: 3, 0",
    "",
    "What the journals brought forward, since it protects or takes back (version in the backup, now):",
    "  casework cases/c1: 3, 5",
    "  takedown: 30 bytes of its journal cannot be read; what they protect is not known",
    "  takedown notices/n1: 2, removed",
    "",
  ]);
});

test("what is equal is not named, another difference has another digest", () => {
  const same = { service: "casework", before: { cases: { documents: 7, highestVersion: 9 } }, forward: none };
  const equal = differenceOf(manifest, [same], at);
  expect(equal.text.match(/ {2}nothing/g)).toHaveLength(2);
  expect(equal.digest).toMatch(/^[0-9a-f]{64}$/);
  expect(differenceOf(manifest, [same], new Date(0)).digest).not.toBe(equal.digest);
});
