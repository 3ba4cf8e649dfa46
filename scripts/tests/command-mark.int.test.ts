import { afterAll, beforeAll, expect, test } from "vitest";
import { openNtdTestBed, type NtdTestBed } from "./bed.ts";

let bed: NtdTestBed;
beforeAll(async () => {
  bed = await openNtdTestBed();
});
afterAll(() => bed[Symbol.asyncDispose]());

const mark = (change: object = {}) => ({
  markId: "mark-1",
  kind: "MARK_KIND_HOST",
  reason: "operation",
  setBy: "police/pam",
  setTime: new Date(0),
  confirmedBy: "",
  confirmedTime: undefined,
  expireTime: new Date(86_400_000),
  removedBy: "",
  removedTime: undefined,
  metCount: 3,
  ...change,
});

test.each([
  [["--address", "http://a.example/"], { $case: "address", value: "http://a.example/" }],
  [["--host", "a.example"], { $case: "host", value: "a.example" }],
  [["--prefix", "192.0.2.0/24"], { $case: "prefix", value: "192.0.2.0/24" }],
  [["--hash", "md5:00ff"], { $case: "hash", value: { algorithm: "ALGORITHM_MD5", hex: "00ff" } }],
])("mark set %j marks one thing", async (typed, what) => {
  bed.answers.set("setMark", { mark: mark(), waitsForSecondPerson: false });
  const { out } = await bed.ntd("mark", "set", ...typed, "--reason", "operation");
  expect(out).toMatch(/\nkind +host\nreason +operation\n/);
  expect(out).toMatch(/\ncases held +3\n$/);
  expect(bed.arrived.at(-1)?.request).toMatchObject({ what, reason: "operation", expireTime: undefined });
});

test("mark set says that it waits for a second officer; two things or none are refused", async () => {
  bed.answers.set("setMark", { mark: mark(), waitsForSecondPerson: true });
  const until = ["--until", "2030-01-31"];
  const { out } = await bed.ntd("mark", "set", "--host", "a.example", "--reason", "operation", ...until);
  expect(out).toMatch(/It is not in force before a second officer has typed the same, within seven days.\n$/);
  expect(bed.arrived.at(-1)?.request).toMatchObject({ expireTime: new Date("2030-01-31") });
  for (const typed of [[], ["--host", "a.example", "--prefix", "192.0.2.0/24"]]) {
    const { code, err } = await bed.ntd("mark", "set", ...typed, "--reason", "operation");
    expect(code).not.toBe(0);
    expect(err).toMatch(/name one thing: --address, --host, --prefix or --hash/);
  }
});

test("mark remove and mark list never say what was marked", async () => {
  bed.answers.set("removeMark", { mark: mark({ removedBy: "police/pat", removedTime: new Date(5000) }) });
  const removed = await bed.ntd("mark", "remove", "mark-1");
  expect(removed.out).toMatch(/\nremoved by +police\/pat\nremoved +1970-01-01T00:00:05.000Z\n/);
  expect(bed.arrived.at(-1)?.request).toMatchObject({ markId: "mark-1" });
  bed.answers.set("listMarks", { marks: [mark({ confirmedBy: "police/pat" })], nextPageToken: "" });
  const { out } = await bed.ntd("mark", "list", "--all");
  expect(out).toMatch(/mark-1 +host +police\/pam, police\/pat +1970-01-02T00:00:00.000Z +3 +operation\n$/);
  expect(bed.arrived.at(-1)?.request).toMatchObject({ withEnded: true });
  bed.answers.set("listMarks", { marks: [mark()], nextPageToken: "" });
  expect((await bed.ntd("mark", "list")).out).toMatch(
    /police\/pam +1970-\S+ +waits for a second officer +3 +operation\n$/,
  );
  bed.answers.set("listMarks", { marks: [mark({ kind: "MARK_KIND_HASH" })], nextPageToken: "" });
  expect((await bed.ntd("mark", "list")).out).not.toContain("waits");
  bed.answers.set("listMarks", { marks: [], nextPageToken: "" });
  expect((await bed.ntd("mark", "list")).out).toBe("nothing is marked\n");
});
