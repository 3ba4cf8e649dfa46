import type { Deps } from "../../services/hashlists/src/deps.ts";
import { listEntryOpinions } from "../../services/hashlists/src/opinions/rpc-list-entry-opinions.ts";
import { listReleases } from "../../services/hashlists/src/releases/rpc-list-releases.ts";
import { listRevocations } from "../../services/hashlists/src/revocations/rpc-list-revocations.ts";
import { listSets } from "../../services/hashlists/src/sets/rpc-list-sets.ts";
import { knownRevoked, type KnownRevoked } from "../../services/hashlists/src/revoked/known-revoked.ts";
import { findEntries } from "../../services/hashlists/src/views/rpc-find-entries.ts";
import { getSet } from "../../services/hashlists/src/views/rpc-get-set.ts";
import { listDifferences } from "../../services/hashlists/src/views/rpc-list-differences.ts";
import { listEntries } from "../../services/hashlists/src/views/rpc-list-entries.ts";
import { listHistory } from "../../services/hashlists/src/history/rpc-list-history.ts";
import { calledBy, openTestDeps } from "../../services/hashlists/test/deps.ts";
import { listScope, pageToken } from "@ntd/rpc";
import { anna, ben, DAY_MS, fillLists, hexOf, listIn, releasesIn, SET } from "./quantity-hashlists-fill.ts";
import { measureLong } from "./quantity-hashlists-long.ts";
import { samplesOf, served, type Sample } from "./quantity-measure.ts";
import { callsFor, type Sizes } from "./quantity-sizes.ts";
import type { Stores } from "./quantity-stores.ts";
import { stated, type Figure } from "./report.ts";

/** What somebody waits for in front of a page. */
const PAGE_MS = 300;
const operator = calledBy("operator/olga");

type Measured = (calls: number) => Promise<Sample[]>;

/** hashlists as maintainers and approvers look at it: a list with a hundred releases, and all that was said of it. */
export async function measureHashlists(stores: Stores, sizes: Sizes): Promise<Figure[]> {
  const url = await stores.filled(`lists-${sizes.lists}`, (fresh) => fillLists(fresh, sizes));
  await using deps = await openTestDeps(url);
  const { lastRevocation } = await listIn(deps);
  // Behind all that was done.
  deps.clock.advance((lastRevocation?.time.getTime() ?? 0) - deps.clock.now().getTime() + DAY_MS);
  const of = `hashlists, ${sizes.lists} entries`;
  const figures = await measureLong(deps, of, sizes);
  const revoked = knownRevoked(deps);
  await revoked(await listIn(deps));
  for (const [what, measure] of await pagesOf(deps, revoked, sizes)) {
    figures.push(...(await served(`${of}: ${what}`, PAGE_MS, () => measure(callsFor(sizes)))));
  }
  figures.push(stated(`${of}: resident memory of the benchmark's process`, process.memoryUsage.rss() / 2 ** 20, "MB"));
  return figures;
}

async function pagesOf(deps: Deps, revoked: KnownRevoked, sizes: Sizes): Promise<[string, Measured][]> {
  const releases = await releasesIn(deps);
  const [first = "", last = "", before = ""] = [releases.at(-1), releases[0], releases[1]];
  return [
    ["ListSets of a member", (calls) => paged(calls, (page) => listSets(deps)({ pageSize: 50, ...page }, anna))],
    [
      "ListSets of an operator",
      (calls) => paged(calls, (page) => listSets(deps)({ pageSize: 200, ...page }, operator)),
    ],
    ["GetSet", (calls) => samplesOf(calls, () => getSet(deps)({ setId: SET }, anna))],
    ["ListReleases", (calls) => paged(calls, (page) => listReleases(deps)(ofSet(50, page), anna))],
    ["ListRevocations", (calls) => paged(calls, (page) => listRevocations(deps)(ofSet(50, page), anna))],
    ["ListEntryOpinions", (calls) => paged(calls, (page) => listEntryOpinions(deps)(ofSet(50, page), anna))],
    ["ListHistory, on and on", (calls) => paged(calls, (page) => listHistory(deps)(ofSet(200, page), anna))],
    ...entryPages(deps, revoked, first),
    ...searches(deps, revoked, sizes),
    [
      "ListDifferences of two that follow",
      differences(deps, revoked, { olderReleaseId: before, newerReleaseId: last }),
    ],
    [
      "ListDifferences of the first and the last",
      differences(deps, revoked, { olderReleaseId: first, newerReleaseId: last }),
    ],
  ];
}

function entryPages(deps: Deps, revoked: KnownRevoked, whole: string): [string, Measured][] {
  const list = listEntries(deps, revoked);
  const none = { scheme: "vics-uk", version: "", code: "no such" };
  type Of = { releaseId?: string; classification?: typeof none; bucket?: number };
  const page = ({ releaseId = "", classification, bucket }: Of): Measured => {
    const asked = {
      setId: SET,
      releaseId,
      algorithm: "ALGORITHM_UNSPECIFIED",
      state: "ENTRY_STATE_UNSPECIFIED",
    } as const;
    const request = { ...asked, classification, pageSize: 200, pageToken: "" };
    return async (calls) => {
      const { releaseId: shown } = await list(request, anna);
      const place = { id: `${shown} ${(bucket ?? 0).toString(16)}.00000001`, value: 7 };
      const deep = bucket === undefined ? "" : pageToken(place, listScope(request));
      return samplesOf(calls, () => list({ ...request, pageToken: deep }, anna));
    };
  };
  return [
    ["ListEntries, the first page", page({})],
    ["ListEntries, a page near the end", page({ bucket: 254 })],
    ["ListEntries, a page near the end of the first release", page({ releaseId: whole, bucket: 254 })],
    ["ListEntries of which the filter leaves nothing", page({ classification: none })],
    ["ListEntries near the end of which the filter leaves nothing", page({ classification: none, bucket: 200 })],
  ];
}

function searches(deps: Deps, revoked: KnownRevoked, sizes: Sizes): [string, Measured][] {
  const find = findEntries(deps, revoked);
  const files = Math.floor(sizes.lists / 3);
  const search = (hash: (nth: number) => string) => (calls: number) =>
    samplesOf(Math.ceil(calls / 10), (nth) => find({ setId: SET, hashes: [hash(nth)] }, ben));
  return [
    ["FindEntries, one that is there", search((nth) => hexOf((nth * 7919) % files).slice(0, 32))],
    ["FindEntries, one that is not", search((nth) => `md5:${hexOf(2 ** 29 + nth).slice(0, 32)}`)],
    ["FindEntries, one that may be any of three", search((nth) => hexOf(2 ** 29 + nth))],
  ];
}

function differences(
  deps: Deps,
  revoked: KnownRevoked,
  pair: { olderReleaseId: string; newerReleaseId: string },
): Measured {
  const list = listDifferences(deps, revoked);
  const request = { ...pair, kind: "DIFFERENCE_KIND_UNSPECIFIED", pageSize: 50 } as const;
  return (calls) => paged(Math.ceil(calls / 3), (page) => list({ ...request, ...page }, ben));
}

const ofSet = (pageSize: number, page: { pageToken: string }) => ({ setId: SET, pageSize, ...page });

/** Page by page, from the beginning again behind the last one. */
function paged(calls: number, page: (at: { pageToken: string }) => Promise<{ nextPageToken: string }>) {
  let pageToken = "";
  return samplesOf(calls, async () => {
    ({ nextPageToken: pageToken } = await page({ pageToken }));
  });
}
