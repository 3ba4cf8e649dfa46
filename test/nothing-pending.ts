import { durablesOf, producers, type Bus } from "@ntd/bus";

/** Whether every reader has handled all that there is. */
export async function nothingPending({ manager }: Pick<Bus, "manager">): Promise<boolean> {
  const infos = producers.flatMap(durablesOf).map(({ stream, name }) => manager.consumers.info(stream, name));
  return (await Promise.all(infos)).every((info) => info.num_pending === 0 && info.num_ack_pending === 0);
}
