import { Problem, type Check } from "@ntd/service";
import { durablesOf } from "./apply.ts";
import { streamOf } from "./catalog.ts";
import type { Bus } from "./connection.ts";
import type { Producer } from "./noun.ts";

/**
 * Health: the bus answers, and the stream and durables that this service needs are there. Fails with BUS_NOT_APPLIED
 * while one is missing.
 */
export function busCheck(bus: Bus, service: Producer): Check {
  return {
    name: "bus",
    async run() {
      try {
        await bus.manager.streams.info(streamOf(service));
        await Promise.all(durablesOf(service).map(({ stream, name }) => bus.manager.consumers.info(stream, name)));
      } catch (cause) {
        throw new Problem("BUS_NOT_APPLIED", undefined, { cause });
      }
    },
  };
}
