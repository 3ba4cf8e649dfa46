import type { Account, DocumentHead, Medium } from "../proxy/account.ts";
import type { Ending } from "./talk.ts";

export type LookProblem = "NO_ANSWER" | "NO_WAY_OUT" | "REFUSED" | "TIMED_OUT" | "CRASHED" | "TOO_LARGE";

/** What a look came to. */
export interface Look {
  problem: LookProblem | undefined;
  document: (DocumentHead & { markup: string }) | undefined;
  media: (Medium & { element: string })[];
  truncated: boolean;
  refused: number;
}

/** Of an address that may not be asked: no browser is started for it. */
export const REFUSED: Look = {
  problem: "REFUSED",
  document: undefined,
  media: [],
  truncated: false,
  refused: 1,
};

/**
 * Puts together what the proxy saw go by and what the browser says stands in the page. What was loaded, how it was answered
 * and how much is the proxy's word; the browser's is the page's own text, its address and where media stand in it.
 */
export function lookOf(ending: Ending, account: Account): Look {
  const found = ending.is === "found" ? ending.found : undefined;
  const head = found?.page && account.headOf(found.page.url);
  const elements = new Map((found?.elements ?? []).toReversed());
  return {
    problem: problemOf(ending, account, head !== undefined),
    document: head && found?.page && { ...head, ...found.page },
    media: account.media.map((medium) => ({ ...medium, element: elements.get(medium.url) ?? "" })),
    truncated: account.truncated || ending.is !== "found" || (found?.unfinished ?? false),
    refused: account.refused,
  };
}

function problemOf({ is }: Ending, { failed }: Account, isThere: boolean): LookProblem | undefined {
  switch (is) {
    case "memory":
      return "TOO_LARGE";
    case "crashed":
      return "CRASHED";
    case "time":
      return "TIMED_OUT";
    case "found":
      if (isThere) return undefined;
      if (failed === undefined) return "TIMED_OUT";
      return failed === "forbidden" ? "REFUSED" : failed === "no_way_out" ? "NO_WAY_OUT" : "NO_ANSWER";
    default:
      return is satisfies never;
  }
}
