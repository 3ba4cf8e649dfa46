import { framesOf } from "@ntd/imagehash/films";
import type { FilmFrame } from "@ntd/proto/common/v1/common";
import { expect, test } from "vitest";
import { filmSeen } from "./film-seen.ts";

const frame = (second: number, change: Partial<FilmFrame> = {}): FilmFrame => ({
  time: { seconds: BigInt(second), nanos: 500_000_000 },
  pdq: new Uint8Array(32).fill(second + 1),
  quality: 80,
  isSceneChange: false,
  tooLittleDetail: false,
  ...change,
});
const film = (frames: FilmFrame[]) => filmSeen({ frames, duration: undefined, isCut: false });

test("a film is what its frames say, each at its time, without those that say nothing", () => {
  const flat = frame(3, { tooLittleDetail: true });
  const value = film([
    frame(0),
    frame(1),
    frame(2),
    flat,
    frame(4, { pdq: new Uint8Array() }),
    frame(5, { quality: 9 }),
  ]);
  expect(framesOf(value ?? new Uint8Array())).toEqual(
    [0, 1, 2].map((second) => ({
      pdq: new Uint8Array(32).fill(second + 1),
      quality: 80,
      timeMs: second * 1000 + 500,
    })),
  );
});

test("what has too few of them to be found by is told by its bytes alone", () => {
  expect(film([frame(0), frame(1), frame(2, { tooLittleDetail: true })])).toBeUndefined();
});
