import { openAddress } from "@ntd/service";
import type { Deps } from "../deps.ts";
import type { CaseFile } from "../cases/case.ts";
import { opened } from "../cases/case-message.ts";
import { digestsOf, type Whereabouts } from "./digests.ts";

/** Where a case's material is and what it is. An address whose key was retired is erased. */
export function whereabouts({ sealer }: Pick<Deps, "sealer">, { target }: Pick<CaseFile, "target">): Whereabouts {
  const { address, resolvedIp = "", fingerprints = [] } = target ?? {};
  const url = address === undefined ? "" : opened(() => openAddress(sealer, address).fetch);
  return { url: url === "" ? undefined : url, resolvedIps: resolvedIp === "" ? [] : [resolvedIp], fingerprints };
}

/** The case with the digests under which it is found, where its target is told anew. */
export function withMarkKeys(
  deps: Pick<Deps, "sealer" | "markKey">,
  before: CaseFile | undefined,
  file: CaseFile,
): CaseFile {
  if (deps.markKey === undefined || file.target === undefined || file.target === before?.target) return file;
  return { ...file, markKeys: digestsOf(deps.markKey, whereabouts(deps, file)) };
}
