import { createHash } from "node:crypto";
import type { HashAnswer } from "@ntd/proto/matching/v1/check_service";

/** One match as HMA tells it: of ntd there is one content a bank, since entries are not named. */
export interface BankMatch {
  bank_content_id: number;
  /** In bits; "" where it is of equal bytes, or not told. */
  distance: string;
}

/** The bank of all sets that say no more than "known": sets' names have no capitals. */
export const KNOWN_BANK = "NTD_KNOWN";

/** Behind the name of a bank of which nothing may act on a match alone. */
const NOMINATES = ":nominates";

/** An answer as HMA's matches by bank: the sets that explain, else the one bank that stands for the others. */
export function banksOf(answer: HashAnswer, only?: ReadonlySet<string>): Record<string, BankMatch[]> {
  if (answer.verdict !== "HASH_VERDICT_KNOWN") return {};
  const told = answer.matches.map(({ setId, distance, threshold, nominatesOnly }) => {
    return { bank: nominatesOnly ? setId + NOMINATES : setId, distance: threshold > 0 ? String(distance) : "" };
  });
  const unnamed = { bank: answer.nominatesOnly ? KNOWN_BANK + NOMINATES : KNOWN_BANK, distance: "" };
  // What decides is never hidden behind a named set that only nominates.
  const isHidden = !answer.nominatesOnly && answer.matches.every(({ nominatesOnly }) => nominatesOnly);
  const all = told.length === 0 || isHidden ? [...told, unnamed] : told;
  const wanted = all.filter(({ bank }) => only === undefined || only.has(bank));
  return Object.fromEntries(
    wanted.map(({ bank, distance }) => [bank, [{ bank_content_id: contentOf(bank), distance }]]),
  );
}

// HMA's ids are numbers. The same for a bank wherever and whenever it is asked.
function contentOf(bank: string): number {
  return createHash("sha256").update(bank).digest().readUInt32BE() >>> 1;
}
