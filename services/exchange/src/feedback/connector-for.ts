import type { SetMemberRole } from "@ntd/proto/hashlists/v1/hash_list_service";
import { callerOf, type CallContext } from "@ntd/rpc";
import { Problem, shown } from "@ntd/service";
import type { ConnectorConfig, NcmecConfig } from "../connectors/connectors-file.ts";
import type { Deps } from "../deps.ts";
import { setOf } from "../pulls/standing.ts";

type Looking = Pick<Deps, "connectorsNow" | "sets">;

const SAYING: readonly SetMemberRole[] = ["SET_MEMBER_ROLE_CONTRIBUTOR", "SET_MEMBER_ROLE_APPROVER"];

/**
 * A connector that takes feedback, for a member of its set who sees it, or speaks in its name; operators see all of them.
 *
 * @throws Problem NOT_FOUND to who is no member: to others it is not there. NOT_ALLOWED to a member who only looks.
 */
export async function connectorFor(
  deps: Looking,
  name: string,
  context: CallContext,
  to: "see" | "say" = "see",
): Promise<NcmecConfig> {
  const { kind, person } = callerOf(context);
  const config = deps.connectorsNow().find((connector) => connector.name === name);
  if (config === undefined) throw noConnector(name);
  const isOperator = kind === "operator";
  const roles = isOperator && to === "see" ? [] : await rolesOf(deps, config, person);
  if (!isOperator && roles.length === 0) throw noConnector(name);
  if (config.kind !== "ncmec") {
    throw new Problem("WRONG_STATE", `${name} pulls the feed of another ntd, which takes no feedback. Write to them.`);
  }
  if (to === "see" || SAYING.some((role) => roles.includes(role))) return config;
  const sentence = `This takes a contributor or an approver of the set ${config.setId}; its owners can make you one.`;
  throw new Problem("NOT_ALLOWED", sentence);
}

async function rolesOf({ sets }: Looking, { setId }: ConnectorConfig, person: string) {
  const set = await setOf(sets, setId);
  return set?.members.find((member) => member.person === person)?.roles ?? [];
}

function noConnector(name: string): Problem {
  const sentence = `No connector is named ${shown(name)} that brings lists to a set of which you are a member.`;
  return new Problem("NOT_FOUND", sentence);
}
