import { setTimeout as pause } from "node:timers/promises";
import { Problem } from "@ntd/service";
import { openingLength } from "../fetch/body.ts";
import type { Fetched } from "../fetch/fetch.ts";
import type { Pass } from "../fetch/pass.ts";
import { fetchAs, isUnasked } from "../look/fetch-as.ts";
import type { Answered, Unasked } from "../look/finding.ts";
import type { LookDeps, Visit } from "../look/look.ts";
import { passing } from "../look/passing.ts";

/** How much one eye does for a page. */
export interface PageLimits {
  media: number;
  bytes: number;
  ms: number;
}

type FetchingDeps = LookDeps & { pageLimits: PageLimits };

/** So long one of a page's media waits for room at its host. */
const ROOM_MS = 10_000;
const ROOM_AGAIN_MS = 200;

/** Fetches what a page shows as the page asks for it, within what it is given. */
export class Fetching {
  readonly #deps: FetchingDeps;
  readonly #page: string;
  readonly #visit: Visit;
  readonly #until: number;
  #bytes = 0;

  constructor(deps: FetchingDeps, page: string, visit: Visit) {
    this.#deps = deps;
    this.#page = page;
    this.#visit = visit;
    this.#until = performance.now() + deps.pageLimits.ms;
  }

  get leftMs(): number {
    return this.#until - performance.now();
  }

  /** Undefined where it was not asked, for want of room, of a turn, of a way out, or since police hold it. */
  async fetch(url: string, does: "shows" | "frames"): Promise<Answered | undefined> {
    const giveUp = performance.now() + ROOM_MS;
    for (;;) {
      if (this.leftMs <= 0 || this.#bytes >= this.#deps.pageLimits.bytes) return undefined;
      const fetched = await this.#fetchOnce(url, does).catch(unlessNoTurn);
      if (fetched === undefined || !isUnasked(fetched)) return fetched;
      if (fetched.is !== "no_room" || performance.now() >= giveUp) return undefined;
      await pause(ROOM_AGAIN_MS, undefined, { signal: this.#visit.stop });
    }
  }

  async #fetchOnce(url: string, does: "shows" | "frames"): Promise<Answered | Unasked> {
    const { fetchRules, pageLimits } = this.#deps;
    const room = this.#visit.room();
    const maxBytes = Math.min(fetchRules.maxBytes, pageLimits.bytes - this.#bytes);
    const leftMs = Math.max(1, this.leftMs);
    try {
      const fetched = await fetchAs(this.#deps, { ...this.#visit, mayConnect: this.#visit.mayShow }, url, "", {
        referer: { page: new URL(this.#page), does },
        enter: room.enter,
        maxBytes,
        timeoutMs: Math.min(fetchRules.timeoutMs, leftMs),
        ...(does === "shows" && { pass: this.#pass(leftMs) }),
      });
      this.#bytes += bytesRead(fetched, maxBytes);
      return fetched;
    } finally {
      room.leave();
    }
  }

  /** What is handed on is charged by what its host says of it, and while it comes: several share what is left. */
  #pass(leftMs: number): Pass {
    const { filmLimits, pageLimits } = this.#deps;
    const maxBytes = pageLimits.bytes - this.#bytes;
    const timeoutMs = Math.min(filmLimits.timeoutMs, leftMs);
    const take = (bytes: number) => {
      const fits = this.#bytes + bytes <= pageLimits.bytes;
      if (fits) this.#bytes += bytes;
      return fits;
    };
    return { ...passing(this.#deps, this.#visit, { maxBytes, timeoutMs, turnMs: leftMs }), take };
  }
}

/** Too many films wait for the same: this one is not judged now, and the look goes on. */
function unlessNoTurn(error: unknown): undefined {
  if (Problem.from(error).reason !== "RATE_LIMITED") throw error;
}

/** Of what says itself that it is too large its opening alone was read; of what turns out to be all that may be. */
function bytesRead(fetched: Fetched, maxBytes: number): number {
  if ("bytes" in fetched && fetched.bytes !== undefined) return fetched.bytes.length;
  if (fetched.is !== "no_answer" || fetched.reason !== "BODY_TOO_LARGE") return 0;
  return (fetched.opening?.length ?? 0) > maxBytes ? openingLength(maxBytes) : maxBytes;
}
