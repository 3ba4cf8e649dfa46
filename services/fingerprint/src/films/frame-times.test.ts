import fc from "fast-check";
import { expect, test } from "vitest";
import { frameTimes } from "./frame-times.ts";

const line = (time: string, score: string) => [`frame:1    pts:15360   pts_time:${time}`, `lavfi.scene_score=${score}`];

test("each frame has its time, and scene changes are marked; the first frame is none", () => {
  expect(frameTimes([...line("0", "0.9"), ...line("1.5", "0.001272"), ...line("2.2", "0.31")])).toEqual([
    { seconds: 0, isSceneChange: false },
    { seconds: 1.5, isSceneChange: false },
    { seconds: 2.2, isSceneChange: true },
  ]);
});

test("a line that was cut off is no frame", () => {
  expect(frameTimes([...line("0", "0.0"), "frame:1    pts:1"])).toHaveLength(1);
});

test("times never go back and never leave a day, whatever the film says", () => {
  const time = fc.oneof(fc.double().map(String), fc.constantFrom("nan", "NOPTS", "-1", "1e300"));
  fc.assert(
    fc.property(fc.array(time), (times) => {
      const found = frameTimes(times.flatMap((t) => line(t, "0.1"))).map(({ seconds }) => seconds);
      expect(found).toHaveLength(times.length);
      expect(found).toEqual(found.toSorted((a, b) => a - b));
      expect(found.every((seconds) => seconds >= 0 && seconds <= 86_400)).toBe(true);
    }),
  );
});
