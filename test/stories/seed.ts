import { randomUUID } from "node:crypto";
import { hashPicture } from "@ntd/imagehash";
import type { Fingerprint } from "@ntd/proto/common/v1/common";
import { HashListServiceService, type UploadReleaseRequest } from "@ntd/proto/hashlists/v1/hash_list_service";
import { ProviderServiceService } from "@ntd/proto/takedown/v1/provider_service";
import { makeProvider, setMembers } from "@ntd/testing";
import type { ListPolicy, Stage } from "./stage.ts";

/** See `Stage.list`. */
export async function listPictures(
  stage: Stage,
  setId: string,
  pictures: readonly Uint8Array[],
  policy: Partial<ListPolicy> = {},
): Promise<string> {
  const rows = await Promise.all(
    pictures.map(async (bytes, i) => {
      const hashed = await hashPicture(bytes);
      if (!hashed.ok) throw new Error(`picture ${i} cannot be hashed: ${hashed.reason}`);
      return `pdq,${Buffer.from(hashed.pdq.forms.original).toString("hex")},${hashed.pdq.quality},national,csam,3,p${i}`;
    }),
  );
  return listRows(stage, setId, rows, policy);
}

/** The same of rows as lists have them: algorithm, value, quality, scheme, code, votes and the source's own id. */
export async function listRows(
  stage: Pick<Stage, "client">,
  setId: string,
  rows: readonly string[],
  policy: Partial<ListPolicy> = {},
): Promise<string> {
  const amina = await stage.client(HashListServiceService, "hashlists", "maintainer", "amina");
  const budi = await stage.client(HashListServiceService, "hashlists", "maintainer", "budi");
  const csv = ["algorithm,value,quality,scheme,code,votes,source_id", ...rows, ""].join("\n");
  const { autoIssue = true, minVotes = 2, negative = false } = policy;
  const role = negative ? ("SET_ROLE_NEGATIVE" as const) : ("SET_ROLE_POSITIVE" as const);
  const { sets } = await amina.listSets({ pageSize: 100, pageToken: "" });
  if (!sets.some((set) => set.setId === setId)) {
    // The national one is not any maintainer's: its members are of two organisations, and an operator names them.
    const isNational = setId === "national";
    const creator = isNational ? await stage.client(HashListServiceService, "hashlists", "operator", "admin") : amina;
    const all = setMembers("amina", "budi", "ann", "ben");
    const members = isNational
      ? all.map((one, nth) => (nth % 2 === 0 ? one : { ...one, organisation: "police" }))
      : all;
    await creator.createSet({
      requestId: randomUUID(),
      setId,
      policy: { owner: "test hotline", role, autoIssue, minVotes, thresholds: undefined },
      // Also whoever walks what two persons do.
      members,
    });
  }
  const { release } = await amina.uploadRelease(uploadOf(setId, csv));
  const releaseId = release?.releaseId ?? "";
  await budi.approveRelease({ requestId: randomUUID(), releaseId });
  await budi.activateRelease({ requestId: randomUUID(), releaseId });
  return releaseId;
}

/** The fingerprints under which pictures are listed. */
export function listedFingerprints(pictures: readonly Uint8Array[]): Promise<Fingerprint[]> {
  return Promise.all(
    pictures.map(async (bytes) => {
      const hashed = await hashPicture(bytes);
      if (!hashed.ok) throw new Error(hashed.reason);
      return { algorithm: "ALGORITHM_PDQ" as const, value: hashed.pdq.forms.original, quality: 0 };
    }),
  );
}

/** The messages of an upload as the command line sends them. */
export async function* uploadOf(setId: string, csv: string): AsyncIterable<UploadReleaseRequest> {
  const bytes = Buffer.from(csv);
  yield { part: { $case: "header", value: { requestId: randomUUID(), setId } } };
  yield { part: { $case: "chunk", value: bytes } };
  yield { part: { $case: "trailer", value: { byteCount: BigInt(bytes.length) } } };
}

/** See `Stage.registerProvider`. */
export async function putProvider(stage: Stage, id: string, domain: string): Promise<void> {
  const first = await stage.client(ProviderServiceService, "takedown", "operator", "admin");
  const second = await stage.client(ProviderServiceService, "takedown", "operator", "second");
  const roles = ["PROVIDER_ROLE_HOST" as const];
  await makeProvider({ first, second }, { providerId: id, domains: [`${domain}.example`], roles, identities: [id] });
}
