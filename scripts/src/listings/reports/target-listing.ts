import type { Look, Target } from "@ntd/proto/prober/v1/target";
import { listing } from "../../cli/output.ts";
import { REASONS } from "./reason-words.ts";
import { lookTable, sightOf } from "../sight.ts";

/** What the platform itself saw at an address: where it stands, since when, how sure that is, and by which looks. */
export function targetListing(target: Target, isHeld = false): string {
  const looks = allLooks(target);
  const head = listing({
    target: target.targetId,
    episode: target.episode,
    ...sightOf({ ...target, targetState: target.state, targetReason: target.reason }),
    because: REASONS[target.reason],
    "looks are": isHeld ? "held: they wait, or are as rare as police ask" : "",
    "as of": target.probedTime,
    "first seen": target.firstSeenTime,
    "last seen": target.lastSeenTime ?? (target.neverSeen ? "never: the first look found nothing" : ""),
    "last look that could see": target.lastLookTime,
    "looked at from": target.vantage,
    "resolved to": target.resolvedIp,
    "moved here from target": target.movedFromTargetId,
    "leads to another host": target.movedToHostDigest === "" ? "" : `digest ${target.movedToHostDigest}`,
  });
  return looks.length === 0 ? head : `${head}\n\n${lookTable(looks)}`;
}

// An eye that is cloaked from may have looked in an earlier slot than those that led to the state.
function allLooks({ looks, cloaked }: Target): Look[] {
  const known = new Set(looks.map(keyOf));
  return [...cloaked.filter((look) => !known.has(keyOf(look))), ...looks];
}

const keyOf = ({ eye, time }: Look) => `${eye} ${time?.toISOString()}`;
