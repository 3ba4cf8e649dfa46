import type { Relay } from "./relay.ts";

/** The implementation of ntd.operations.v1.OperationsService for a service with a store. */
export function operations(relay: Relay) {
  return {
    async republish(): Promise<{ aggregateCount: bigint }> {
      return { aggregateCount: BigInt(await relay.republish()) };
    },
  };
}
