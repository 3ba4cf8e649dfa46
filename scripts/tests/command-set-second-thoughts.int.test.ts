import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { openNtdTestBed, type NtdTestBed } from "./bed.ts";

let bed: NtdTestBed;
beforeAll(async () => {
  bed = await openNtdTestBed();
});
beforeEach(() => void bed.arrived.splice(0));
afterAll(() => bed[Symbol.asyncDispose]());

const ID = "3f2504e0-4f89-41d3-9a0c-0305e82c3301";
const info = {
  revocationId: "rev-1",
  setId: "known",
  state: "REVOCATION_STATE_PENDING",
  entryCount: 1n,
  alreadyRevokedCount: 0n,
  reason: "listed",
  cause: "REVOCATION_CAUSE_WRONG_FILE",
  requestedBy: "maintainer/a",
  approvedBy: "",
  requestedTime: new Date(0),
  approvedTime: undefined,
  effectiveTime: undefined,
  counter: 0n,
};

test("set revoke says that it waits, and that what was taken back before counts", async () => {
  bed.answers.set("revokeEntries", { revocation: { ...info, takenAloneCount: 10n } });
  const { out } = await bed.ntd("set", "revoke", "known", "--entry", ID, "--reason", "x");
  expect(out).toMatch(/waits for +another person's approval; 10 were taken back alone within a day, in all sets\n/);
});

test("set revoke tells what else is listed of the same files, and takes it back if that is asked for", async () => {
  const revoked = async (told: object, ...words: string[]) => {
    bed.answers.set("revokeEntries", { revocation: { ...info, ...told } });
    return (await bed.ntd("set", "revoke", "known", "--entry", ID, "--reason", "x", ...words)).out;
  };
  expect(await revoked({ sameFileCount: 2n })).toContain(
    "2 more entries are of the same files: --with-its-file takes them back, too\n",
  );
  expect(await revoked({ sameFileCount: 1n })).toContain(
    "1 more entry is of the same files: --with-its-file takes it back, too\n",
  );
  expect(await revoked({})).toContain("was not counted: --dry-run tells\n");
  expect(await revoked({ sameFileCount: 0n })).not.toContain("same file");
  const all = await revoked({ sameFileCount: 2n, withItsFiles: true }, "--with-its-file");
  expect(all).toMatch(/of the same files +2\n/);
  expect(all).not.toContain("--with-its-file");
  expect(bed.arrived.map(({ request }) => request)).toMatchObject([
    ...Array.from({ length: 4 }, () => ({ withItsFiles: false })),
    { withItsFiles: true },
  ]);
});

test("an entry is named by its hash, too; what names none is wrong usage, and is not sent", async () => {
  bed.answers.set("revokeEntries", { revocation: info });
  const hash = "0B".repeat(16);
  await bed.ntd("set", "revoke", "known", "--entry", ID, hash, `sha256:${"0c".repeat(32)}`, "--reason", "x");
  const value = (length: number, byte: number) => Buffer.alloc(length, byte);
  const fingerprints = [
    { algorithm: "ALGORITHM_MD5", value: value(16, 11) },
    { algorithm: "ALGORITHM_SHA256", value: value(32, 12) },
  ];
  expect(bed.arrived).toMatchObject([{ method: "revokeEntries", request: { entryIds: [ID], fingerprints } }]);
  const { code, err } = await bed.ntd("set", "restore", "known", "--entry", "abc", "--reason", "x");
  expect([code, err]).toEqual([2, expect.stringContaining("abc names no entry; give its id, or its hash")]);
  expect(bed.arrived).toHaveLength(1);
});

test("set restore names entries and says that it waits; who approves gives them back", async () => {
  const restoration = { ...info, restores: true };
  bed.answers.set("restoreEntries", { restoration }).set("approveRestoration", {
    restoration: { ...restoration, state: "REVOCATION_STATE_EFFECTIVE", approvedBy: "maintainer/b" },
  });
  const words = ["--entry", ID, "--reason", "it was right", "--with-its-file"];
  const asked = await bed.ntd("set", "restore", "known", ...words);
  expect(asked.out).toMatch(/gives back +yes\n[^]*waits for +another person's approval\n/);
  expect(asked.out).not.toMatch(/cause|revoked before/);
  const approved = await bed.ntd("set", "approve-restore", "rev-1");
  expect(approved.out).toMatch(/state +effective\n[^]*approved by +maintainer\/b\n/);
  expect(bed.arrived).toMatchObject([
    { method: "restoreEntries", request: { setId: "known", entryIds: [ID], withItsFiles: true } },
    { method: "approveRestoration", request: { revocationId: "rev-1" } },
  ]);
});

test.each([
  ["withdraw-revocation", "withdrawRevocation", "revocation"],
  ["withdraw-restore", "withdrawRestoration", "restoration"],
])("set %s ends what waits", async (word, method, field) => {
  const ended = { ...info, state: "REVOCATION_STATE_WITHDRAWN", withdrawnBy: "maintainer/a" };
  bed.answers.set(method, { [field]: ended });
  const { out } = await bed.ntd("set", word, "rev-1");
  expect(out).toMatch(/state +withdrawn\n[^]*withdrawn by +maintainer\/a\n/);
  expect(bed.arrived).toMatchObject([{ method, request: { revocationId: "rev-1" } }]);
});

test("set revocations tells what takes back and what gives back, and who withdrew it", async () => {
  const revocations = [
    { ...info, restores: true },
    { ...info, state: "REVOCATION_STATE_WITHDRAWN", withdrawnBy: "maintainer/b" },
  ];
  bed.answers.set("listRevocations", { revocations, nextPageToken: "" });
  const { out } = await bed.ntd("set", "revocations", "known");
  expect(out).toMatch(/gives back +pending/);
  expect(out).toMatch(/takes back +withdrawn[^]*maintainer\/b/);
});

const change = {
  changeId: "3f0e0c1e-0000-4000-8000-000000000000",
  setId: "known",
  state: "SET_CHANGE_STATE_PENDING",
  reason: "the newer one is wrong",
  proposedBy: "maintainer/a",
  proposedTime: new Date(0),
  decidedBy: "",
  decidedTime: undefined,
  counter: 0n,
};

test("set rollback and set retire are proposals, which say what they are", async () => {
  const words = ["--reason", "the newer one is wrong"];
  bed.answers.set("proposeSetChange", { change: { ...change, rollbackToReleaseId: ID } });
  const back = await bed.ntd("set", "rollback", "known", ID, ...words);
  expect(back.out).toMatch(/state +pending\n[^]*back to release +3f2504e0/);
  bed.answers.set("proposeSetChange", { change: { ...change, retire: true } });
  const end = await bed.ntd("set", "retire", "known", ...words);
  expect(end.out).toMatch(/retires +the set, for good\n/);
  expect(bed.arrived.map(({ request }) => request)).toMatchObject([
    { setId: "known", rollbackToReleaseId: ID, reason: "the newer one is wrong" },
    { setId: "known", retire: true },
  ]);
  bed.answers.set("listSetChanges", { changes: [{ ...change, retire: true }] });
  expect((await bed.ntd("set", "changes", "known")).out).toMatch(/pending +its end/);
});
