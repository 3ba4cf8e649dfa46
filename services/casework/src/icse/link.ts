import type { Opening } from "@ntd/host";
import { IcseLinkServiceService } from "@ntd/proto/icse/v1/icse_link_service";
import type { RpcClient } from "@ntd/rpc";
import type { CaseworkConfig } from "../config.ts";

/** The link, or undefined where none is named: nothing is asked then, and health says so. */
export function linkOf(
  { icseLinkAddress }: CaseworkConfig,
  { peer, health }: Pick<Opening<CaseworkConfig>, "peer" | "health">,
): Pick<RpcClient<typeof IcseLinkServiceService>, "checkFingerprints"> | undefined {
  health.degrade("icse_off", icseLinkAddress === "");
  return icseLinkAddress === "" ? undefined : peer(IcseLinkServiceService, { address: icseLinkAddress });
}
