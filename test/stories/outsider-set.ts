import { createHash, randomUUID } from "node:crypto";
import type { Fingerprint } from "@ntd/proto/common/v1/common";
import { HashListServiceService } from "@ntd/proto/hashlists/v1/hash_list_service";
import {
  NegativeEntryServiceService,
  type ProposeNegativeEntryRequest,
} from "@ntd/proto/hashlists/v1/negative_entry_service";
import { EntryOpinionServiceService } from "@ntd/proto/hashlists/v1/opinion_service";
import type { SetPolicy } from "@ntd/proto/hashlists/v1/release";
import { RevocationServiceService } from "@ntd/proto/hashlists/v1/revocation_service";
import { derivedId } from "@ntd/service";
import { setMembers } from "@ntd/testing";
import { uploadOf } from "./seed.ts";
import type { Stage } from "./stage.ts";

export const page = { pageSize: 100, pageToken: "" };
const HEADER = "algorithm,value,quality,scheme,code,votes,source_id";
const LISTED = 20;

export const policyOf = (role: SetPolicy["role"]): SetPolicy => ({
  owner: "hotline",
  role,
  autoIssue: false,
  minVotes: 0,
  thresholds: undefined,
});

export const valueOf = (setId: string, n: number) => createHash("md5").update(`${setId} ${n}`).digest("hex");
export const csvOf = (setId: string, count: number) =>
  [HEADER, ...Array.from({ length: count }, (_, n) => `md5,${valueOf(setId, n)},,own,A,1,file ${n}`), ""].join("\n");

export type InsideSet = Awaited<ReturnType<typeof insideSet>>;
type Clients = Pick<Stage, "client">;
const reason = "a story";

/** A set of Anna's and Ben's with a list in force, and what members do in it. */
export async function insideSet(stage: Clients, role: SetPolicy["role"] = "SET_ROLE_POSITIVE") {
  const setId = `inside-${randomUUID()}`;
  const [anna, ben] = [await listsOf(stage, "anna"), await listsOf(stage, "ben")];
  await anna.createSet({ requestId: randomUUID(), setId, policy: policyOf(role), members: setMembers("anna", "ben") });
  const uploaded = async (count: number) =>
    (await anna.uploadRelease(uploadOf(setId, csvOf(setId, count)))).release?.releaseId ?? "";
  const approved = async (count: number) => {
    const releaseId = await uploaded(count);
    await ben.approveRelease({ requestId: randomUUID(), releaseId });
    return releaseId;
  };
  const releaseId = await approved(LISTED);
  await ben.activateRelease({ requestId: randomUUID(), releaseId });
  const entryId = (n: number) => derivedId("entry", setId, "MD5", valueOf(setId, n));
  return {
    setId,
    releaseId,
    uploaded,
    approved,
    ...takingBack(stage, anna, setId),
    ...changing({ anna, ben }, setId),
    ...speakingOf(stage, setId, entryId(0)),
    /** What nobody outside is to hear. */
    secrets: [setId, releaseId, ...Array.from({ length: LISTED }, (_, n) => [valueOf(setId, n), entryId(n)]).flat()],
  };
}

function takingBack(stage: Clients, anna: Lists, setId: string) {
  /** So many entries; of more than ten it takes a second person. */
  const naming = (count: number) => {
    const fingerprints = Array.from({ length: count }, (_, n): Fingerprint => {
      return { algorithm: "ALGORITHM_MD5", value: Buffer.from(valueOf(setId, n), "hex"), quality: 0 };
    });
    return { setId, entryIds: [], fingerprints, reason };
  };
  const revoked = async (count: number) => {
    const cause = "REVOCATION_CAUSE_WRONG_FILE" as const;
    const { revocation } = await anna.revokeEntries({ requestId: randomUUID(), ...naming(count), cause });
    return revocation?.revocationId ?? "";
  };
  /** Taken back, and asked for again. */
  const restoring = async () => {
    await revoked(1);
    const reviser = await stage.client(RevocationServiceService, "hashlists", "maintainer", "anna");
    const { restoration } = await reviser.restoreEntries({ requestId: randomUUID(), ...naming(1) });
    return restoration?.revocationId ?? "";
  };
  return { naming, revoked, restoring };
}

function changing({ anna, ben }: Record<"anna" | "ben", Lists>, setId: string) {
  const proposed = async (partners: string[]) => {
    const recipients = partners.map((partner) => ({ partner, organisation: "partner", algorithms: [] }));
    const wanted = { recipients: { recipients }, reason };
    return (await anna.proposeSetChange({ requestId: randomUUID(), setId, ...wanted })).change?.changeId ?? "";
  };
  const shared = async (partner: string) => {
    await ben.approveSetChange({ requestId: randomUUID(), setId, changeId: await proposed([partner]) });
  };
  return { proposed, shared };
}

function speakingOf({ client }: Clients, setId: string, entryId: string) {
  const entry = { name: { $case: "entryId" as const, value: entryId } };
  const disabled = async () => {
    const opinions = await client(EntryOpinionServiceService, "hashlists", "maintainer", "anna");
    await opinions.disableEntry({ requestId: randomUUID(), setId, entry, days: 1, reason });
  };
  const innocentProposed = async (file: Omit<ProposeNegativeEntryRequest, "requestId" | "setId">) => {
    const negatives = await client(NegativeEntryServiceService, "hashlists", "maintainer", "anna");
    const { release } = await negatives.proposeNegativeEntry({ requestId: randomUUID(), setId, ...file });
    return release?.releaseId ?? "";
  };
  return { entry, disabled, innocentProposed };
}

type Lists = Awaited<ReturnType<typeof listsOf>>;
const listsOf = ({ client }: Clients, name: string) => client(HashListServiceService, "hashlists", "maintainer", name);
