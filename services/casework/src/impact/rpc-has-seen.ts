import type { HasSeenRequest, HasSeenResponse } from "@ntd/proto/casework/v1/list_impact_service";
import { gather, Problem } from "@ntd/service";
import type { Deps } from "../deps.ts";
import { hasView } from "../views/has-seen.ts";

/** Who lists what was decided lists what persons saw. */
export function hasSeen(deps: Pick<Deps, "views">) {
  return async ({ person, sha256 }: HasSeenRequest): Promise<HasSeenResponse> => {
    gather({ person: () => requirePerson(person), sha256: () => requireSha256(sha256) });
    const file = { algorithm: "ALGORITHM_SHA256" as const, value: sha256, quality: 0 };
    return { hasSeen: await hasView(deps, person, { targetId: "", fingerprints: [file] }) };
  };
}

function requirePerson(person: string): void {
  if (person !== "") return;
  throw Problem.fields({ field: "person", description: "is empty; name one as kind/name" });
}

function requireSha256({ length }: Uint8Array): void {
  if (length === 32) return;
  throw Problem.fields({ field: "sha256", description: `has ${length} bytes; SHA-256 has 32` });
}
