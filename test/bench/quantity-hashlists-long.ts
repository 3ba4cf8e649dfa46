import { randomUUID } from "node:crypto";
import type { ExportFormat } from "@ntd/proto/hashlists/v1/set_view_service";
import type { MovableClock } from "@ntd/service";
import type { Deps } from "../../services/hashlists/src/deps.ts";
import { exportRelease } from "../../services/hashlists/src/exports/rpc-export-release.ts";
import { assessRevocation } from "../../services/hashlists/src/impact/rpc-assess-revocation.ts";
import { listConflicts } from "../../services/hashlists/src/impact/rpc-list-conflicts.ts";
import { revokeEntries } from "../../services/hashlists/src/revocations/rpc-revoke-entries.ts";
import { knownRevoked } from "../../services/hashlists/src/revoked/known-revoked.ts";
import { diffReleases } from "../../services/hashlists/src/views/rpc-diff-releases.ts";
import { findEntries } from "../../services/hashlists/src/views/rpc-find-entries.ts";
import { listEntries } from "../../services/hashlists/src/views/rpc-list-entries.ts";
import { sendAll } from "../../services/hashlists/test/deps.ts";
import { anna, ben, DAY_MS, entryIdOf, hexOf, listIn, releasesIn, SET } from "./quantity-hashlists-fill.ts";
import { longSamplesOf, served, watchMemory, withLateness, type Sample } from "./quantity-measure.ts";
import type { Sizes } from "./quantity-sizes.ts";
import { atLeast, atMost, stated, type Figure } from "./report.ts";

type Bench = Deps & { clock: MovableClock };
type Row = [what: string, limitMs: number, measure: () => Promise<Sample[]>];

/** What reads much of a list: from an empty cache on. */
export async function measureLong(deps: Bench, of: string, sizes: Sizes): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const [what, limitMs, measure] of [...(await readings(deps, sizes)), ...(await takingBack(deps, sizes))]) {
    figures.push(...(await served(`${of}: ${what}`, limitMs, measure)));
  }
  for (const format of ["EXPORT_FORMAT_NTD_CSV", "EXPORT_FORMAT_VICS_JSON"] as const) {
    figures.push(...(await exported(deps, `${of}: ${format.slice(14)}`, format)));
  }
  return figures;
}

async function readings(deps: Bench, sizes: Sizes): Promise<Row[]> {
  const releases = await releasesIn(deps);
  const [first = "", last = "", before = ""] = [releases.at(-1), releases[0], releases[1]];
  const diff = (olderReleaseId: string, newerReleaseId: string) => () =>
    longSamplesOf(3, () => diffReleases(deps, knownRevoked(deps))({ olderReleaseId, newerReleaseId }, ben));
  const files = Math.floor(sizes.lists / 3);
  const hashes = Array.from({ length: 100 }, (_, n) => hexOf((n * 7919) % files).slice(0, 40));
  const set = await listIn(deps);
  const revoked = knownRevoked(deps);
  return [
    ["what is revoked, read for the first time", 3000, () => longSamplesOf(3, () => knownRevoked(deps)(set))],
    [
      "FindEntries, a hundred",
      3000,
      () => longSamplesOf(3, () => findEntries(deps, revoked)({ setId: SET, hashes }, ben)),
    ],
    ["DiffReleases of two that follow", 3000, diff(before, last)],
    ["DiffReleases of the first and the last", 20_000, diff(first, last)],
    [
      "ListConflicts of 500 entries",
      3000,
      () => longSamplesOf(3, () => listConflicts(conflicting(deps, files))({ setId: SET }, ben)),
    ],
  ];
}

async function takingBack(deps: Bench, sizes: Sizes): Promise<Row[]> {
  // Others than in an earlier run.
  const { counter } = await listIn(deps);
  const files = Math.floor(sizes.lists / 3);
  const revoked = knownRevoked(deps);
  const list = listEntries(deps, revoked);
  const asked = {
    setId: SET,
    releaseId: "",
    algorithm: "ALGORITHM_UNSPECIFIED",
    state: "ENTRY_STATE_UNSPECIFIED",
  } as const;
  const page = () => list({ ...asked, classification: undefined, pageSize: 50, pageToken: "" }, anna);
  const entries = (nth: number) => ({
    entryIds: [entryIdOf("PDQ", ((counter + nth) * 104_729) % files)],
    fingerprints: [],
  });
  const why = { reason: "listed by mistake", cause: "REVOCATION_CAUSE_WRONG_FILE" } as const;
  const revoke = async (nth: number) => {
    await sendAll(deps, SET);
    deps.clock.advance(DAY_MS + 1);
    return await revokeEntries(deps)({ requestId: randomUUID(), setId: SET, ...entries(nth), ...why }, anna);
  };
  return [
    [
      "AssessRevocation of an entry",
      3000,
      () => longSamplesOf(3, (nth) => assessRevocation(deps)({ setId: SET, ...entries(nth), ...why }, anna)),
    ],
    ["RevokeEntries of an entry", 3000, () => longSamplesOf(3, revoke)],
    [
      "ListEntries after a revocation",
      300,
      async () => {
        await page();
        const samples: Sample[] = [];
        for (let nth = 3; nth < 6; nth++) {
          await revoke(nth);
          samples.push(...(await longSamplesOf(1, page)));
        }
        return samples;
      },
    ],
  ];
}

// As casework answers it.
function conflicting(deps: Bench, files: number): Bench {
  const ids = Array.from({ length: 500 }, (_, n) => entryIdOf("MD5", (n * 7919) % files));
  const entries = ids.map((entryId) => ({ entryId, caseCount: 2 }));
  const casework = { listConflicts: () => Promise.resolve({ entries, isMore: false }) };
  return { ...deps, casework: casework as unknown as NonNullable<Deps["casework"]> };
}

async function exported(deps: Bench, what: string, format: ExportFormat): Promise<Figure[]> {
  const request = { setId: SET, releaseId: "", format, scheme: "", withRevoked: false };
  const grown = watchMemory();
  const {
    result: rows,
    ms,
    lateMs,
  } = await withLateness(async () => {
    let written = 0n;
    for await (const { part } of exportRelease(deps, knownRevoked(deps))(request, anna)) {
      if (part?.$case === "trailer") written = part.value.written;
    }
    return Number(written);
  });
  return [
    atLeast(`${what}: exported`, rows / (ms / 1000), "rows/s", 100_000),
    stated(`${what}: rows`, rows, ""),
    stated(`${what}: memory grew by, at most`, grown() / 2 ** 20, "MB"),
    atMost(`${what}: event loop, p99 late`, lateMs, "ms", 50),
  ];
}
