import { expect, test } from "vitest";
import { activate, newSet } from "../sets/hash-set.ts";
import { toldBySet } from "./history.ts";

const policy = {
  owner: "Hotline",
  role: "SET_ROLE_POSITIVE",
  autoIssue: false,
  minVotes: 0,
  thresholds: undefined,
} as const;
const at = (second: number) => new Date(second * 1000);
const created = newSet({
  setId: "s",
  policy,
  createdBy: "maintainer/anna",
  createdTime: at(0),
  createdRequest: "r",
  createdDigest: "d",
});

const activated = (releaseIds: readonly string[]) =>
  releaseIds.reduce((set, releaseId, nth) => {
    const next = activate(set, { releaseId, entryCount: nth }, "maintainer/ben", at(nth + 1));
    if (next === undefined) throw new Error("is active already");
    return next;
  }, created);

const shown = (set: typeof created) =>
  toldBySet(set).map(({ entry }) => `${entry.kind.slice("HISTORY_KIND_".length)} ${entry.subjectId}`);

test("each activation is told, the way back as that", () => {
  expect(shown(activated(["a", "b", "a"]))).toEqual([
    "RELEASE_ROLLED_BACK a",
    "RELEASE_ACTIVATED b",
    "RELEASE_ACTIVATED a",
    "SET_CREATED ",
  ]);
});

test("of activations of earlier releases, which their steps do not tell, the last of each is told", () => {
  const set = activated(["a", "b", "a"]);
  const history = (set.history ?? []).map(({ activated: _activated, ...step }) => step);
  expect(shown({ ...set, history })).toEqual(["RELEASE_ACTIVATED a", "RELEASE_ACTIVATED b", "SET_CREATED "]);
});

test("behind the last hundred steps the last of each release is told", () => {
  const told = shown(activated(Array.from({ length: 130 }, (_, nth) => `r${nth}`)));
  expect(told).toHaveLength(131);
  expect(new Set(told).size).toBe(131);
});
