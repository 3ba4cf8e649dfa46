import { randomUUID } from "node:crypto";
import { MovableClock } from "@ntd/service";
import { startTestBed, type TestBed } from "@ntd/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { HEADER, members, policy, startHashlists, upload } from "./bed.ts";
import { listsOf } from "./lists.ts";
import { hashes } from "./read-list.ts";

const SCHEMES_DIR = new URL("../../../deploy/schemes", import.meta.url).pathname;
let bed: TestBed;
let service: Awaited<ReturnType<typeof startHashlists>>;
beforeAll(async () => {
  bed = await startTestBed();
  service = await startHashlists(bed, new MovableClock(), { SCHEMES_DIR });
});
afterAll(async () => {
  await service[Symbol.asyncDispose]();
  await bed[Symbol.asyncDispose]();
});

const { md5, sha1 } = hashes;

/** What becomes of a file in a set whose terms name a scheme. */
async function taken(file: string, scheme = "") {
  const setId = `set-${randomUUID()}`;
  const terms = { jurisdiction: "", licence: "", termsOfUse: "", scheme, approverOfOtherOrganisation: false };
  await service.anna.createSet({ requestId: randomUUID(), setId, policy, members, terms });
  const { release, problems } = await upload(service.anna, setId, file);
  const entries = release !== undefined && problems.length === 0 ? await approved(release.releaseId) : [];
  const classes = entries.map(({ classification: one }) => (one === undefined ? "" : `${one.scheme} ${one.code}`));
  return {
    state: release?.state,
    problems,
    remarks: release?.remarks ?? [],
    classes: [...new Set(classes)].toSorted(),
  };
}

async function approved(releaseId: string) {
  await service.ben.approveRelease({ requestId: randomUUID(), releaseId });
  return service.entries(releaseId);
}

test("lists of every format that name a class of their own are as they were", async () => {
  for (const { file } of listsOf(20)) {
    expect(await taken(file)).toMatchObject({ state: "RELEASE_STATE_VALIDATED", problems: [] });
  }
});

test("a code that its scheme does not have is refused, by what the file calls it", async () => {
  const page = (code: string) =>
    '<?xml version="1.0"?>\n<queryResult xmlns="https://hashsharing.ncmec.org/hashsharing/v2"><images count="1">' +
    `<image><member id="1">M</member><id>i1</id><classification>${code}</classification>` +
    `<fingerprints><md5>${md5(1)}</md5><sha1>${sha1(1)}</sha1></fingerprints></image></images></queryResult>`;
  expect(await taken(page("B2"))).toMatchObject({ problems: [], classes: ["ncmec B2"] });
  const { problems } = await taken(page("C1"));
  expect(problems).toMatchObject([
    { line: 1n, field: "classification", problem: '"C1" is no code of ncmec; it takes A1, A2, B1, B2' },
  ]);
  const own = await taken(`${HEADER}\nmd5,${md5(1)},,iwf,A,1,\nmd5,${md5(2)},,iwf,D,1,\n`);
  expect(own.problems).toMatchObject([{ line: 3n, field: "code", problem: '"D" is no code of iwf; it takes A, B, C' }]);
});

test("a scheme that is not known, or whose codes are not verified, is kept, and whoever approves is told", async () => {
  const { problems, remarks, classes } = await taken(
    `${HEADER}\nmd5,${md5(1)},,ours,7,1,\nmd5,${md5(2)},,vics-us,9,1,\nmd5,${md5(3)},,vics-us,1,1,\n`,
  );
  expect([problems, classes]).toEqual([[], ["ours 7", "vics-us 1", "vics-us 9"]]);
  expect(remarks).toEqual([
    expect.stringContaining('classes of "ours", a scheme that is not known here'),
    expect.stringContaining('"9" is no code of vics-us; it takes 1, 2, 3, as far as is known'),
    expect.stringContaining("what classes of vics-us stand for is not verified"),
  ]);
});

test("a number without a scheme has that of its set's terms", async () => {
  const file = (code: string) => `MD5;Category\n${md5(1)};${code}\n`;
  const remarks = [
    "what classes of vics-uk stand for is not verified: the model is told to law enforcement and vendors alone",
  ];
  expect(await taken(file("2"), "vics-uk")).toMatchObject({ classes: ["vics-uk 2"], remarks, problems: [] });
  expect((await taken(file("7"), "copine")).classes).toEqual(["copine 7"]);
  expect((await taken(file("11"), "copine")).problems).toMatchObject([{ line: 2n, field: "Category" }]);
  const plain = await taken(file("2"));
  expect([plain.classes, plain.remarks]).toEqual([["category 2"], [expect.stringContaining("terms name none")]]);
  const own = await taken(file("2"), "national 2");
  expect([own.classes, own.remarks]).toEqual([["category 2"], [expect.stringContaining('"national 2"')]]);
});

test.each([
  ["CA", "vics-ca", "what Canada's numbers stand for"],
  ["AU", "vics-au", "what Australia's numbers stand for"],
  ["CUSTOM", "vics-custom", "only who sent the list can say"],
  ["Default", "vics-default", "the list names no country"],
  ["", "vics", "lists of VICS 1 name no country"],
])(
  "VICS of the segment %j is of %s, and whoever approves is told what nobody knows of it",
  async (segment, scheme, why) => {
    const one = { MediaID: 1, MD5: md5(1).toUpperCase(), Category: 2 };
    const context =
      segment === ""
        ? { "odata.metadata": "http://github.com/ICMEC/ProjectVic/DataModels/1.3.xml#Media" }
        : {
            "@odata.context": `http://github.com/VICSDATAMODEL/ProjectVic/DataModels/2.0.xml/${segment}/$metadata#Media`,
          };
    const { classes, remarks, problems } = await taken(JSON.stringify({ ...context, value: [one] }));
    expect([classes, problems]).toEqual([[`${scheme} 2`], []]);
    expect(remarks).toEqual([expect.stringContaining(why)]);
  },
);
