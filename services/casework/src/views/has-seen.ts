import type { Seen } from "@ntd/proto/casework/v1/case";
import type { CaseFile } from "../cases/case.ts";
import type { Deps } from "../deps.ts";
import { fileOf } from "./seen-file.ts";
import { pictureOf, viewIdOf } from "./view.ts";

/** The file that a person saw, in whichever case, and decides of; undefined where they did not see it. */
export async function seenIn(
  deps: Pick<Deps, "views">,
  person: string,
  file: Pick<CaseFile, "targetId" | "target">,
  said: Parameters<typeof fileOf>[1],
): Promise<Seen | undefined> {
  const fingerprints = fileOf(file, said);
  if (fingerprints === undefined) return undefined;
  const has = await hasView(deps, person, { targetId: file.targetId, fingerprints });
  return has ? { persons: [person], fingerprints } : undefined;
}

/** Whether that person opened an address of this picture. */
export async function hasView(
  { views }: Pick<Deps, "views">,
  person: string,
  of: Parameters<typeof pictureOf>[0],
): Promise<boolean> {
  return (await views.load(viewIdOf(person, pictureOf(of)))) !== undefined;
}
