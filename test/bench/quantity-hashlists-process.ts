import { existsSync } from "node:fs";
import { join } from "node:path";
import { HashListServiceService } from "@ntd/proto/hashlists/v1/hash_list_service";
import { HashSetViewServiceService } from "@ntd/proto/hashlists/v1/set_view_service";
import { connect } from "@ntd/rpc";
import { eventually, startTestBed } from "@ntd/testing";
import { startHashlists } from "./hashlists-service.ts";
import { usageOf } from "./matching-service-parts.ts";
import { hexOf, SET } from "./quantity-hashlists-fill.ts";
import { atMost, stated, type Figure } from "./report.ts";

const deadline = 600_000;

/** What the service itself holds, as a process of its own over the list that its part has filled. */
export async function measureResident(dir: string, lists: number): Promise<Figure[]> {
  const file = join(dir, `lists-${lists}.sqlite`);
  if (!existsSync(file)) return [];
  await using bed = await startTestBed();
  await using service = await startHashlists(bed, { STORE_URL: `file:${file}` });
  const [{ address, pid }, identityDir] = [service, await bed.identity("maintainer", "anna")];
  await using sets = connect(HashListServiceService, { address, identityDir, deadlineMs: deadline });
  await using views = connect(HashSetViewServiceService, { address, identityDir, deadlineMs: deadline });
  await eventually("it answers", () => sets.listSets({ pageSize: 1, pageToken: "" }).catch(() => false as const));
  const of = `hashlists, ${lists} entries: resident memory of the service`;
  const figures = [stated(`${of}, idle`, usageOf(pid).residentMb, "MB")];
  const looks: [string, () => Promise<unknown>][] = [
    ["pages and searches", () => look(views, lists)],
    ["differences", () => differences(sets, views)],
    ["an export as CSV", () => exported(views, "EXPORT_FORMAT_NTD_CSV")],
    ["an export as VICS", () => exported(views, "EXPORT_FORMAT_VICS_JSON")],
  ];
  for (const [what, run] of looks) {
    await run();
    figures.push(atMost(`${of}, at the most, after ${what}`, usageOf(pid).mostResidentMb, "MB", 300));
  }
  return figures;
}

type Views = ReturnType<typeof connect<typeof HashSetViewServiceService>>;

async function look(views: Views, lists: number): Promise<void> {
  const all = {
    algorithm: "ALGORITHM_UNSPECIFIED",
    state: "ENTRY_STATE_UNSPECIFIED",
    classification: undefined,
  } as const;
  let pageToken = "";
  for (let nth = 0; nth < 100; nth++) {
    const asked = { setId: SET, releaseId: "", ...all, pageSize: 200, pageToken };
    ({ nextPageToken: pageToken } = await views.listEntries(asked));
  }
  const hashes = Array.from({ length: 100 }, (_, n) => hexOf((n * 7919) % Math.floor(lists / 3)).slice(0, 40));
  await views.findEntries({ setId: SET, hashes });
  await views.listHistory({ setId: SET, pageSize: 200, pageToken: "" });
}

async function differences(
  sets: ReturnType<typeof connect<typeof HashListServiceService>>,
  views: Views,
): Promise<void> {
  const { releases } = await sets.listReleases({ setId: SET, pageSize: 200, pageToken: "" });
  const [olderReleaseId = "", newerReleaseId = ""] = [releases.at(-1)?.releaseId, releases[0]?.releaseId];
  await views.diffReleases({ olderReleaseId, newerReleaseId });
}

async function exported(views: Views, format: "EXPORT_FORMAT_NTD_CSV" | "EXPORT_FORMAT_VICS_JSON"): Promise<void> {
  const request = { setId: SET, releaseId: "", format, scheme: "", withRevoked: false };
  for await (const { part } of views.exportRelease(request)) {
    if (part === undefined) throw new Error("an empty part came");
  }
}
