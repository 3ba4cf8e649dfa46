import { randomUUID } from "node:crypto";
import type {
  ApproveProviderChangeRequest,
  Provider,
  ProviderChange,
  ProviderEdit,
  PutProviderRequest,
} from "@ntd/proto/takedown/v1/provider_service";

type Answer = Promise<{ change?: ProviderChange | undefined }>;

/** Two clients of ProviderService, of two operators. */
export interface TwoOperators {
  first: { putProvider: (request: PutProviderRequest) => Answer };
  second: { approveProviderChange: (request: ApproveProviderChangeRequest) => Answer };
}

/** A provider as a test names it, the rest empty. */
export function providerWith(change: Partial<Provider> & Pick<Provider, "providerId">): Provider {
  const nothing = { domains: [], prefixes: [], roles: [], identities: [], wins: [], retiredTime: undefined };
  return { displayName: change.providerId, ...nothing, ...change };
}

/** What a test changes of a provider, and nothing else. */
export function editWith(change: Partial<ProviderEdit> = {}): ProviderEdit {
  const add = { addDomains: [], addPrefixes: [], addIdentities: [], addRoles: [] };
  const remove = { removeDomains: [], removePrefixes: [], removeIdentities: [], removeRoles: [] };
  return { displayName: "", ...add, ...remove, ...change };
}

/** Makes a provider as two operators do: one proposes it, the other approves. */
export async function makeProvider(
  { first, second }: TwoOperators,
  provider: Partial<Provider> & Pick<Provider, "providerId">,
  requestIds: readonly [string, string] = [randomUUID(), randomUUID()],
): Promise<void> {
  const request = { requestId: requestIds[0], provider: providerWith(provider), over: [], reason: "test" };
  const { change } = await first.putProvider(request);
  const changeId = change?.changeId ?? "";
  if (changeId !== "") await second.approveProviderChange({ requestId: requestIds[1], changeId });
}
