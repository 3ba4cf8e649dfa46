import { expect, test } from "vitest";
import { Rooms, roomsWithin, type Visit } from "./rooms.ts";

const visit = (): Visit => ({ since: 0, places: new Set() });

test("parts of one look are at a host as one more look, and give the room back with the last of them", () => {
  const rooms = new Rooms();
  const look = visit();
  rooms.enter(look, "host:page", 0);
  const part = roomsWithin(rooms, look, () => 0);
  const parts = Array.from({ length: 5 }, part);
  expect(parts.map((one) => one.enter("host:cdn"))).toEqual([true, true, true, true, true]);
  // Two looks are at a host at most.
  expect(rooms.enter(visit(), "host:cdn", 0)).toBe(true);
  expect(rooms.enter(visit(), "host:cdn", 0)).toBe(false);
  parts.slice(1).forEach((one) => one.leave());
  expect(rooms.fits(["host:cdn"], 0)).toBe(false);
  parts[0]?.leave();
  expect(rooms.fits(["host:cdn"], 0)).toBe(true);
});

test("where the look itself is its parts take no room, and leave none", () => {
  const rooms = new Rooms();
  const look = visit();
  rooms.enter(look, "host:page", 0);
  rooms.enter(visit(), "host:page", 0);
  const own = roomsWithin(rooms, look, () => 0)();
  expect(own.enter("host:page")).toBe(true);
  own.leave();
  expect(rooms.fits(["host:page"], 0)).toBe(false);
});

test("a part that finds no room has none to give back", () => {
  const rooms = new Rooms();
  const others = [visit(), visit()];
  for (const other of others) rooms.enter(other, "host:cdn", 0);
  const part = roomsWithin(rooms, visit(), () => 0)();
  expect(part.enter("host:cdn")).toBe(false);
  part.leave();
  expect(rooms.fits(["host:cdn"], 0)).toBe(false);
});

test("a part that has left takes no more room: who waited for some until then is too late", () => {
  const rooms = new Rooms();
  const part = roomsWithin(rooms, visit(), () => 0)();
  part.enter("host:page");
  part.leave();
  expect([part.enter("host:cdn"), part.enter("host:page")]).toEqual([false, false]);
  for (const other of [visit(), visit()]) expect(rooms.enter(other, "host:cdn", 0)).toBe(true);
  // Nor is anything given back twice.
  part.leave();
  expect(rooms.fits(["host:cdn"], 0)).toBe(false);
});
