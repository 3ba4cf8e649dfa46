import { change } from "@ntd/store";
import { connectorId } from "../connectors/connector-id.ts";
import type { NcmecConfig } from "../connectors/connectors-file.ts";
import type { Deps } from "../deps.ts";
import { askAgain } from "./known-reasons.ts";

export type Speaking = "outlets" | "reasons" | "kickSender";

/** An operator has seen to what kept an exchange from hearing us: no back-off is waited for. */
export async function speakAgain(deps: Pick<Deps, Speaking | "clock">, config: NcmecConfig): Promise<void> {
  const { outlets, clock, kickSender } = deps;
  await change(outlets, connectorId(config), (state) => state && { state: { ...state, dueAt: clock.now() } });
  await askAgain(deps, config);
  kickSender();
}
