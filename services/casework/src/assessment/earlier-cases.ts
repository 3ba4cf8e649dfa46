import { parseHost } from "@ntd/net";
import type { GetDossierResponse } from "@ntd/proto/casework/v1/assessment_service";
import type { Caller } from "@ntd/rpc";
import type { CaseFile } from "../cases/case.ts";
import { isUnseen } from "../clusters/blind.ts";
import { whereabouts } from "../evidence/whereabouts.ts";
import type { Deps } from "../deps.ts";
import { isUnseenBy } from "../second-look/look-message.ts";
import { earlierCase, tellsOf } from "./earlier-case.ts";
import { digestsOfHost, digestsOfPicture } from "./found-by.ts";

type Earlier = Pick<GetDossierResponse, "sameAddress" | "sameHost" | "samePicture">;

/** Of each kind, the newest. */
const MOST = 20;
/** Of a host or picture with more cases, so many are looked at. */
const LOOKED_AT = 200;

/** The other cases of the same address, host and picture. Who looks second sees none that tells what was decided. */
export async function earlierCases(deps: Deps, file: CaseFile, caller: Caller): Promise<Earlier> {
  const isBlind = isUnseenBy(file, caller);
  const told = (files: readonly CaseFile[]) => {
    const newest = files
      .filter((one) => one.caseId !== file.caseId && !(isBlind && tellsOf(file, one)))
      .toSorted((a, b) => b.openedTime.getTime() - a.openedTime.getTime())
      .slice(0, MOST);
    return Promise.all(newest.map(async (one) => earlierCase(one, await isUnseen(deps, one, caller))));
  };
  const host = hostOf(deps, file);
  const [address, ofHost, picture] = await Promise.all([
    ofTarget(deps, file),
    ofDigests(deps, host === undefined ? [] : digestsOfHost(deps, host)),
    ofDigests(deps, digestsOfPicture(deps, file.target?.fingerprints ?? [])),
  ]);
  const [sameAddress, sameHost, samePicture] = await Promise.all([address, ofHost, picture].map(told));
  return { sameAddress: sameAddress ?? [], sameHost: sameHost ?? [], samePicture: samePicture ?? [] };
}

// One target is one address.
async function ofTarget({ cases }: Pick<Deps, "cases">, { targetId }: CaseFile): Promise<CaseFile[]> {
  const query = { where: { targetId }, orderBy: "episode", descending: true, limit: MOST + 1 } as const;
  return (await cases.find(query)).map(({ state }) => state);
}

async function ofDigests({ cases }: Pick<Deps, "cases">, digests: readonly string[]): Promise<CaseFile[]> {
  if (digests.length === 0) return [];
  const found = await cases.find({ where: { markKey: { in: digests } }, limit: LOOKED_AT });
  return found.map(({ state }) => state);
}

function hostOf(deps: Deps, file: CaseFile): string | undefined {
  const { url } = whereabouts(deps, file);
  const host = url === undefined ? undefined : parseHost(new URL(url).hostname);
  return host?.is === "name" ? host.name : undefined;
}
