import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { newSigningKey, signerFromFile } from "@ntd/service";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openNtdTestBed, type NtdTestBed } from "./bed.ts";

let bed: NtdTestBed;
let keys: string;
beforeAll(async () => {
  bed = await openNtdTestBed();
  const file = join(bed.dir, "evidence-key.json");
  await writeFile(file, JSON.stringify(await newSigningKey("k-1")));
  const signer = signerFromFile(file);
  keys = JSON.stringify({ keys: [signer.publicJwk] });
  const record = Buffer.from(JSON.stringify({ version: 2, target_id: "00ff" }));
  const signature = await signer.sign(record, "ntd-evidence+jws");
  bed.answers.set("getEvidence", { record, signature });
  bed.answers.set("listEvidenceKeys", { jwksJson: keys });
});
afterAll(() => bed[Symbol.asyncDispose]());

test("evidence show asks for the record and the keys, and gives the signed text as it is", async () => {
  const { code, out } = await bed.ntd("evidence", "show", "e-1", "--json");
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({
    evidenceId: "e-1",
    verifiedBy: "k-1",
    record: { target_id: "00ff" },
    signed: '{"version":2,"target_id":"00ff"}',
  });
  expect(bed.arrived.map(({ method, request }) => [method, request])).toEqual([
    ["getEvidence", { evidenceId: "e-1" }],
    ["listEvidenceKeys", {}],
  ]);
});

test("a record of a newer version is not told in words that may be wrong", async () => {
  expect(await bed.ntd("evidence", "show", "e-1")).toMatchObject({
    code: 2,
    err: expect.stringContaining("version 1"),
  });
});

test("keys that are kept count instead of the prober's, and a signature of another key is refused", async () => {
  const mine = join(bed.dir, "mine.json");
  await writeFile(mine, keys);
  bed.answers.set("listEvidenceKeys", new Error("not asked"));
  expect(await bed.ntd("evidence", "show", "e-1", "--keys", mine, "--json")).toMatchObject({ code: 0 });
  const { d: _, ...other } = await newSigningKey("k-1");
  await writeFile(mine, JSON.stringify({ keys: [other] }));
  const refused = await bed.ntd("evidence", "show", "e-1", "--keys", mine);
  expect(refused).toMatchObject({ code: 1, out: "", err: expect.stringContaining("SIGNATURE_INVALID") });
  await writeFile(mine, "no keys");
  expect(await bed.ntd("evidence", "show", "e-1", "--keys", mine)).toMatchObject({ code: 2 });
});

test("evidence requests reads the register to its end, also where a page of it holds nothing of the host", async () => {
  bed.arrived.splice(0);
  const time = new Date("2026-01-01T12:00:00Z");
  bed.answers.set("listRequests", ({ pageToken }: { pageToken: string }) =>
    pageToken === ""
      ? { requests: [], nextPageToken: "next" }
      : { requests: [{ time, eye: "abroad" }], nextPageToken: "" },
  );
  const range = ["--from", "2026-01-01", "--to", "2026-01-02"];
  const { code, out } = await bed.ntd("evidence", "requests", "--host", "host.example", ...range);
  expect([code, out]).toEqual([0, expect.stringMatching(/2026-01-01T12:00:00.000Z +abroad/)]);
  expect(bed.arrived.map(({ request }) => request)).toMatchObject([
    { host: "host.example", fromTime: new Date("2026-01-01"), pageToken: "" },
    { toTime: new Date("2026-01-02"), pageToken: "next" },
  ]);
});
