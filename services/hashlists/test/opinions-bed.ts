import { randomUUID } from "node:crypto";
import type { SetMember } from "@ntd/proto/hashlists/v1/hash_list_service";
import {
  EntryOpinionServiceService,
  EntryStandingServiceService,
  type EntryName,
  type EntryOpinion,
  type EntryStanding,
} from "@ntd/proto/hashlists/v1/opinion_service";
import { connect } from "@ntd/rpc";
import { derivedId } from "@ntd/service";
import type { TestBed } from "@ntd/testing";
import { list, md5, policy, upload, type Maintainer } from "./bed.ts";

type Kind = "maintainer" | "operator";

const member = (name: string, organisation: string, ...roles: ("OWNER" | "CONTRIBUTOR" | "APPROVER" | "READER")[]) => ({
  person: `maintainer/${name}`,
  organisation,
  roles: roles.map((role): SetMember["roles"][number] => `SET_MEMBER_ROLE_${role}`),
});

/** Of three organisations; rita may only look. */
export const MEMBERS: SetMember[] = [
  member("anna", "hotline", "OWNER", "CONTRIBUTOR"),
  member("ben", "hotline", "APPROVER", "CONTRIBUTOR"),
  member("carl", "police", "CONTRIBUTOR"),
  member("dora", "charity", "CONTRIBUTOR"),
  member("rita", "charity", "READER"),
];

export const entryOf = (setId: string, n: number) => derivedId("entry", setId, "MD5", md5(n));
export const named = (setId: string, n: number): EntryName => ({
  name: { $case: "entryId", value: entryOf(setId, n) },
});

/** A set with a list of so many lines in force, its counter at 1. */
export async function setOf(anna: Maintainer, ben: Maintainer, lines: number): Promise<string> {
  const setId = `set-${randomUUID()}`;
  await anna.createSet({ requestId: randomUUID(), setId, policy, members: MEMBERS });
  const { release } = await upload(anna, setId, list(lines));
  const releaseId = release?.releaseId ?? "";
  await ben.approveRelease({ requestId: randomUUID(), releaseId });
  await ben.activateRelease({ requestId: randomUUID(), releaseId });
  return setId;
}

/** Who says something of entries, and who hears what counts of it. */
export async function opinionClients(bed: TestBed, address: string) {
  const held = new AsyncDisposableStack();
  const open = async (kind: Kind, name: string) =>
    held.use(connect(EntryOpinionServiceService, { address, identityDir: await bed.identity(kind, name) }));
  const opened = new Map<string, ReturnType<typeof open>>();
  const as = (name: string, kind: Kind = "maintainer") => {
    const client = opened.get(name) ?? open(kind, name);
    opened.set(name, client);
    return client;
  };
  const identityDir = await bed.identity("service", "matching");
  const matching = held.use(connect(EntryStandingServiceService, { address, identityDir }));
  return {
    as,
    /** What a call says, of entries by their numbers. */
    say: async (name: string, setId: string, ns: readonly number[], opinion: EntryOpinion, requestId = randomUUID()) =>
      (await as(name)).giveOpinions({ requestId, setId, entries: ns.map((n) => named(setId, n)), opinion, note: "" }),
    standings: async (setId: string, afterCounter = 0n) => {
      const all = new Map<string, EntryStanding>();
      let through = 0n;
      for await (const some of matching.streamStandings({ setId, afterCounter })) {
        for (const one of some.standings) all.set(one.entryId, one);
        through = some.throughCounter;
      }
      return { through, all };
    },
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}
