import { counter } from "@ntd/service";
import type { FoundItem, PageSight } from "./page/page-state.ts";
import type { Outcome } from "./targets/slot.ts";

const probes = counter("ntd_prober_probes", "Probes that came to an end, by what they found");

/** A host's certificate, or its TLS, is not as it should be; it was fetched all the same. */
export const tlsFlawed: (labels: { flaw: string }) => void = counter(
  "ntd_prober_tls_flaws",
  "Fetches over TLS that does not verify, by what is wrong",
);

const media = counter("ntd_prober_page_media", "Media of pages, at each look, by what became of them");

/** An eye has looked at what is on a page. */
export function pageCollected({ items, counts }: PageSight): void {
  const count = (of: (item: FoundItem) => boolean) => items.filter(of).length;
  const unasked = count(({ reason }) => reason === "NOT_FOLLOWED");
  const judged = count(({ content, reason }) => content !== undefined && reason === undefined);
  media({ became: "judged" }, judged);
  media({ became: "unasked" }, unasked);
  media({ became: "not_judged" }, items.length - judged - unasked);
  media({ became: "too_small" }, counts.tooSmall);
  media({ became: "never_followed" }, counts.neverFollowed);
}

/** A probe came to an end. */
export function probeEnded(found: Outcome["is"]): void {
  probes({ found });
}
