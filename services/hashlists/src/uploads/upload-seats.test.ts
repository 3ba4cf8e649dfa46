import { Problem } from "@ntd/service";
import { expect, test } from "vitest";
import { UploadSeats, type Seat } from "./upload-seats.ts";

const least = { bytesPerSecond: 16 * 1024, withinMs: 30_000 };
const seatsOf = (most: number) => new UploadSeats(most, least);

/** Why a place is lost; undefined while it is not. */
const lossOf = ({ lost }: Seat) => (lost.aborted ? Problem.from(lost.reason) : undefined);

test("one seat is always left to others than whoever has the rest", () => {
  const seats = seatsOf(3);
  const [first] = [seats.take("anna", 0), seats.take("anna", 0)];
  expect(() => seats.take("anna", 0)).toThrow(/^You upload 2 lists/);
  seats.take("ben", 0);
  expect(() => seats.take("cleo", 0)).toThrow(/^3 lists are being uploaded/);
  first?.[Symbol.dispose]();
  seats.take("anna", 0);
  expect(() => seats.take("ben", 0)).toThrow(/^3 lists/);
});

test("where there is one seat, it is anybody's", () => {
  const seats = seatsOf(1);
  using _one = seats.take("anna", 0);
  expect(() => seats.take("ben", 0)).toThrow(/^1 lists/);
});

test("two who trickle keep nobody out: who wants a place has it from the first of them, and the others keep theirs", () => {
  const seats = seatsOf(4);
  const held = ["anna", "anna", "anna", "ben"].map((person) => seats.take(person, 0));
  for (const { pace } of held) pace.waits(0);
  // The first brings what it should.
  held[0]?.pace.came(1024 * 1024, 29_000);
  held[0]?.pace.waits(29_000);
  expect(() => seats.take("cleo", 29_999)).toThrow(/^4 lists/);
  using _ = seats.take("cleo", 30_000);
  const losses = held.map(lossOf);
  expect(losses.map((problem) => problem?.reason)).toEqual([undefined, "RATE_LIMITED", undefined, undefined]);
  expect(losses[1]?.message).toMatch(/fewer than 16 kB came a second; upload it again: it goes on behind what came/);
  // It has left; that its call ends takes nobody's place.
  held[1]?.[Symbol.dispose]();
  seats.take("dora", 30_000)[Symbol.dispose]();
  expect(held.map(lossOf).filter((problem) => problem !== undefined)).toHaveLength(2);
});

test("what trickles keeps its place while nobody wants it, and of one's own it makes way, too", () => {
  const seats = seatsOf(3);
  const slow = seats.take("anna", 0);
  slow.pace.waits(0);
  seats.take("ben", 3_600_000);
  expect(lossOf(slow)).toBeUndefined();
  seats.take("anna", 3_600_000);
  expect(lossOf(slow)).toBeUndefined();
  seats.take("anna", 3_600_000);
  expect(lossOf(slow)?.reason).toBe("RATE_LIMITED");
});
