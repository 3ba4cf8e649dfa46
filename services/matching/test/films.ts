import { createHash } from "node:crypto";
import { filmValue } from "@ntd/imagehash/films";
import type { Film, Fingerprint } from "@ntd/proto/common/v1/common";
import type { Content } from "@ntd/proto/prober/v1/target";
import { fingerprint } from "./bed.ts";

/** What one scene hashes like; those of two scenes are unrelated, those of one a few bits apart by its version. */
export function sceneHash(scene: string, version = 0): Uint8Array {
  const hash = Uint8Array.from(createHash("sha256").update(scene).digest());
  for (let bit = 0; bit < version; bit++) hash[bit] = (hash[bit] ?? 0) ^ 1;
  return hash;
}

/** So many scenes of one name. */
export const scenes = (name: string, count: number) => Array.from({ length: count }, (_, nth) => `${name} ${nth}`);

/** A film as lists have it, a scene a second. */
export function listedFilm(shown: readonly string[], quality = 80): Fingerprint {
  const frames = shown.map((scene, nth) => ({ pdq: sceneHash(scene), quality, timeMs: 1000 * nth }));
  return fingerprint("ALGORITHM_VPDQ", filmValue(frames));
}

/** A film as the prober tells it: the same scenes, encoded anew. */
export function seenFilm(shown: readonly string[], version = 3): Film {
  const frames = shown.map((scene, nth) => ({
    time: { seconds: BigInt(nth), nanos: 0 },
    pdq: sceneHash(scene, version),
    quality: 75,
    isSceneChange: true,
    tooLittleDetail: false,
  }));
  return { frames, duration: { seconds: BigInt(shown.length), nanos: 0 }, isCut: false };
}

/** What prober tells of a file that is a film. */
export function filmContent(shown: readonly string[], revision = 1): Content {
  const bytes = createHash("sha256").update(`file ${shown.join()} ${revision}`).digest();
  return {
    recipe: "exact-1",
    fingerprints: [fingerprint("ALGORITHM_SHA256", bytes)],
    pdqForms: [],
    renditions: [],
    degraded: false,
    tooLittleDetail: false,
    format: "mov",
    revision,
    film: seenFilm(shown),
  };
}
