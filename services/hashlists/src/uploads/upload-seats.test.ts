import { expect, test } from "vitest";
import { UploadSeats } from "./upload-seats.ts";

test("one seat is always left to others than whoever has the rest", () => {
  const seats = new UploadSeats(3);
  const [first] = [seats.take("anna"), seats.take("anna")];
  expect(() => seats.take("anna")).toThrow(/^You upload 2 lists/);
  seats.take("ben");
  expect(() => seats.take("cleo")).toThrow(/^3 lists are being uploaded/);
  first?.[Symbol.dispose]();
  seats.take("anna");
  expect(() => seats.take("ben")).toThrow(/^3 lists/);
});

test("where there is one seat, it is anybody's", () => {
  const seats = new UploadSeats(1);
  using _one = seats.take("anna");
  expect(() => seats.take("ben")).toThrow(/^1 lists/);
});
