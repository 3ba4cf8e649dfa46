import type { Decision } from "@ntd/proto/casework/v1/case";
import type { DecideCaseRequest } from "@ntd/proto/casework/v1/case_service";
import { addressLeft, namedAddress, Problem, shown, type FieldFault } from "@ntd/service";
import type { CaseFile } from "../cases/case.ts";
import type { Deps } from "../deps.ts";
import { toldIllegal } from "../doubts/doubt.ts";
import { pageKindOf } from "./page-kind.ts";

const MAX_EMBEDDED = 50;
const FIELD = "embedded.target_ids";

/** @throws Problem FIELD_INVALID: what can be told of the field without any case. */
export function requireEmbeddedNamed({ embedded, decision }: DecideCaseRequest): void {
  if (embedded === undefined) return;
  const { targetIds } = embedded;
  if (targetIds.length === 0 || targetIds.length > MAX_EMBEDDED) {
    const description = `has ${targetIds.length} entries; it takes 1 to ${MAX_EMBEDDED}`;
    throw Problem.fields({ field: FIELD, description });
  }
  const twice = targetIds.flatMap((id, index) =>
    targetIds.indexOf(id) < index ? [{ field: `${FIELD}[${index}]`, description: `${shown(id)} is named twice` }] : [],
  );
  const only = { field: "embedded", description: "goes with ILLEGAL alone; leave it out" };
  const faults = [...(decision === "VERDICT_ILLEGAL" ? [] : [only]), ...twice];
  if (faults.length > 0) throw Problem.fields(...faults);
}

/**
 * What the decision names as embedded in the page, with its addresses; undefined when the page itself is decided.
 *
 * @throws Problem FIELD_INVALID when something is no item of the page or not decided illegal itself, and when the page is
 *   one that shows whatever others put there: nobody is asked to remove that.
 */
export async function embeddedIn(
  deps: Pick<Deps, "cases" | "sealer">,
  file: CaseFile,
  { embedded, decision }: DecideCaseRequest,
): Promise<Decision["embedded"]> {
  if (embedded === undefined) {
    if (decision === "VERDICT_ILLEGAL") requireRemovable(deps, file);
    return undefined;
  }
  const found = await Promise.all(embedded.targetIds.map((targetId) => itemOf(deps, file, targetId)));
  const faults = found.flatMap((item, index): FieldFault[] =>
    typeof item === "string" ? [{ field: `${FIELD}[${index}]`, description: item }] : [],
  );
  if (faults.length > 0) throw Problem.fields(...faults);
  return { items: found.filter((item) => typeof item !== "string") };
}

type Item = NonNullable<Decision["embedded"]>["items"][number];

async function itemOf(deps: Pick<Deps, "cases">, page: CaseFile, targetId: string): Promise<Item | string> {
  const item = await newestCase(deps, targetId);
  const isShown = page.match?.page?.items.some(({ itemTargetId }) => itemTargetId === targetId) ?? false;
  if (!isShown && item?.target?.foundOn !== page.targetId) {
    return `${shown(targetId)} is nothing that this page is known to show; case show lists that`;
  }
  if (item === undefined) return `${shown(targetId)} has no case yet; it comes with the first look at it`;
  const address = item.target?.address;
  if (address !== undefined && isIllegal(item)) return { targetId, address };
  return `${shown(targetId)} is not decided illegal; decide case ${item.caseId} first`;
}

/** Its newest told "illegal" is in force: nobody has said anything against it. */
export function isIllegal(file: CaseFile): boolean {
  return file.doubt === undefined && toldIllegal(file) !== undefined;
}

/** Of a target, the case of its newest episode. */
export async function newestCase({ cases }: Pick<Deps, "cases">, targetId: string): Promise<CaseFile | undefined> {
  const query = { where: { targetId }, orderBy: "episode", descending: true, limit: 1 } as const;
  const [found] = await cases.find(query);
  return found?.state;
}

function requireRemovable({ sealer }: Pick<Deps, "sealer">, { match, target }: CaseFile): void {
  if (match?.page === undefined || target?.address === undefined) return;
  // What is erased for good is no page that anybody could be asked to remove.
  const address = addressLeft(sealer, target.address);
  const kind = address && pageKindOf(namedAddress(address));
  if (kind === undefined) return;
  const description = `of a ${kind} page takes what is embedded in it; nobody is asked to remove the page itself`;
  throw Problem.fields({ field: "embedded", description });
}
