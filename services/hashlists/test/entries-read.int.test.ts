import { randomUUID } from "node:crypto";
import { Problem } from "@ntd/service";
import { setMembers } from "@ntd/testing";
import { expect, test } from "vitest";
import type { Deps } from "../src/deps.ts";
import { activateRelease } from "../src/releases/rpc-activate-release.ts";
import { approveRelease } from "../src/releases/rpc-approve-release.ts";
import { knownRevoked } from "../src/revoked/known-revoked.ts";
import { listDifferences } from "../src/views/rpc-list-differences.ts";
import { listEntries } from "../src/views/rpc-list-entries.ts";
import { listHistory } from "../src/history/rpc-list-history.ts";
import { list } from "./bed.ts";
import { by, openTestDeps, setInForce, uploaded, watching } from "./deps.ts";

// Whoever pages a whole list has it as if they had taken it away: it leaves a trace, as that does.

const all = { algorithm: "ALGORITHM_UNSPECIFIED", state: "ENTRY_STATE_UNSPECIFIED" } as const;
const members = setMembers("anna", "ben", "cleo");

/** All pages of what is in force, of so many each. */
async function readAll(deps: Deps, name: string, setId: string, pageSize: number): Promise<void> {
  const list = listEntries(deps, knownRevoked(deps));
  let pageToken = "";
  do ({ nextPageToken: pageToken } = await list({ setId, releaseId: "", ...all, pageSize, pageToken }, by(name)));
  while (pageToken !== "");
}

async function traces(deps: Deps, setId: string, pageSize = 0) {
  const found: string[] = [];
  let pageToken = "";
  do {
    const page = await listHistory(deps)({ setId, pageSize, pageToken }, by("anna"));
    for (const { kind, person, entryCount, subjectId } of page.entries) {
      if (kind === "HISTORY_KIND_ENTRIES_READ") found.push(`${person} ${entryCount} ${subjectId}`);
    }
    pageToken = page.nextPageToken;
  } while (pageToken !== "");
  return found;
}

test("who pages a list is in its history: how many entries, of which release, each day once", async () => {
  await using deps = await openTestDeps();
  const { clock } = deps;
  const setId = await setInForce(deps, members, 100);
  const releaseId = (await deps.sets.load(setId))?.state.active?.releaseId;
  expect(await traces(deps, setId)).toEqual([]);
  await readAll(deps, "cleo", setId, 30);
  expect(await traces(deps, setId)).toEqual([`maintainer/cleo 100 ${releaseId}`]);
  clock.advance(1000);
  await Promise.all([readAll(deps, "ben", setId, 50), readAll(deps, "ben", setId, 40)]);
  clock.advance(24 * 3_600_000);
  await readAll(deps, "cleo", setId, 100);
  for (const pageSize of [0, 1, 2]) {
    expect(await traces(deps, setId, pageSize)).toEqual(
      ["maintainer/cleo 100", "maintainer/ben 200", "maintainer/cleo 100"].map((words) => `${words} ${releaseId}`),
    );
  }
});

test("so is who looks at what lies between two releases, by which a list can be had as well", async () => {
  await using deps = await openTestDeps();
  const setId = await setInForce(deps, members, 10);
  const older = (await deps.sets.load(setId))?.state.active?.releaseId ?? "";
  const newer = await uploaded(deps, setId, list(15));
  await approveRelease(deps)({ requestId: randomUUID(), releaseId: newer }, by("ben"));
  await activateRelease(deps)({ requestId: randomUUID(), releaseId: newer }, by("ben"));
  const pair = { olderReleaseId: older, newerReleaseId: newer, kind: "DIFFERENCE_KIND_UNSPECIFIED" as const };
  const asked = { ...pair, pageSize: 0, pageToken: "" };
  const { differences } = await listDifferences(deps, knownRevoked(deps))(asked, by("cleo"));
  expect(differences).toHaveLength(5);
  expect(await traces(deps, setId)).toEqual([`maintainer/cleo 5 ${newer}`]);
});

test("what cannot be noted is not shown, and what shows nothing is not noted", async () => {
  await using deps = await openTestDeps();
  const setId = await setInForce(deps, members, 3);
  const asked = { setId, releaseId: "", ...all, pageSize: 0, pageToken: "" };
  const before = (method: string) => {
    if (method === "insert") throw new Problem("STORE_FULL");
  };
  const page = listEntries(watching(deps, "reads", { before }), knownRevoked(deps))(asked, by("cleo"));
  await expect(page).rejects.toMatchObject({ reason: "STORE_FULL" });
  const none = { ...asked, state: "ENTRY_STATE_REVOKED" as const };
  expect((await listEntries(deps, knownRevoked(deps))(none, by("cleo"))).entries).toEqual([]);
  expect(await traces(deps, setId)).toEqual([]);
});
