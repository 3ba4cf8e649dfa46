import type { IdentityName } from "@ntd/embedded";
import { connect, problemOf, type RpcClient } from "@ntd/rpc";
import { Turns } from "@ntd/service";
import { eventually } from "@ntd/testing";
import type { Site } from "./path.ts";

type Definition = Parameters<typeof connect>[0];

/** Calls a service as somebody, until it answers. */
export type Call = <D extends Definition, T>(
  definition: D,
  service: string,
  kind: IdentityName["kind"],
  name: string,
  ask: (client: RpcClient<D>) => Promise<T>,
) => Promise<T>;

/** A service that a test has killed comes back: the call is repeated, with the same request id, as a client would. */
export function callsTo({ machine, endpoints }: Site["platform"]): Call {
  const turns = new Map<string, Turns>();
  return async (definition, service, kind, name, ask) => {
    const identityDir = await machine.identity(kind, name);
    const address = endpoints[service] ?? "";
    const key = `${service} ${kind}/${name}`;
    const own = turns.get(key) ?? new Turns(CONNECTIONS, Infinity, "nobody is refused a turn");
    turns.set(key, own);
    const answered = () =>
      eventually(`${service} answers`, () => once(definition, address, identityDir, ask), PATIENCE_MS);
    const { value } = await own.take(new AbortController().signal, answered);
    return value;
  };
}

/** A disk may be full for longer than half a minute, and who reports then tries until it is taken. */
const PATIENCE_MS = 120_000;
/** Of one identity at a time, each call having one: fewer than its quota, which what stands still holds for a while. */
const CONNECTIONS = 6;

async function once<D extends Definition, T>(
  definition: D,
  address: string,
  identityDir: string,
  ask: (client: RpcClient<D>) => Promise<T>,
) {
  await using client = connect(definition, { address, identityDir });
  try {
    return { value: await ask(client) };
  } catch (error) {
    const problem = problemOf(error);
    if (problem.code === "UNAVAILABLE" || problem.code === "DEADLINE_EXCEEDED") return undefined;
    throw new Error(`${address} refused: ${problem.message}`, { cause: problem });
  }
}
