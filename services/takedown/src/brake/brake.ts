import { changeOnce, type Decided } from "@ntd/host";
import type { Caller } from "@ntd/rpc";
import type { Sealed } from "@ntd/service";
import type { Deps } from "../deps.ts";
import { SWITCH, type Switch } from "../store.ts";

const MAX_USES = 1000;

/** Sets the brake and keeps who, when and why; returns when. A repeat of the request changes nothing. */
export async function setBrake(
  deps: Deps,
  { person }: Caller,
  { requestId, body, halted, reason }: { requestId: string; body: Uint8Array; halted: boolean; reason?: Sealed },
): Promise<Date> {
  const call = { caller: person, method: halted ? "HaltDispatch" : "ResumeDispatch", requestId, body };
  const { answer } = await changeOnce(deps.switches, SWITCH, call, (state): Decided<Switch, { at: Date }> => {
    const at = deps.clock.now();
    const use = { halted, by: person, at, ...(reason === undefined ? {} : { reason }) };
    const uses = [...(state?.uses ?? []), use].slice(-MAX_USES);
    return { state: { schemaVersion: 1, halted, uses, requests: state?.requests ?? [] }, answer: { at } };
  });
  return answer.at;
}
