import type { HashListServiceService } from "@ntd/proto/hashlists/v1/hash_list_service";
import type { RpcClient } from "@ntd/rpc";
import { Problem } from "@ntd/service/problem";
import type { Cli } from "./cli.ts";
import { collect } from "./pages.ts";
import type { IdKind } from "./short-ids.ts";

/** Of longer lists the beginning is looked through. */
const MOST = 5000;

type Call = Pick<Cli, "call">;

/** The ids that lists show to whoever asks. */
export function listedIds(cli: Call, kind: IdKind): Promise<string[]> {
  return readable(lists[kind](cli));
}

const lists: Readonly<Record<IdKind, (cli: Call) => Promise<string[]>>> = {
  case: casesOf,
  async notice(cli) {
    const { NoticeServiceService } = await import("@ntd/proto/takedown/v1/notice_service");
    return cli.call("takedown", NoticeServiceService, (takedown) =>
      all(async (at) => {
        const page = await takedown.listNotices({ state: "NOTICE_STATE_UNSPECIFIED", caseId: "", ...at });
        return { items: page.notices.map(({ noticeId }) => noticeId), nextPageToken: page.nextPageToken };
      }),
    );
  },
  async target(cli) {
    const { ProbeServiceService } = await import("@ntd/proto/prober/v1/probe_service");
    return cli.call("prober", ProbeServiceService, (prober) =>
      all(async (at) => {
        const page = await prober.listUnseen(at);
        return { items: page.targets.map(({ targetId }) => targetId), nextPageToken: page.nextPageToken };
      }),
    );
  },
  release: (cli) => ofSets(cli, releasesOf),
  "set change": (cli) => ofSets(cli, changesOf),
  revocation: (cli) => ofSets(cli, revocationsOf),
  async review(cli) {
    const { ReviewServiceService } = await import("@ntd/proto/casework/v1/review_service");
    return cli.call("casework", ReviewServiceService, (casework) =>
      all(async (at) => {
        const page = await casework.listReviews(at);
        return { items: page.reviews.map(({ reviewId }) => reviewId), nextPageToken: page.nextPageToken };
      }),
    );
  },
  async proposal(cli) {
    const { ProposalServiceService } = await import("@ntd/proto/hashlists/v1/proposal_service");
    return cli.call("hashlists", ProposalServiceService, (hashlists) =>
      all(async (at) => {
        const page = await hashlists.listProposals(at);
        return { items: page.proposals.map(({ proposalId }) => proposalId), nextPageToken: page.nextPageToken };
      }),
    );
  },
  async change(cli) {
    const { ProviderServiceService } = await import("@ntd/proto/takedown/v1/provider_service");
    return cli.call("takedown", ProviderServiceService, (takedown) =>
      all(async (at) => {
        const page = await takedown.listProviderChanges({ providerId: "", waiting: false, ...at });
        return { items: page.changes.map(({ changeId }) => changeId), nextPageToken: page.nextPageToken };
      }),
    );
  },
};

/** Those that wait, those that the caller has or has decided, and those that are held: as far as each may be read. */
async function casesOf(cli: Call): Promise<string[]> {
  const [{ CaseServiceService }, { AssessmentServiceService }, { HoldServiceService }] = await Promise.all([
    import("@ntd/proto/casework/v1/case_service"),
    import("@ntd/proto/casework/v1/assessment_service"),
    import("@ntd/proto/casework/v1/hold_service"),
  ]);
  const queued = cli.call("casework", CaseServiceService, (casework) =>
    all(async (at) => {
      const page = await casework.listQueue({ queueReason: "QUEUE_REASON_UNSPECIFIED", ...at });
      return { items: page.cases.map(({ caseId }) => caseId), nextPageToken: page.nextPageToken };
    }),
  );
  const own = (
    [
      { $case: "mine", value: true },
      { $case: "decidedBy", value: "me" },
    ] as const
  ).map((by) =>
    cli.call("casework", AssessmentServiceService, (casework) =>
      all(async (at) => {
        const page = await casework.searchCases({ by, ...at });
        return { items: page.cases.map(({ caseId }) => caseId), nextPageToken: page.nextPageToken };
      }),
    ),
  );
  const held = cli.call("casework", HoldServiceService, (casework) =>
    all(async (at) => {
      const page = await casework.listHolds({ waitsForSupervisor: false, caseId: "", ...at });
      return { items: page.holds.map(({ caseId }) => caseId), nextPageToken: page.nextPageToken };
    }),
  );
  return (await Promise.all([queued, ...own, held].map(readable))).flat();
}

type Lists = RpcClient<typeof HashListServiceService>;

/** Of each set that is shown. */
async function ofSets(cli: Call, idsOf: (lists: Lists, setId: string) => Promise<string[]>): Promise<string[]> {
  const { HashListServiceService: lists } = await import("@ntd/proto/hashlists/v1/hash_list_service");
  return cli.call("hashlists", lists, async (hashlists) => {
    const sets = await all(async (at) => {
      const page = await hashlists.listSets(at);
      return { items: page.sets.map(({ setId }) => setId), nextPageToken: page.nextPageToken };
    });
    const ids: string[] = [];
    for (const setId of sets) ids.push(...(await idsOf(hashlists, setId)));
    return ids;
  });
}

function releasesOf(hashlists: Lists, setId: string): Promise<string[]> {
  return all(async (at) => {
    const page = await hashlists.listReleases({ setId, ...at });
    return { items: page.releases.map(({ releaseId }) => releaseId), nextPageToken: page.nextPageToken };
  });
}

async function changesOf(hashlists: Lists, setId: string): Promise<string[]> {
  return (await hashlists.listSetChanges({ setId })).changes.map(({ changeId }) => changeId);
}

function revocationsOf(hashlists: Lists, setId: string): Promise<string[]> {
  return all(async (at) => {
    const page = await hashlists.listRevocations({ setId, ...at });
    return { items: page.revocations.map(({ revocationId }) => revocationId), nextPageToken: page.nextPageToken };
  });
}

/** A list that is not for this identity shows nothing. */
function readable(listed: Promise<string[]>): Promise<string[]> {
  return listed.catch((error: unknown) => {
    if (error instanceof Problem && error.reason === "NOT_ALLOWED") return [];
    throw error;
  });
}

async function all(page: Parameters<typeof collect<string>>[1]): Promise<string[]> {
  return (await collect(MOST, page)).items;
}
