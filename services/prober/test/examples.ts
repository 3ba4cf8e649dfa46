import type { Content } from "@ntd/proto/prober/v1/target";
import type { Target } from "../src/targets/target-state.ts";
import type { Likeness, Observation } from "../src/targets/target.ts";
import { newTarget as unreported, withReport, type WatchRules } from "../src/targets/schedule.ts";

/** Examples for tests: a slot of a minute, so that times read easily. */
export const rules: WatchRules = {
  slotMs: 60_000,
  slotsRequired: 3,
  unreachableMs: 24 * 3_600_000,
  idleMs: 6 * 3_600_000,
  watchMs: 90 * 24 * 3_600_000,
};

export const at = (minutes: number): Date => new Date(Date.UTC(2026, 0, 1) + minutes * 60_000);

/** A picture whose SHA-256 and PDQ hash are told by one number each. */
export function contentOf(sha: number, pdq = sha): Content {
  const value = new Uint8Array(32).fill(pdq);
  return {
    recipe: "exact-1",
    fingerprints: [
      { algorithm: "ALGORITHM_SHA256", value: new Uint8Array(32).fill(sha), quality: 0 },
      { algorithm: "ALGORITHM_PDQ", value, quality: 100 },
      { algorithm: "ALGORITHM_BLOCKHASH256", value, quality: 200 },
    ],
    pdqForms: [{ form: "original", value }],
    degraded: false,
    tooLittleDetail: false,
    format: "jpeg",
    revision: 0,
  };
}

export const picture = (likeness: Likeness, content = contentOf(1)): Observation => ({
  is: "picture",
  content,
  likeness,
  ip: "192.0.2.1",
});
export const page = (likeness: Likeness, content = contentOf(2)): Observation => ({
  is: "not_a_picture",
  reason: "NOT_A_PICTURE",
  content: { ...content, fingerprints: content.fingerprints.slice(0, 1), pdqForms: [] },
  likeness,
  ip: "192.0.2.1",
});
export const missing: Observation = { is: "miss", reason: "HTTP_NOT_FOUND", ip: "192.0.2.1" };
export const timedOut: Observation = { is: "no_answer", reason: "TIMED_OUT", ip: "" };

/** A target that one report names, to which `given` happened. */
export function newTarget(given: Partial<Target> = {}): Target {
  const address = { keyId: "2026-01", nonce: new Uint8Array(12), ciphertext: new Uint8Array(40) };
  const id = "00000000000000000000000000000000";
  const target = withReport(
    unreported(id, address, at(0)),
    { id: "r1", receivedTime: at(0), address, lane: "report/a", trace: {} },
    at(0),
  );
  return { ...unreported(id, address, at(0)), ...target, ...given };
}
