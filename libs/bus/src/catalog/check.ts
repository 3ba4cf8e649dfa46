import { DiscardPolicy, JetStreamApiError } from "@nats-io/jetstream";
import { Problem, type Check, type Health } from "@ntd/service";
import { durablesOf } from "./apply.ts";
import { streamOf } from "./catalog.ts";
import type { Bus } from "../connection.ts";
import { isBroken } from "../writing/broken.ts";
import type { Producer } from "./noun.ts";

const AGAIN_MS = 10_000;
/** While the stream is broken: who restarts the server waits for nothing. */
const BROKEN_MS = 1000;

/**
 * Health: the stream and durables that this service needs are there. Fails until they have been seen once, and with
 * BUS_NOT_APPLIED when the bus says that one is missing. A bus that merely is silent afterwards, or that refuses every
 * write (BUS_BROKEN), degrades `health`: the outbox holds and the service goes on.
 */
export function busCheck(bus: Bus, service: Producer, health: Health): Check {
  let seenAt = Number.NEGATIVE_INFINITY;
  let restMs = AGAIN_MS;
  return {
    name: "bus",
    async run() {
      if (performance.now() - seenAt < restMs && !bus.connection.isClosed()) return;
      try {
        const { config } = await bus.manager.streams.info(streamOf(service));
        await Promise.all(durablesOf(service).map(({ stream, name }) => bus.manager.consumers.info(stream, name)));
        const broken = await isBroken(bus, streamOf(service));
        seenAt = performance.now();
        restMs = broken ? BROKEN_MS : AGAIN_MS;
        health.degrade("bus:BUS_UNAVAILABLE", false);
        health.degrade("bus:BUS_BROKEN", broken);
        // An earlier release's stream goes on working: it grows without bound until `ntd bus apply`.
        health.degrade("bus:STREAM_UNBOUNDED", config.discard !== DiscardPolicy.New || config.max_bytes <= 0);
      } catch (cause) {
        const missing = cause instanceof JetStreamApiError && cause.status === 404;
        if (missing) seenAt = Number.NEGATIVE_INFINITY;
        if (missing || seenAt < 0)
          throw new Problem(missing ? "BUS_NOT_APPLIED" : "BUS_UNAVAILABLE", undefined, { cause });
        health.degrade("bus:BUS_UNAVAILABLE");
      }
    },
  };
}
