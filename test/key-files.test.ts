import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { keySettings } from "@ntd/embedded";
import { expect, test } from "vitest";

const services = join(import.meta.dirname, "../services");
const names = readdirSync(services);
const files = {
  sealing: "sealing",
  target: "target",
  signing: "signing",
  evidence: "evidence",
  referral: "referral",
  mark: "mark",
  feed: "feed",
  watermark: "watermark",
  oldSigning: "old-signing",
  oldEvidence: "old-evidence",
  oldReferral: "old-referral",
  oldFeed: "old-feed",
};

function source(service: string): string {
  const folder = join(services, service, "src");
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"))
    .map((file) => readFileSync(join(folder, file), "utf8"))
    .join("\n");
}

/** What a service does with a key, and so needs its file for. */
const uses: readonly (readonly [setting: string, key: keyof typeof files, use: RegExp])[] = [
  ["SEALING_KEYS_FILE", "sealing", /\bwatchSealingKeys\(/],
  ["TARGET_KEY_FILE", "target", /\breadTargetKey\(/],
  ["MARK_KEY_FILE", "mark", /\breadMarkKey\(/],
  ["WATERMARK_KEY_FILE", "watermark", /\bwatchWatermarkKey\(/],
];

test.each(names)("%s is given the keys that it works with, and no other", (name) => {
  const code = source(name);
  const given = keySettings(name, files);
  for (const [setting, key, use] of uses) {
    expect([setting, Object.values(given).includes(key)]).toEqual([setting, use.test(code)]);
  }
  const signs = ["signing", "evidence", "referral", "feed"].filter((key) => Object.values(given).includes(key));
  expect(signs.length > 0).toBe(name !== "isp-agent" && /\b(watchSigningKeys|signerFromFile)\(/.test(code));
  expect(signs.length).toBeLessThan(2);
  // Who signs verifies what it signed before.
  const old = ["old-signing", "old-evidence", "old-referral", "old-feed"].filter((file) =>
    Object.values(given).includes(file),
  );
  expect(old).toEqual(signs.map((key) => `old-${key}`));
});

test("services that hold sealed texts are few, and all others start without the file", () => {
  const holders = names.filter((name) => "NTD_SEALING_KEYS_FILE" in keySettings(name, files));
  expect(holders).toEqual(["casework", "hotline-link", "intake", "prober", "takedown"]);
  const askers = names.filter((name) => /readSealing\(|"SEALING_KEYS_FILE"/.test(source(name)));
  expect(askers).toEqual(holders);
});
