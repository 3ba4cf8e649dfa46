import { createHash, randomUUID } from "node:crypto";
import { nouns } from "@ntd/bus";
import { generatePicture } from "@ntd/imagehash/generated";
import { EntryServiceService, HashListServiceService } from "@ntd/proto/hashlists/v1/hash_list_service";
import { EntryStandingServiceService } from "@ntd/proto/hashlists/v1/opinion_service";
import { ProposalServiceService, type Proposal, type ProposalState } from "@ntd/proto/hashlists/v1/proposal_service";
import { derivedId } from "@ntd/service";
import { eventually, setMembers } from "@ntd/testing";
import { asAssessor, caseIn, doubt } from "./cases.ts";
import { settled } from "./crash.ts";
import { decide, report, type Ground } from "./path.ts";

/** A file that one person decided illegal. */
export interface Founded {
  caseId: string;
  proposalId: string;
  entryId: string;
}

/** What became of files that went different ways, without ids and times. */
export type GrowthEnd = Record<"kept" | "fallen" | "doubted" | "alone", FileEnd>;

export interface FileEnd {
  proposal: ProposalState | undefined;
  /** How often the release in force has its entry. */
  listed: number;
  revoked: number;
  disabled: boolean;
}

const SET = "national";

/** Settings under which a list grows as often as a test wants. */
export const GROWING = { GROWTH_TURN_MS: "1" };

/** The set that is not any maintainer's, with nothing in it. */
export async function createNational(ground: Ground): Promise<void> {
  const requestId = randomUUID();
  const policy = { owner: "kernel", role: "SET_ROLE_POSITIVE" as const, autoIssue: true, minVotes: 2 };
  const all = setMembers("amina", "budi", "ann", "ben");
  const members = all.map((one, n) => (n % 2 === 0 ? one : { ...one, organisation: "police" }));
  await ground.call(HashListServiceService, "hashlists", "operator", "admin", (client) =>
    client.createSet({ requestId, setId: SET, policy: { ...policy, thresholds: undefined }, members }),
  );
}

/** A picture that is reported, and that one person saw and decided illegal. */
export async function founded(ground: Ground, seed: number): Promise<Founded> {
  const picture = await generatePicture(seed);
  const name = await report(ground, ground.provider.publish(`kernel-${seed}.jpg`, picture));
  const targetId = await eventually(
    "the report is told",
    async () => {
      const reports = await ground.platform.machine.published(nouns.report);
      return reports.find(({ data }) => `reports/${data.reportId}` === name)?.data.targets[0]?.targetId;
    },
    60_000,
  );
  const { caseId } = await caseIn(
    ground,
    (found) => found.targetId === targetId,
    ({ state }) => state === "CASE_STATE_QUEUED",
  );
  await pictureIsKnown(ground, caseId);
  await decide(ground, caseId, "VERDICT_ILLEGAL", "ann");
  const sha256 = createHash("sha256").update(picture).digest("hex");
  return { caseId, proposalId: derivedId("proposal", sha256), entryId: derivedId("entry", SET, "SHA256", sha256) };
}

// Of an address that was not fetched yet nobody can have seen the file.
const pictureIsKnown = (ground: Ground, caseId: string) =>
  eventually(
    "its picture is known",
    async () => {
      const asked = { by: { $case: "caseId" as const, value: caseId }, openAddress: false };
      const { case: found } = await asAssessor(ground, "ann", (casework) => casework.getCase(asked));
      return (found?.seenFormat ?? "") !== "";
    },
    60_000,
  );

/** Another person opens its address, and says the same. */
export async function seenByAnother(ground: Ground, { caseId, proposalId }: Founded): Promise<void> {
  await asAssessor(ground, "ben", (casework) =>
    casework.getCase({ by: { $case: "caseId", value: caseId }, openAddress: true }),
  );
  await proposalIs(ground, proposalId, "PROPOSAL_STATE_PROPOSED");
  const requestId = randomUUID();
  await ground.call(ProposalServiceService, "hashlists", "assessor", "ben", (client) =>
    client.confirmProposal({ requestId, proposalId }),
  );
}

