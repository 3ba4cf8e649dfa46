import { parseAddress } from "@ntd/address";
import type { AskMarksRequest, AskMarksResponse } from "@ntd/proto/casework/v1/mark_service";
import { isUnserved, problemOf } from "@ntd/rpc";
import { openAddress, Problem, sealAddress, type Clock, type Health, type Sealed, type Sealer } from "@ntd/service";
import type { FetchRules } from "../fetch/fetch.ts";
import type { Met, Target } from "../targets/target-state.ts";

/** Whether police hold what is about to be looked at for the first time. */
export type AskMarks = (request: AskMarksRequest) => Promise<boolean>;

export interface MarkDeps {
  clock: Clock;
  sealer: Sealer;
  /** Absent: nobody is there to be asked. */
  askMarks?: AskMarks | undefined;
  hostDigest: (hostname: string) => string;
}

/** What `ntd_degraded` says while first looks are made without asking police. */
export const NOT_ASKED = "marks_not_asked";

/**
 * Asks casework. While it does not answer nothing is looked at for the first time; a casework of release 0.2 has no marks
 * that anything could meet.
 *
 * @throws Problem PEER_UNAVAILABLE for whatever keeps it from answering.
 */
export function askingMarks(call: (request: AskMarksRequest) => Promise<AskMarksResponse>, health: Health): AskMarks {
  return async (request) => {
    try {
      const { isHeld } = await call(request);
      health.degrade("casework", false);
      health.degrade(NOT_ASKED, false);
      return isHeld;
    } catch (cause) {
      if (isUnserved(problemOf(cause))) {
        health.degrade(NOT_ASKED);
        return false;
      }
      health.degrade("casework");
      throw new Problem("PEER_UNAVAILABLE", "Whether police marked it cannot be asked now.", { cause });
    }
  };
}

type MayConnect = NonNullable<FetchRules["mayConnect"]>;

/**
 * What is asked before a first look connects to anything, its own address or where that leads: once for each, however many
 * eyes look. Later, of another host than its own and the one that it led to when it was last seen. Of what a page shows it
 * is always asked: that may be marked by itself, wherever it lies.
 */
export function askedFirst(deps: MarkDeps, target: Target): { mayConnect?: MayConnect; mayShow?: MayConnect } {
  const { askMarks } = deps;
  if (askMarks === undefined) return {};
  const asked = new Map<string, Promise<boolean>>();
  const mayShow: MayConnect = ({ url, ips }) => {
    const place = `${url} ${ips.join(" ")}`;
    const answer = asked.get(place) ?? askMarks(requestOf(target, addressAt(deps, target, url), ips));
    asked.set(place, answer);
    return answer.then((isHeld) => !isHeld);
  };
  const mayConnect: MayConnect = (to) => {
    if (target.resolvedIp !== "" && isKnownHost(deps, target, to.url)) return Promise.resolve(true);
    return mayShow(to);
  };
  return { mayConnect, mayShow };
}

function isKnownHost({ sealer, hostDigest }: MarkDeps, { address, movedTo }: Target, url: string): boolean {
  const { hostname } = new URL(url);
  return hostname === new URL(openAddress(sealer, address).fetch).hostname || hostDigest(hostname) === movedTo;
}

/** Whether what met a mark is held still; nothing is asked of its host to find out. */
export async function isStillHeld({ askMarks }: MarkDeps, target: Target, { address, ips }: Met): Promise<boolean> {
  return askMarks !== undefined && (await askMarks(requestOf(target, address, ips)));
}

/** Where a look is led, sealed: the target's own address as it is. */
export function addressAt({ sealer, clock }: MarkDeps, { address }: Target, url: string): Sealed {
  if (withoutFragment(openAddress(sealer, address).fetch) === url) return address;
  const read = parseAddress(url);
  const led = "address" in read ? read.address : { original: url, fetch: url, key: url };
  return sealAddress(sealer, led, clock.now());
}

function requestOf({ targetId, episode }: Target, address: Sealed, ips: readonly string[]): AskMarksRequest {
  return { targetId, episode, address, resolvedIps: [...ips] };
}

function withoutFragment(text: string): string {
  const url = URL.parse(text);
  if (url !== null) url.hash = "";
  return url?.href ?? text;
}
