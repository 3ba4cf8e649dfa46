import { Problem } from "@ntd/service";
import type { Deps } from "../deps.ts";

/**
 * The providers that an identity speaks for.
 *
 * @throws Problem IDENTITY_WITHOUT_PROVIDER when no provider names it: silence would look like "no notices".
 */
export async function spokenFor(deps: Deps, identity: string): Promise<string[]> {
  const providers = deps.directory.providersOf(identity);
  if (providers.length > 0) return providers;
  await deps.directory.refresh();
  const now = deps.directory.providersOf(identity);
  if (now.length === 0) throw new Problem("IDENTITY_WITHOUT_PROVIDER");
  return now;
}
