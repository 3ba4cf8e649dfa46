import fc from "fast-check";
import { expect, test } from "vitest";
import { adjustment, roomFor } from "./nats-room.ts";

const MIB = 2 ** 20;
const GIB = 1024 * MIB;

test.each([
  ["a large disk", { used: 0, free: 100 * GIB }, 8 * GIB],
  ["a gigabyte", { used: 0, free: GIB }, 768 * MIB],
  ["what the streams have already counts as theirs", { used: GIB, free: 3 * GIB }, 3 * GIB],
  ["a full disk: nothing more is taken", { used: 100 * MIB, free: 0 }, 75 * MIB],
  ["an empty promise would be none", { used: 0, free: 0 }, MIB],
])("%s", (_what, disk, room) => {
  expect(roomFor(disk)).toBe(room);
});

test("an operator's reserve is kept", () => {
  expect(roomFor({ used: 0, free: 5 * GIB }, 3 * GIB)).toBe(2 * GIB);
});

test("less room takes a restart, which waits until the disk is scarce", () => {
  expect(adjustment(3 * GIB, { used: GIB, free: 2 * GIB })).toBe("nothing");
  expect(adjustment(3 * GIB, { used: GIB, free: 600 * MIB })).toBe("nothing");
  expect(adjustment(3 * GIB, { used: GIB, free: 400 * MIB })).toBe("lower");
  expect(adjustment(GIB, { used: GIB / 2, free: 10 * GIB })).toBe("raise");
});

test("whatever the disk: what was adjusted is not adjusted again, and the server meets its bound before the disk's", () => {
  const bytes = fc.integer({ min: 0, max: 200 * GIB });
  fc.assert(
    fc.property(bytes, bytes, bytes, (used, free, room) => {
      const disk = { used, free };
      const then = roomFor(disk);
      expect(adjustment(then, disk)).toBe("nothing");
      if (used + free > 2 * MIB) expect(then - used).toBeLessThanOrEqual(free);
      const what = adjustment(Math.max(1, room), disk);
      if (what === "raise") expect(then).toBeGreaterThan(room);
      if (what === "lower") expect(then).toBeLessThan(room);
    }),
  );
});
