import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import {
  keysDue,
  newSigningKey,
  readSealingKeys,
  startLoop,
  systemClock,
  withMonth,
  writeWhole,
  writeSealingKeys,
} from "@ntd/service";
import type { Clock, Logger, Loop, Periods } from "@ntd/service";

/** Key files of a platform: who holds them reads addresses, tells target ids and marks, signs notices, referrals, what was seen and feeds, and tells whose a copy of a list is. */
export interface KeyFiles {
  sealing: string;
  target: string;
  signing: string;
  evidence: string;
  referral: string;
  mark: string;
  feed: string;
  watermark: string;
  /** Public keys that signed before. */
  oldSigning: string;
  oldEvidence: string;
  oldReferral: string;
  oldFeed: string;
}

/** The files of keys in `dir`, there or not. */
export function keyFilesIn(dir: string): KeyFiles {
  return {
    sealing: join(dir, "sealing-keys.json"),
    target: join(dir, "target-key"),
    signing: join(dir, "signing-key.json"),
    evidence: join(dir, "evidence-key.json"),
    referral: join(dir, "referral-key.json"),
    mark: join(dir, "mark-key"),
    feed: join(dir, "feed-key.json"),
    watermark: join(dir, "watermark-key"),
    oldSigning: join(dir, "old-signing-keys.json"),
    oldEvidence: join(dir, "old-evidence-keys.json"),
    oldReferral: join(dir, "old-referral-keys.json"),
    oldFeed: join(dir, "old-feed-keys.json"),
  };
}

/** Keys that sign, each with its file of those before; a key is named for its year. */
export const signingKeys = [
  { of: "signing", old: "oldSigning", prefix: "development" },
  { of: "evidence", old: "oldEvidence", prefix: "development-evidence" },
  { of: "referral", old: "oldReferral", prefix: "development-referral" },
  { of: "feed", old: "oldFeed", prefix: "development-feed" },
] as const;

/**
 * In the order in which releases came to need them, and in which they are made: where a later one is there, an earlier one was.
 */
const ages = [
  "sealing",
  "target",
  "signing",
  "oldSigning",
  "evidence",
  "oldEvidence",
  "mark",
  "referral",
  "oldReferral",
  "feed",
  "oldFeed",
  "watermark",
] as const satisfies readonly (keyof KeyFiles)[];
/** So many each release had. */
const FIRST = 3;

/**
 * Keys in `dir` that were there and are gone: what they opened, named and signed is worth nothing without them, and another
 * one in their place would say so to nobody. One that is lost for good is given up by a file beside it, `mark-key.lost`.
 *
 * @param isUsed stores were kept with them.
 */
export function lostKeys(dir: string, isUsed: boolean): string[] {
  const files = keyFilesIn(dir);
  const last = ages.findLastIndex((name) => existsSync(files[name]));
  const were = ages.slice(0, Math.max(last, isUsed ? FIRST : 0));
  return were.map((name) => files[name]).filter((file) => !existsSync(file) && !existsSync(`${file}.lost`));
}

/**
 * Makes the key files in `dir` that are not there yet; a second start on the same folder keeps them. The sealing keys
 * are those of this month, one for each class and one for what legal holds keep.
 */
export async function createKeys(dir: string, now = new Date()): Promise<KeyFiles> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const files = keyFilesIn(dir);
  for (const name of ages) if (!existsSync(files[name])) await make(name, files[name], now);
  return files;
}

// Whole: of a start that is killed in between no half key is left, with which no other would begin.
async function make(name: keyof KeyFiles, file: string, now: Date): Promise<void> {
  if (name === "sealing") return writeSealingKeys(file, withMonth([], now.toISOString().slice(0, 7)));
  if (name === "target" || name === "mark" || name === "watermark") return writeWhole(file, randomBytes(32));
  const signing = signingKeys.find(({ of }) => of === name);
  const content = signing ? await newSigningKey(`${signing.prefix}-${now.getUTCFullYear()}`) : { keys: [] };
  return writeWhole(file, JSON.stringify(content));
}

/**
 * Brings the sealing keys up to date: those of this month and of the next are there before anything is sealed with
 * them, and those past their period are taken out, which erases what they sealed. Nothing is written where all is so.
 *
 * @returns the ids that came and went.
 */
export async function tendSealingKeys(
  file: string,
  periods: Periods,
  now: Date,
): Promise<{ added: string[]; erased: string[] }> {
  const before = readSealingKeys(file);
  const next = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 1));
  const months = [now, next].map((time) => time.toISOString().slice(0, 7));
  const full = months.reduce<ReturnType<typeof withMonth>>(withMonth, before);
  const erased = keysDue(full, periods, now);
  const added = full.slice(before.length).map(({ id }) => id);
  if (added.length + erased.length > 0) {
    await writeSealingKeys(
      file,
      full.filter(({ id }) => !erased.includes(id)),
    );
  }
  return { added, erased };
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** Tends a key file once a day, the first time at once. */
export function startTending(options: {
  file: string;
  periods: { readonly value: Periods };
  log: Logger;
  clock?: Clock;
}): Loop {
  const { file, periods, log, clock = systemClock } = options;
  return startLoop("tend the sealing keys", DAY_MS, log, async () => {
    const { added, erased } = await tendSealingKeys(file, periods.value, clock.now());
    if (added.length > 0) log.info({ added }, "sealing keys were added");
    if (erased.length > 0) log.info({ erased }, "sealing keys are past their period: what they sealed is erased");
  });
}

/** Whoever opens, signs and compares nothing gets no key. */
const needed: Readonly<Record<string, Readonly<Record<string, keyof KeyFiles>>>> = {
  intake: { NTD_SEALING_KEYS_FILE: "sealing", INTAKE_TARGET_KEY_FILE: "target" },
  prober: {
    NTD_SEALING_KEYS_FILE: "sealing",
    PROBER_TARGET_KEY_FILE: "target",
    PROBER_SIGNING_KEY_FILE: "evidence",
    PROBER_OLD_SIGNING_KEYS_FILE: "oldEvidence",
  },
  casework: {
    NTD_SEALING_KEYS_FILE: "sealing",
    CASEWORK_MARK_KEY_FILE: "mark",
    CASEWORK_SIGNING_KEY_FILE: "referral",
    CASEWORK_OLD_SIGNING_KEYS_FILE: "oldReferral",
  },
  takedown: {
    NTD_SEALING_KEYS_FILE: "sealing",
    TAKEDOWN_SIGNING_KEY_FILE: "signing",
    TAKEDOWN_OLD_SIGNING_KEYS_FILE: "oldSigning",
  },
  feed: {
    FEED_SIGNING_KEY_FILE: "feed",
    FEED_OLD_SIGNING_KEYS_FILE: "oldFeed",
    FEED_WATERMARK_KEY_FILE: "watermark",
  },
  "hotline-link": { NTD_SEALING_KEYS_FILE: "sealing" },
};

/** The settings by which a service is told where its key files are, and no others. */
export function keySettings(service: string, files: KeyFiles): Record<string, string> {
  return Object.fromEntries(Object.entries(needed[service] ?? {}).map(([setting, key]) => [setting, files[key]]));
}
