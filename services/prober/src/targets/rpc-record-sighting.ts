import { changeOnce } from "@ntd/host";
import { RecordSightingRequest, Sighting, type RecordSightingResponse } from "@ntd/proto/prober/v1/probe_service";
import { callerOf, type CallContext } from "@ntd/rpc";
import { Problem, shown } from "@ntd/service";
import type { Deps } from "../deps.ts";
import { eventIfNews, toTarget } from "./publish.ts";
import { needsSecond } from "./published-facts.ts";
import { forPersonsOnly, withSighting, type SightingRefusal } from "./sighting.ts";
import type { Sighting as Said, Target } from "./target-state.ts";

const MAX_HOW = 1000;
/** A person's clock may be ahead of ours by this much. */
const CLOCK_TOLERANCE_MS = 5 * 60_000;

/** What a person saw at a target, once for each request id; looked at again at once. */
export function recordSighting(deps: Deps) {
  return async (request: RecordSightingRequest, context: CallContext): Promise<RecordSightingResponse> => {
    const { person } = callerOf(context);
    const body = RecordSightingRequest.encode(request).finish();
    const call = { caller: person, method: "RecordSighting", requestId: request.requestId, body };
    const valid = validSighting(request, deps.clock.now());
    const { document, answer } = await changeOnce(deps.targets, request.targetId, call, (target) => {
      if (target === undefined) throw new Problem("NOT_FOUND");
      if (target.episode !== request.episode) throw otherEpisode(target);
      const now = deps.clock.now();
      const { how, ...said } = valid;
      const sighting: Said = { ...said, by: person, how: deps.sealer.seal(how, now), toldTime: now };
      const heard = withSighting(target, sighting, now);
      if ("refused" in heard) throw refusal(heard);
      const next = request.personOnly ? forPersonsOnly(heard) : heard;
      const event = eventIfNews(deps.settings, target, next, now);
      return { state: next, ...(event && { event }), answer: { needsSecond: needsSecond(next) } };
    });
    return { target: toTarget(document.state, deps.settings), needsSecond: answer.needsSecond };
  };
}

function validSighting(request: RecordSightingRequest, now: Date): Pick<Said, "says" | "time"> & { how: string } {
  const { sighting, time } = request;
  const how = request.how.trim();
  const faults = [];
  const says = words[sighting];
  if (says === undefined) faults.push({ field: "sighting", description: "is missing or unknown; say what was seen" });
  if (how === "" || how.length > MAX_HOW) {
    faults.push({ field: "how", description: `is not 1 to ${MAX_HOW} characters; say by what means it was looked at` });
  }
  if (time === undefined || time.getTime() > now.getTime() + CLOCK_TOLERANCE_MS) {
    faults.push({ field: "time", description: "is missing or lies in the future; say when it was looked at, in UTC" });
  }
  if (says === undefined || time === undefined || faults.length > 0) throw Problem.fields(...faults);
  return { says, how, time };
}

const words: Partial<Record<Sighting, Said["says"]>> = { [Sighting.SEEN]: "SEEN", [Sighting.GONE]: "GONE" };

function otherEpisode({ episode }: Target): Problem {
  const description = `is not the newest one, which is ${shown(String(episode))}; read the target again`;
  return new Problem("VERSION_CONFLICT", `episode: ${description}`, { metadata: { episode: String(episode) } });
}

function refusal({ refused, time }: SightingRefusal): Problem {
  const why = refused === "seen since" ? "was seen there" : "was found gone";
  return Problem.fields({
    field: "time",
    description: `lies before ${time.toISOString()}, when it ${why}; only a later look says more`,
  });
}
