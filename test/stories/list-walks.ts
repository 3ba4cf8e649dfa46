import { randomUUID } from "node:crypto";
import {
  HashListServiceService,
  type HashSet,
  type RevokeEntriesRequest,
} from "@ntd/proto/hashlists/v1/hash_list_service";
import { RevocationServiceService } from "@ntd/proto/hashlists/v1/revocation_service";
import type { IdentityName } from "@ntd/embedded";
import { setMembers } from "@ntd/testing";
import { uploadOf } from "./seed.ts";
import type { Stage } from "./stage.ts";
import { nextNumber, proposed, type StartWalk } from "./walk.ts";

const maintainers = { kind: "maintainer", otherKind: "operator" } as const;

export async function approveRelease(stage: Stage): ReturnType<StartWalk> {
  const setId = await newSet(stage);
  const word = proposed(
    async (who) => {
      const { release } = await (await lists(stage, who)).uploadRelease(uploadOf(setId, csvOf(setId, 1)));
      return release?.releaseId ?? "";
    },
    async (who, releaseId) => (await lists(stage, who)).approveRelease({ requestId: randomUUID(), releaseId }),
  );
  return {
    ...maintainers,
    word,
    async isDone() {
      const { releases } = await (await lists(stage, oona)).listReleases({ setId, pageSize: 1, pageToken: "" });
      return releases[0]?.state === "RELEASE_STATE_APPROVED";
    },
  };
}

/** Takes back so many entries of a set. */
export function revokeEntries(count: number): StartWalk {
  return async (stage) => {
    const { setId, first, request } = await inForce(stage, count);
    const word = proposed(
      async (who) => {
        const { revocation } = await (await lists(stage, who)).revokeEntries({ requestId: randomUUID(), ...request });
        return revocation?.revocationId ?? "";
      },
      async (who, revocationId) =>
        (await lists(stage, who)).approveRevocation({ requestId: randomUUID(), revocationId }),
    );
    return {
      ...maintainers,
      word,
      async isDone() {
        const { revocations } = await first.listRevocations({ setId, pageSize: 1, pageToken: "" });
        return revocations[0]?.state === "REVOCATION_STATE_EFFECTIVE";
      },
    };
  };
}

/** Gives back one entry of a set. */
export async function restoreEntries(stage: Stage): ReturnType<StartWalk> {
  const { setId, first, request } = await inForce(stage, 1);
  await first.revokeEntries({ requestId: randomUUID(), ...request });
  const revisers = ({ kind, name }: IdentityName) => stage.client(RevocationServiceService, "hashlists", kind, name);
  const { cause: _, ...naming } = request;
  const word = proposed(
    async (who) => {
      const { restoration } = await (await revisers(who)).restoreEntries({ requestId: randomUUID(), ...naming });
      return restoration?.revocationId ?? "";
    },
    async (who, revocationId) => (await revisers(who)).approveRestoration({ requestId: randomUUID(), revocationId }),
  );
  return {
    ...maintainers,
    word,
    async isDone() {
      const { revocations } = await first.listRevocations({ setId, pageSize: 9, pageToken: "" });
      return revocations.some(({ restores, state }) => restores === true && state === "REVOCATION_STATE_EFFECTIVE");
    },
  };
}

/** A set with so many entries in force, and a request that takes them back. */
async function inForce(stage: Stage, count: number, known?: string) {
  const setId = known ?? (await newSet(stage));
  const first = await lists(stage, oona);
  const { release } = await first.uploadRelease(uploadOf(setId, csvOf(setId, count)));
  const named = { releaseId: release?.releaseId ?? "" };
  const second = await lists(stage, { kind: "maintainer", name: "olaf" });
  await second.approveRelease({ requestId: randomUUID(), ...named });
  await second.activateRelease({ requestId: randomUUID(), ...named });
  const fingerprints = valuesOf(setId, count).map((value) => {
    return { algorithm: "ALGORITHM_MD5" as const, value: Buffer.from(value, "hex"), quality: 0 };
  });
  const request: Omit<RevokeEntriesRequest, "requestId"> = {
    setId,
    entryIds: [],
    fingerprints,
    reason: "wrong",
    cause: "REVOCATION_CAUSE_WRONG_FILE",
  };
  return { setId, first, request, ...named };
}

