import { DiscardPolicy, JetStreamApiError } from "@nats-io/jetstream";
import { Problem, type Check, type Health } from "@ntd/service";
import { durablesOf } from "./apply.ts";
import { streamOf } from "./catalog.ts";
import type { Bus } from "../connection.ts";
import { isBroken } from "../writing/broken.ts";
import type { Producer } from "./noun.ts";

const AGAIN_MS = 10_000;
/** What is declared goes seldom; whoever pulls from a durable or writes to a stream that went says so in the log. */
const DECLARED_MS = 30_000;
/** While the stream is broken: who restarts the server waits for nothing. */
const BROKEN_MS = 1000;

/**
 * Health: the stream and durables that this service needs are there. Fails until they have been seen once, and with
 * BUS_NOT_APPLIED when the bus says that one is missing. A bus that merely is silent afterwards, or that refuses every
 * write (BUS_BROKEN), degrades `health`: the outbox holds and the service goes on.
 */
export function busCheck(bus: Bus, service: Producer, health: Health): Check {
  let seenAt = Number.NEGATIVE_INFINITY;
  let declaredAt = Number.NEGATIVE_INFINITY;
  let restMs = AGAIN_MS;
  return {
    name: "bus",
    async run() {
      if (performance.now() - seenAt < restMs && !bus.connection.isClosed()) return;
      try {
        if (performance.now() - declaredAt >= DECLARED_MS) {
          const { config } = await bus.manager.streams.info(streamOf(service));
          await Promise.all(durablesOf(service).map(({ stream, name }) => bus.manager.consumers.info(stream, name)));
          // An earlier release's stream goes on working: it grows without bound until `ntd bus apply`.
          health.degrade("bus:STREAM_UNBOUNDED", config.discard !== DiscardPolicy.New || config.max_bytes <= 0);
          declaredAt = performance.now();
        }
        const broken = await isBroken(bus, streamOf(service));
        seenAt = performance.now();
        restMs = broken ? BROKEN_MS : AGAIN_MS;
        health.degrade("bus:BUS_UNAVAILABLE", false);
        health.degrade("bus:BUS_BROKEN", broken);
      } catch (cause) {
        declaredAt = Number.NEGATIVE_INFINITY;
        const missing = cause instanceof JetStreamApiError && cause.status === 404;
        if (missing) seenAt = Number.NEGATIVE_INFINITY;
        if (missing || seenAt < 0)
          throw new Problem(missing ? "BUS_NOT_APPLIED" : "BUS_UNAVAILABLE", undefined, { cause });
        health.degrade("bus:BUS_UNAVAILABLE");
      }
    },
  };
}
