import { bodyDigest, remember, remembered, requireRequestId, scopedRequestId, type Caller } from "@ntd/rpc";
import { Problem, type Sealed } from "@ntd/service";
import { change, type Change } from "@ntd/store";
import type { Deps } from "../deps.ts";
import { SWITCH, type Switch } from "../store.ts";

const MAX_USES = 1000;

/** Sets the brake and keeps who, when and why; returns when. A repeat of the request changes nothing. */
export async function setBrake(
  deps: Deps,
  { person }: Caller,
  { requestId, body, halted, reason }: { requestId: string; body: Uint8Array; halted: boolean; reason?: Sealed },
): Promise<Date> {
  const scoped = scopedRequestId(person, halted ? "HaltDispatch" : "ResumeDispatch", requireRequestId(requestId));
  const digest = bodyDigest(body);
  let at = deps.clock.now();
  await change(deps.switches, SWITCH, (state): Change<Switch> | undefined => {
    const requests = state?.requests ?? [];
    const first = remembered(requests, scoped, digest);
    if (first instanceof Problem) throw first;
    at = first === "new" ? deps.clock.now() : first.answer.at;
    if (first !== "new") return undefined;
    const use = { halted, by: person, at, ...(reason === undefined ? {} : { reason }) };
    const uses = [...(state?.uses ?? []), use].slice(-MAX_USES);
    const entry = { requestId: scoped, digest, answer: { at } };
    return { state: { schemaVersion: 1, halted, uses, requests: remember(requests, entry) } };
  });
  return at;
}
