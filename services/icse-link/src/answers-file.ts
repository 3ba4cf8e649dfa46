import { readFileSync } from "node:fs";
import type { Assessment } from "@ntd/proto/icse/v1/icse_link_service";
import { Problem, shown } from "@ntd/service";
import type { Answers } from "./assessment.ts";

/**
 * Reads `{"<algorithm>:<hex>": "BASELINE" | "NATIONALLY_ILLEGAL" | "NOT_ILLEGAL" | "UNKNOWN"}`; "" is no answers.
 *
 * @throws Problem CONFIG_INVALID naming every entry, by its place, that is not as it must be.
 */
export function readAnswers(path: string): Answers {
  if (path === "") return new Map();
  const faults: string[] = [];
  const entries = Object.entries(parsed(path)).map(([key, value], index): [string, Assessment] => {
    const [algorithm = "", hex = ""] = key.toLowerCase().split(":");
    if (!isFingerprint(algorithm, hex))
      faults.push(`entry ${index + 1}: the key is no algorithm:hex of a known length`);
    if (!ASSESSMENTS.has(value)) faults.push(`entry ${index + 1}: ${shown(value)} is none of ${NAMES.join(", ")}`);
    return [`${algorithm}:${hex}`, `ASSESSMENT_${String(value)}` as Assessment];
  });
  if (faults.length > 0) throw new Problem("CONFIG_INVALID", `${path} is not valid:\n  ${faults.join("\n  ")}`);
  return new Map(entries);
}

const NAMES = ["BASELINE", "NATIONALLY_ILLEGAL", "NOT_ILLEGAL", "UNKNOWN"];
const ASSESSMENTS: ReadonlySet<unknown> = new Set(NAMES);

const HEX_LENGTH: Readonly<Record<string, number>> = { sha256: 64, sha1: 40, md5: 32, pdq: 64, blockhash256: 64 };

function isFingerprint(algorithm: string, hex: string): boolean {
  return /^[0-9a-f]+$/.test(hex) && hex.length === HEX_LENGTH[algorithm];
}

function parsed(path: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, "utf8"));
  } catch (cause) {
    throw new Problem("CONFIG_INVALID", `ICSE_LINK_ANSWERS_FILE: ${path} cannot be read as JSON.`, { cause });
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new Problem("CONFIG_INVALID", `ICSE_LINK_ANSWERS_FILE: ${path} holds no JSON object.`);
}
