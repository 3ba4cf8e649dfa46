import { durablesOf, producers } from "@ntd/bus";
import type { Stage } from "./stage.ts";

/** Whether every service has taken in all that was told. */
export async function nothingPending(stage: Stage): Promise<boolean> {
  const infos = producers
    .flatMap(durablesOf)
    .map(({ stream, name }) => stage.bed.bus.manager.consumers.info(stream, name));
  return (await Promise.all(infos)).every((info) => info.num_pending === 0 && info.num_ack_pending === 0);
}
