import type { FeedEntry } from "@ntd/proto/feed/v1/feed_service";
import { expect, test } from "vitest";
import { markChanges } from "./marked-changes.ts";

const entry = (n: number, votes = 1): FeedEntry => ({
  fingerprint: { algorithm: "ALGORITHM_MD5", value: new Uint8Array(16).fill(n), quality: 0 },
  classification: undefined,
  votes,
  fileKey: new Uint8Array(),
  sizeBytes: 0,
  disputed: false,
});
const mark = (n: number, ...entries: FeedEntry[]) => ({ secret: new Uint8Array(32).fill(n), entries });
const told = (changes: ReturnType<typeof markChanges>) =>
  changes.map(({ secret, change: { change } }) => [secret[0], change?.$case, change?.value.fingerprint?.value[0]]);

test("from nothing, all watermarks of a list are put", () => {
  expect(told(markChanges([], [mark(1, entry(1), entry(2)), mark(2, entry(3))]))).toEqual([
    [1, "put", 1],
    [1, "put", 2],
    [2, "put", 3],
  ]);
});

test("of those between it is told which came, went and are told anew, and nothing of the others", () => {
  const before = [mark(1, entry(1)), mark(2, entry(2), entry(3)), mark(4, entry(4))];
  const now = [mark(1, entry(1)), mark(2, entry(2)), mark(4, entry(4, 2)), mark(5, entry(5))];
  const changes = markChanges(before, now);
  expect(told(changes)).toEqual([
    [2, "removal", 3],
    [4, "put", 4],
    [5, "put", 5],
  ]);
  expect(changes[0]?.change.change).toMatchObject({ value: { cause: "REVOCATION_CAUSE_UNSPECIFIED" } });
  expect(markChanges(now, now)).toEqual([]);
});
