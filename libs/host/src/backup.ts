import { randomUUID } from "node:crypto";
import type { CopyResponse, HoldRequest } from "@ntd/proto/operations/v1/backup_service";
import { Problem, type Logger } from "@ntd/service";
import type { Snapshot, Store } from "@ntd/store";

/** Writes wait no longer than this. */
const LONGEST_LEASE_MS = 1000;
/** Who began a copy and does not go on is dead. */
const IDLE_MS = 15_000;

interface Held {
  id: string;
  snapshot: Snapshot;
  idle: NodeJS.Timeout;
}

/**
 * The implementation of ntd.operations.v1.BackupService for a service with a store: one copy at a time. Whoever asks may
 * die at any moment; a hold ends by its lease, and a copy that nobody goes on with is given up.
 */
export function backups(store: Pick<Store, "hold">, log: Logger, idleMs = IDLE_MS) {
  let current: Held | undefined;
  async function giveUp(held: Held): Promise<void> {
    clearTimeout(held.idle);
    if (current === held) current = undefined;
    await held.snapshot[Symbol.asyncDispose]();
  }
  function heldAs(id: string): Held {
    if (current?.id === id) return current;
    throw new Problem("NOT_FOUND", "There is no copy under this hold_id: it was given up. Hold again.");
  }
  return {
    async hold({ lease }: HoldRequest): Promise<{ holdId: string }> {
      const snapshot = await store.hold(leaseMsOf(lease));
      const held = { id: randomUUID(), snapshot, idle: setTimeout(() => void giveUp(held), idleMs) };
      current = held;
      return { holdId: held.id };
    },
    async release({ holdId }: { holdId: string }): Promise<{ inForce: boolean }> {
      return { inForce: heldAs(holdId).snapshot.release() };
    },
    async *copy({ holdId }: { holdId: string }): AsyncIterable<CopyResponse> {
      const held = heldAs(holdId);
      let bytes = 0;
      try {
        for await (const data of held.snapshot.bytes()) {
          yield { data };
          held.idle.refresh();
          bytes += data.length;
        }
        log.info({ bytes }, "the store was copied");
      } finally {
        await giveUp(held);
      }
    },
    async abort({ holdId }: { holdId: string }): Promise<object> {
      if (current?.id === holdId) await giveUp(current);
      return {};
    },
    async [Symbol.asyncDispose](): Promise<void> {
      if (current !== undefined) await giveUp(current);
    },
  };
}

function leaseMsOf(lease: HoldRequest["lease"]): number {
  if (lease === undefined) return LONGEST_LEASE_MS;
  const ms = Number(lease.seconds) * 1000 + lease.nanos / 1e6;
  if (ms > 0 && ms <= LONGEST_LEASE_MS) return ms;
  throw Problem.fields({
    field: "lease",
    description: `is ${ms} ms; name more than 0 and at most ${LONGEST_LEASE_MS} ms`,
  });
}
