import type { BackupServiceService } from "@ntd/proto/operations/v1/backup_service";
import type { RpcClient } from "@ntd/rpc";
import { durationOf, Problem } from "@ntd/service";

/** The services that are copied, by their names. */
export type Clients = ReadonlyMap<string, RpcClient<typeof BackupServiceService>>;

/** The moment that all copies are of. */
export interface Barrier {
  /** Every service stood still. */
  time: Date;
  /** How long writes waited at most, as seen from here; no service lets them wait longer than its lease. */
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
    const hold = async (name: string) => {
      const { holdId } = await asked(clients, name, (client) => client.hold({ lease: durationOf(LEASE_MS) }));
      holds.set(name, holdId);
    };
    const [first = "", ...others] = clients.keys();
    // Of two backups at once one is refused here, before either is in the other's way.
    await hold(first);
    const held = await Promise.allSettled(others.map(hold));
    const refused = held.find((one) => one.status === "rejected");
    if (refused !== undefined) throw refused.reason;
    const time = new Date();
    const released = await Promise.all(
      [...holds].map(([name, holdId]) => asked(clients, name, (client) => client.release({ holdId }))),
    );
    const heldMs = Math.min(LEASE_MS, Math.ceil(performance.now() - began));
    if (released.every(({ inForce }) => inForce)) found = { time, heldMs, holds };
  } finally {
    if (found === undefined) await abortAll(clients, holds);
  }
  return found;
}

/** Asks one of them, which is named in what it is refused with. */
export async function asked<R>(
  clients: Clients,
  name: string,
  call: (client: RpcClient<typeof BackupServiceService>) => Promise<R>,
): Promise<R> {
  const client = clients.get(name);
  if (client === undefined) throw new Problem("NOT_FOUND", `There is no service ${name} to back up.`);
  return call(client).catch((error: unknown) => {
    if (!(error instanceof Problem)) throw error;
    const { reason, message, metadata, fields } = error;
    throw new Problem(reason, `${name}: ${message}`, { metadata, fields, cause: error });
  });
}

/** Gives back what is held; who cannot be reached gives it back by himself. */
export async function abortAll(clients: Clients, holds: ReadonlyMap<string, string>): Promise<void> {
  await Promise.allSettled([...holds].map(async ([name, holdId]) => clients.get(name)?.abort({ holdId })));
}
