import type { Document } from "@ntd/store";
import type { Deps } from "../deps.ts";
import type { Notice } from "./notice.ts";

/** So long a loop sleeps while nothing is due: what comes meanwhile is begun by who writes it. */
const LONGEST_MS = 1000;

/** What is due now, oldest first and `limit` at most, and in how many milliseconds it is worth asking again. */
export async function dueNow(
  { notices, clock }: Pick<Deps, "notices" | "clock">,
  where: { state: "acknowledged" } | { waitsFor: "platform" },
  limit: number,
): Promise<{ due: Document<Notice>[]; nextMs: number }> {
  const first = await notices.find({ where, orderBy: "dueAt", limit });
  const now = clock.now();
  const due = first.filter(({ state }) => state.dueAt !== undefined && state.dueAt <= now);
  const next = first[due.length]?.state.dueAt;
  const nextMs = next === undefined ? LONGEST_MS : Math.min(LONGEST_MS, next.getTime() - now.getTime());
  return { due, nextMs };
}
