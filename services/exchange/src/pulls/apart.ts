import type { ReleaseInfo } from "@ntd/proto/hashlists/v1/hash_list_service";
import { Problem } from "@ntd/service";
import type { Again, ConnectorState } from "../connectors/connector.ts";
import type { ConnectorConfig } from "../connectors/connectors-file.ts";
import type { Failed } from "../connectors/fault.ts";
import type { Deps } from "../deps.ts";
import { failureOf, releaseOf } from "./standing.ts";
import { isLaterThan } from "./upload-name.ts";

/**
 * Whether what this store knows of a set has to be held against what hashlists has of it: once after a restore, and where
 * something is in force before anything was pulled.
 */
export function isToCompare(
  { checkpoint, range, comparedTime, createdTime }: ConnectorState,
  base: string | undefined,
  restoredTime: Date | undefined,
): boolean {
  const isNew = checkpoint === undefined && range === undefined;
  if (isNew) return base !== undefined && comparedTime === undefined;
  return restoredTime !== undefined && restoredTime > (comparedTime ?? createdTime);
}

type Comparing = Pick<Deps, "hashlists" | "connectorsNow">;

/**
 * How all has to be read anew since the two stores have gone apart: hashlists has brought what is not known here, or has
 * lost what is in force. Of what the partner took back since, its changes tell nothing, and neither does what was kept
 * here: all that it has now takes the place of what the set has. Where another connector brings to the same set, that
 * would take back what is another partner's: there it is only added. Undefined: they are together.
 */
export async function goneApart(
  { hashlists, connectorsNow }: Comparing,
  { name, setId }: Pick<ConnectorConfig, "name" | "setId">,
  { checkpoint, range }: ConnectorState,
  base: string | undefined,
): Promise<Again | Failed | undefined> {
  const until = range?.to ?? checkpoint;
  try {
    const isThere = async (is: Parameters<typeof releaseOf>[2]) =>
      (await releaseOf(hashlists, setId, is)) !== undefined;
    const isLost = base !== undefined && !(await isThere(({ releaseId }) => releaseId === base));
    const isBehind = await isThere(
      ({ fileName = "", state }) => !ENDED.has(state) && isLaterThan(fileName, name, until),
    );
    if (!isLost && !isBehind) return undefined;
  } catch (error) {
    return failureOf(Problem.from(error));
  }
  return howAnew({ connectorsNow }, setId);
}

/** In place of all that a set has, unless that would take back what is another partner's. */
export function howAnew({ connectorsNow }: Pick<Deps, "connectorsNow">, setId: string): Again {
  return connectorsNow().filter((one) => one.setId === setId).length <= 1 ? "replaces" : "adds";
}

/** Nothing of it was in force, or will be. */
const ENDED: ReadonlySet<ReleaseInfo["state"]> = new Set(["RELEASE_STATE_REJECTED", "RELEASE_STATE_REFUSED"]);
