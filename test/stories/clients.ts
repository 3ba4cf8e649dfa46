import type { IdentityName } from "@ntd/embedded";
import { connect, type RpcClient } from "@ntd/rpc";
import type { TestBed } from "@ntd/testing";
import type { ServiceName } from "./services.ts";
import type { Stage } from "./stage.ts";

type Definition = Parameters<typeof connect>[0];

/** One connection for each contract and identity: a person has no more of them than a quota allows. */
export function clientsOf(stack: AsyncDisposableStack, bed: TestBed, address: Stage["address"]): Stage["client"] {
  const clients = stack.use(new AsyncDisposableStack());
  const known = new Map<Definition, Map<string, RpcClient<Definition>>>();
  return async <D extends Definition>(
    definition: D,
    service: ServiceName,
    kind: IdentityName["kind"],
    name: string,
  ) => {
    const identityDir = await bed.identity(kind, name);
    const own = known.get(definition) ?? new Map<string, RpcClient<Definition>>();
    known.set(definition, own);
    const key = `${service} ${kind}/${name}`;
    const client =
      own.get(key) ?? clients.use(connect<Definition>(definition, { address: address(service), identityDir }));
    own.set(key, client);
    return client as RpcClient<D>;
  };
}
