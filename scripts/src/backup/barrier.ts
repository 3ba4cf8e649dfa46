import type { BackupServiceService } from "@ntd/proto/operations/v1/backup_service";
import type { RpcClient } from "@ntd/rpc";
import { durationOf, Problem } from "@ntd/service";

/** The services that are copied, by their names. */
export type Clients = ReadonlyMap<string, RpcClient<typeof BackupServiceService>>;

/** The moment that all copies are of. */
export interface Barrier {
  /** Every service stood still. */
  time: Date;
  /** How long writes waited at most, as seen from here. */
  heldMs: number;
  /** What each service calls it. */
  holds: ReadonlyMap<string, string>;
}

const LEASE_MS = 1000;
const ATTEMPTS = 3;

/**
 * Holds all services before it releases the first: when each release says that its hold was still in force, there was a
 * moment at which all of them stood still. A hold that ended too soon, on a machine that is slow just then, is tried
 * again. What was held is given back when it fails.
 *
 * @throws Problem TIMED_OUT when no attempt was fast enough; what a service refuses with.
 */
export async function barrier(clients: Clients): Promise<Barrier> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const found = await attempted(clients);
    if (found !== undefined) return found;
  }
  const detail = `Not all services stood still within ${LEASE_MS} ms. Try again when the machine has less to do.`;
  throw new Problem("TIMED_OUT", detail);
}

async function attempted(clients: Clients): Promise<Barrier | undefined> {
  const holds = new Map<string, string>();
  let found: Barrier | undefined;
  try {
    const began = performance.now();
    const held = await Promise.allSettled(
      [...clients].map(async ([name, client]) => {
        const { holdId } = await client.hold({ lease: durationOf(LEASE_MS) });
        holds.set(name, holdId);
      }),
    );
    const refused = held.find((one) => one.status === "rejected");
    if (refused !== undefined) throw refused.reason;
    const time = new Date();
    const released = await Promise.all(
      [...clients].map(async ([name, client]) => client.release({ holdId: holds.get(name) ?? "" })),
    );
    const heldMs = Math.ceil(performance.now() - began);
    if (released.every(({ inForce }) => inForce)) found = { time, heldMs, holds };
  } finally {
    if (found === undefined) await abortAll(clients, holds);
  }
  return found;
}

/** Gives back what is held; who cannot be reached gives it back by himself. */
export async function abortAll(clients: Clients, holds: ReadonlyMap<string, string>): Promise<void> {
  await Promise.allSettled([...holds].map(async ([name, holdId]) => clients.get(name)?.abort({ holdId })));
}
