import type { Hold } from "@ntd/proto/casework/v1/case";
import type { Content } from "@ntd/proto/prober/v1/target";
import { derivedId, Problem } from "@ntd/service";
import type { Target } from "../src/targets/target-state.ts";
import type { KeepDeps } from "../src/evidence/keep.ts";
import type { LookDeps } from "../src/look/look.ts";
import type { PassingDeps } from "../src/look/passing.ts";
import { Turns } from "../src/look/turns.ts";
import type { PageDeps } from "../src/page/keep.ts";
import type { OnPageDeps } from "../src/page/on-page.ts";
import type { SlotDeps } from "../src/look/slot.ts";
import type { Eye } from "../src/fetch/eye.ts";
import type { Likeness } from "../src/targets/likeness.ts";
import type { Observation } from "../src/targets/observation.ts";
import type { Slot } from "../src/targets/slot.ts";
import { decide, type Rules } from "../src/targets/target.ts";
import { newTarget as unreported, withReport, type WatchRules } from "../src/schedule/schedule.ts";

const eye = (name: string, profile: Eye["profile"], country = "MY"): Eye => ({
  name,
  network: country,
  country,
  profile,
  exit: "owned",
  via: { is: "direct" },
});
export const browser = eye("browser", "browser");
export const declared = eye("declared", "declared");
export const abroad = eye("abroad", "browser", "SG");

/** Examples for tests: a slot of a minute, so that times read easily. */
export const rules: WatchRules = {
  slotMs: 60_000,
  slotsRequired: 3,
  neverSeenSlots: [0, 1, 4, 96],
  eyes: [browser],
  homeCountry: "MY",
  unreachableMs: 24 * 3_600_000,
  pageAgainMs: 60_000,
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
    renditions: [],
    degraded: false,
    tooLittleDetail: false,
    format: "jpeg",
    revision: 0,
  };
}

/** A look that sees a picture: the material, or another one. */
export const picture = (likeness: Likeness, content = contentOf(1)): Observation =>
  likeness === "other"
    ? { is: "REPLACED", reason: "OTHER_CONTENT", as: { is: "PRESENT" }, content }
    : { is: "SEEN", as: { is: "PRESENT" }, content, likeness };
const bare = (content: Content): Content => ({
  ...content,
  fingerprints: content.fingerprints.slice(0, 1),
  pdqForms: [],
});
/** A look that sees a page where a page was seen, or nothing yet. */
export const page = (likeness: Likeness, content = contentOf(2)): Observation => ({
  is: "SEEN",
  as: { is: "NOT_MEDIA", reason: "NOT_A_PICTURE" },
  content: bare(content),
  likeness,
});
/** A page in place of a picture, of which it is known what it is. */
export const pageInstead: Observation = {
  is: "REPLACED",
  reason: "OTHER_CONTENT",
  as: { is: "NOT_MEDIA", reason: "NOT_A_PICTURE" },
  content: bare(contentOf(2)),
};
export const missing: Observation = { is: "ABSENT", reason: "HTTP_NOT_FOUND" };
export const timedOut: Observation = { is: "BLIND", reason: "TIMED_OUT" };

/** A slot in which these eyes may look, and what those said that did. */
export function slotOf(time: Date, said: Record<string, Observation>, eyes: readonly Eye[] = [browser]): Slot {
  const looks = eyes.flatMap((eye) => {
    const observation = said[eye.name];
    return observation === undefined ? [] : [{ eye, observation, time, ip: "192.0.2.1" }];
  });
  return { looks, eyes };
}

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

/** Films are handed on to nobody. */
export const noFilms: Omit<PassingDeps, "health"> = {
  filmTurns: new Turns(1),
  fileTurns: new Turns(1),
  filmLimits: { maxBytes: 1024 * 1024 * 1024, timeoutMs: 300_000, turnMs: 20_000 },
  computeFilm: () => Promise.reject(new Problem("PEER_UNAVAILABLE")),
};

/** What looks at pages are made with, where there is no key. */
export const onPages: Omit<OnPageDeps, Exclude<keyof LookDeps, keyof typeof noFilms> | "targets" | "pages"> &
  Pick<PageDeps, "pageMedia"> = {
  ...noFilms,
  targetIdOf: ({ fetch }) => derivedId("target", fetch).replaceAll("-", ""),
  inlineIdOf: ({ fetch }, sha256) => derivedId("inline", fetch, sha256).replaceAll("-", ""),
  pageMedia: 200,
  pageLimits: { media: 200, bytes: 200 * 1024 * 1024, ms: 120_000 },
  browserMs: 45_000,
  pageAnewMs: 24 * 3_600_000,
};

/** Records of looks and the register of requests, for tests that do not read them. */
export const unsigned: Omit<KeepDeps, "evidence" | "rules"> & Pick<SlotDeps, "register"> = {
  register: { note: () => undefined },
  judge: { environment: "TEST", release: "0", ...rules, pdqRadius: 31 },
  clockReading: () => ({ is: "unknown", why: "not configured" }),
  evidenceSigner: {
    kid: "none",
    publicJwk: { kty: "OKP" },
    signWhole: () => Promise.resolve(""),
    sign: () => Promise.resolve("none"),
  },
};

/** The target after one look by a browser's eye. */
export const looked = (target: Target, observation: Observation, time: Date, given: Rules = rules): Target =>
  decide(target, slotOf(time, { [browser.name]: observation }), given);

/** Without a word of how often it is to be looked at. */
export function aHold(change: Partial<Hold> = {}): Hold {
  return {
    holdId: "hold-1",
    cause: "HOLD_CAUSE_OFFICER",
    sinceTime: at(0),
    expireTime: at(1440),
    lookEvery: undefined,
    waitsForSupervisor: false,
    releasedTime: undefined,
    expired: false,
    looksGoOn: false,
    ...change,
  };
}

/** What the picture of a text would be after an edit: its hash is told by a number a hundred higher. */
export function derivedOf(text: string) {
  const pdq = /^picture \w+ (\d+)$/.exec(text)?.[1];
  return pdq === undefined ? [] : [{ edit: "crop 5 %", pdq: new Uint8Array(32).fill(Number(pdq) + 100), quality: 90 }];
}
