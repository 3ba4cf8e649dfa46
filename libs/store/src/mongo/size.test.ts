import { expect, test } from "vitest";
import { sizeIn } from "./size.ts";

test("what the disk has left is what it holds less what is used", () => {
  const stats = { storageSize: 10, indexSize: 5, totalSize: 15, fsUsedSize: 70, fsTotalSize: 100 };
  expect(sizeIn(stats)).toEqual({ kind: "mongo", bytes: 15, freeBytes: 30 });
});

test("a server that knows of no disk has told its sizes all the same", () => {
  expect(sizeIn({ storageSize: 10, indexSize: 5, ok: 1 })).toEqual({ kind: "mongo", bytes: 15, freeBytes: undefined });
});