/** Two persons take its decision back. */
export async function takeBack(ground: Ground, { caseId }: Founded): Promise<void> {
  await doubt(ground, caseId, randomUUID());
  const found = await caseIn(
    ground,
    (one) => one.caseId === caseId,
    (one) => one.doubt !== undefined,
  );
  const requestId = randomUUID();
  const word = { decisionId: found.doubt?.decisionId ?? "", expectedVersion: found.evidenceRevision };
  await asAssessor(ground, "carol", (casework) =>
    casework.confirmWithdrawal({ requestId, caseId, ...word, reason: "an innocent picture" }),
  );
}

/** Of four files that one person decided: two words list three, one of which is taken back, and one stays in doubt. */
export const growthPath =
  (ground: Ground, [kept, fallen, doubted, alone]: readonly Founded[]) =>
  async (): Promise<() => Promise<GrowthEnd>> => {
    if (!kept || !fallen || !doubted || !alone) throw new Error("there are four files");
    for (const one of [kept, fallen, doubted]) await seenByAnother(ground, one);
    for (const { proposalId } of [kept, fallen, doubted]) await proposalIs(ground, proposalId, "PROPOSAL_STATE_LISTED");
    await takeBack(ground, fallen);
    await doubt(ground, doubted.caseId, randomUUID());
    const files = { kept, fallen, doubted, alone };
    const end = async () => {
      const now = await endsOf(ground, files);
      return now.fallen.proposal === "PROPOSAL_STATE_REVOKED" && !now.fallen.disabled && now.doubted.disabled && now;
    };
    return async () => {
      await settled(ground, await eventually("it ends", end, 60_000));
      return await endsOf(ground, files);
    };
  };

/** How often each entry is listed and revoked, and what is said of it. */
export async function endsOf<K extends string>(
  ground: Ground,
  files: Readonly<Record<K, Founded>>,
): Promise<Record<K, FileEnd>> {
  const { listed, revoked, disabled } = await inForce(ground);
  const proposals = await allProposals(ground);
  const of = ({ proposalId, entryId }: Founded): FileEnd => ({
    proposal: proposals.find((one) => one.proposalId === proposalId)?.state,
    listed: listed.filter((id) => id === entryId).length,
    revoked: revoked.filter((id) => id === entryId).length,
    disabled: disabled.has(entryId),
  });
  const ends = Object.entries<Founded>(files).map(([key, file]) => [key, of(file)]);
  return Object.fromEntries(ends) as Record<K, FileEnd>;
}

/** Waits until a proposal is in a state. */
export function proposalIs(ground: Ground, proposalId: string, state: ProposalState): Promise<true> {
  return eventually(
    `${proposalId} is ${state}`,
    async () => {
      const all = await allProposals(ground);
      const found = all.find((one) => one.proposalId === proposalId);
      if (found?.state === state) return true;
      throw new Error(`it is ${found?.state ?? "not there"}, of ${all.length}`);
    },
    90_000,
  );
}

async function allProposals(ground: Ground): Promise<Proposal[]> {
  return await ground.call(ProposalServiceService, "hashlists", "assessor", "olga", async (client) => {
    const all: Proposal[] = [];
    let pageToken = "";
    do {
      const page = await client.listProposals({ pageSize: 100, pageToken });
      all.push(...page.proposals);
      pageToken = page.nextPageToken;
    } while (pageToken !== "");
    return all;
  });
}

async function inForce(ground: Ground) {
  const releaseId = await ground.call(HashListServiceService, "hashlists", "operator", "admin", async (client) => {
    const { sets } = await client.listSets({ pageSize: 100, pageToken: "" });
    return sets.find(({ setId }) => setId === SET)?.activeReleaseId ?? "";
  });
  const [listed, revoked] = await ground.call(
    EntryServiceService,
    "hashlists",
    "service",
    "matching",
    async (client) => {
      const all: [string[], string[]] = [[], []];
      if (releaseId === "") return all;
      for await (const { entries } of client.streamEntries({ releaseId })) {
        all[0].push(...entries.map(({ entryId }) => entryId));
      }
      const stream = client.streamRevocations({ setId: SET, afterCounter: 0n });
      for await (const { entryIds } of stream) all[1].push(...entryIds);
      return all;
    },
  );
  const standing = EntryStandingServiceService;
  const disabled = await ground.call(standing, "hashlists", "service", "matching", async (client) => {
    const all = new Set<string>();
    for await (const { standings } of client.streamStandings({ setId: SET, afterCounter: 0n })) {
      for (const { entryId, disabled: is } of standings) if (is) all.add(entryId);
    }
    return all;
  });
  return { listed, revoked, disabled };
}
