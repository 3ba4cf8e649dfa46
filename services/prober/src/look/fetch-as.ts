import { fetchAddress, type Fetched, type FetchRules } from "../fetch/fetch.ts";
import { tlsFlawed } from "../metrics.ts";
import type { LookDeps, Visit } from "./look.ts";
import type { Unasked } from "./finding.ts";

/** How one request differs from the first one of a look. */
export type Given = Pick<FetchRules, "referer" | "opening" | "pass"> &
  Partial<Pick<FetchRules, "enter" | "maxBytes" | "timeoutMs">>;

/** One fetch by the eye of a visit, by all the rules. */
export async function fetchAs(
  { fetchRules }: Pick<LookDeps, "fetchRules">,
  { eye, enter, mayConnect, onRequest, stop }: Pick<Visit, "eye" | "enter" | "mayConnect" | "onRequest" | "stop">,
  url: string,
  preferredIp: string,
  given: Given = {},
): Promise<Fetched> {
  const { dnsOf, ...rules } = fetchRules;
  const asked = { ...rules, dns: dnsOf(eye), eye, enter, mayConnect, onRequest, ...given };
  const fetched = await fetchAddress(url, asked, preferredIp, stop);
  const flaw = "head" in fetched ? fetched.head?.tls : undefined;
  if (flaw !== undefined) tlsFlawed({ flaw });
  return fetched;
}

export function isUnasked(fetched: Fetched): fetched is Unasked {
  return fetched.is === "no_room" || fetched.is === "no_way_out" || fetched.is === "held";
}