/** Has machines decide on the hits of a set. */
export async function changeSet(stage: Stage): ReturnType<StartWalk> {
  const setId = await newSet(stage);
  const known = async () => {
    const { sets } = await (await lists(stage, oona)).listSets({ pageSize: 1000, pageToken: "" });
    return sets.find((set) => set.setId === setId)?.policy;
  };
  const before = await known();
  const policy = before && { ...before, autoIssue: true };
  const word = proposed(
    async (who) => {
      const request = { requestId: randomUUID(), setId, policy, reason: "its votes are good" };
      return (await (await lists(stage, who)).proposeSetChange(request)).change?.changeId ?? "";
    },
    async (who, changeId) => (await lists(stage, who)).approveSetChange({ requestId: randomUUID(), setId, changeId }),
  );
  return { ...maintainers, word, isDone: async () => (await known())?.autoIssue === true };
}

/** Has an earlier release of a set in force again. */
export async function rollBack(stage: Stage): ReturnType<StartWalk> {
  const { setId, releaseId } = await inForce(stage, 1);
  await inForce(stage, 2, setId);
  return proposedOf(stage, setId, { rollbackToReleaseId: releaseId }, (set) => set.activeReleaseId === releaseId);
}

/** Ends a set. */
export async function retireSet(stage: Stage): ReturnType<StartWalk> {
  const { setId } = await inForce(stage, 1);
  return proposedOf(stage, setId, { retire: true }, (set) => set.retiredTime !== undefined);
}

function proposedOf(
  stage: Stage,
  setId: string,
  wanted: { rollbackToReleaseId?: string; retire?: boolean },
  isSo: (set: HashSet) => boolean,
): Awaited<ReturnType<StartWalk>> {
  const word = proposed(
    async (who) => {
      const request = { requestId: randomUUID(), setId, reason: "the newer one is wrong", ...wanted };
      return (await (await lists(stage, who)).proposeSetChange(request)).change?.changeId ?? "";
    },
    async (who, changeId) => (await lists(stage, who)).approveSetChange({ requestId: randomUUID(), setId, changeId }),
  );
  const isDone = async () => {
    const { sets } = await (await lists(stage, oona)).listSets({ pageSize: 1000, pageToken: "" });
    return sets.some((set) => set.setId === setId && isSo(set));
  };
  return { ...maintainers, word, isDone };
}

const oona: IdentityName = { kind: "maintainer", name: "oona" };

const lists = (stage: Stage, { kind, name }: IdentityName) =>
  stage.client(HashListServiceService, "hashlists", kind, name);

async function newSet(stage: Stage): Promise<string> {
  const setId = `walk-${nextNumber()}`;
  const role = "SET_ROLE_POSITIVE" as const;
  const policy = { owner: "hotline", role, autoIssue: false, minVotes: 1, thresholds: undefined };
  const members = setMembers("oona", "olaf", "ann", "ben");
  await (await lists(stage, oona)).createSet({ requestId: randomUUID(), setId, policy, members });
  return setId;
}

function valuesOf(setId: string, count: number): string[] {
  const begin = Buffer.from(setId).toString("hex").padEnd(28, "0").slice(0, 28);
  return Array.from({ length: count }, (_, n) => `${begin}${n.toString(16).padStart(4, "0")}`);
}

function csvOf(setId: string, count: number): string {
  const rows = valuesOf(setId, count).map((value, n) => `md5,${value},,s,c,1,entry-${n}`);
  return ["algorithm,value,quality,scheme,code,votes,source_id", ...rows, ""].join("\n");
}
