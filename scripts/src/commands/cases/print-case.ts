import type { GetDossierResponse } from "@ntd/proto/casework/v1/assessment_service";
import { CaseServiceService, type CaseView } from "@ntd/proto/casework/v1/case_service";
import type { RpcClient } from "@ntd/rpc";
import { Problem } from "@ntd/service";
import type { Cli } from "../../cli/cli.ts";
import { caseListing } from "../../listings/cases/case-listing.ts";
import { dossierListing } from "../../listings/cases/dossier-listing.ts";
import type { ItemCases } from "../../listings/cases/hit-table.ts";

/** As many as one decision can name. */
export const MOST_EMBEDDED = 50;

/** A case, and of a page where what it shows stands. */
export async function printCase(cli: Cli, answer: { case?: CaseView | undefined }, nothing?: string): Promise<void> {
  const itemCases = await casesOfItems(cli, answer.case);
  const isNothing = answer.case === undefined && nothing !== undefined;
  cli.print(answer, () => (isNothing ? nothing : caseListing(answer.case, itemCases)));
}

/** The same of all that is known of a case. */
export async function printDossier(cli: Cli, dossier: GetDossierResponse): Promise<void> {
  const itemCases = await casesOfItems(cli, dossier.case);
  cli.print(dossier, () => dossierListing(dossier, itemCases));
}

// Undefined where it cannot be told: what was asked for is done by then, and is told all the same.
async function casesOfItems(cli: Cli, view: CaseView | undefined): Promise<ItemCases | undefined> {
  const items = view?.case?.pageItems?.items ?? [];
  if (items.length === 0 || cli.isJson()) return undefined;
  const targets = items.slice(0, MOST_EMBEDDED).map(({ itemTargetId }) => itemTargetId);
  try {
    return await newestCases(cli, targets);
  } catch {
    return undefined;
  }
}

/** The newest case of each target that has one. */
export async function newestCases(cli: Cli, targetIds: readonly string[]): Promise<ItemCases> {
  const found = await cli.call("casework", CaseServiceService, (casework) =>
    Promise.all(targetIds.map((targetId) => newestOf(casework, targetId))),
  );
  return new Map(found.flatMap((one) => (one?.case === undefined ? [] : [[one.case.targetId, one]])));
}

// There is one once the prober has put it among its targets, and that was told.
async function newestOf(casework: RpcClient<typeof CaseServiceService>, value: string) {
  try {
    return (await casework.getCase({ by: { $case: "targetId", value } })).case;
  } catch (error) {
    if (Problem.from(error).reason === "NOT_FOUND") return undefined;
    throw error;
  }
}
