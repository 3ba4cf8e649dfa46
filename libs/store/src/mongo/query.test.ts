import { expect, test } from "vitest";
import { queryParts, whereFilter } from "./query.ts";

const filtersOf = (query: Parameters<typeof queryParts>[0]) => queryParts(query).map(({ filter }) => filter);
const present = { $exists: true, $ne: null };

test("in the order of a field, those without it are left out by what an index can begin behind", () => {
  expect(filtersOf({ orderBy: "due" })).toEqual([{ $and: [{}, { "fields.due": present }] }]);
  expect(whereFilter({ due: {} })).toEqual({ "fields.due": present });
});

test("what is asked of the field itself is asked once: an index that covers what is read is read alone", () => {
  const where = { due: { lt: 5 } };
  expect(filtersOf({ where, orderBy: "due" })).toEqual([{ $and: [{ "fields.due": { $lt: 5 } }] }]);
  expect(filtersOf({ where: { due: undefined }, orderBy: "due" })).toEqual([{ $and: [{}, { "fields.due": present }] }]);
});

test("behind a cursor the rest of its value comes first, then what lies beyond", () => {
  const after = { value: 3, id: "b" };
  expect(filtersOf({ orderBy: "due", after })).toEqual([
    { $and: [{}, { "fields.due": 3 }, { _id: { $gt: "b" } }] },
    { $and: [{}, { "fields.due": { $gt: 3 } }] },
  ]);
});
