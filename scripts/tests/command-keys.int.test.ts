import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readSealingKeys, sealer, sealerFromFile, withMonth, writeSealingKeys, type SealingKey } from "@ntd/service";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { runNtd } from "../src/cli/program.ts";
import { inProcess } from "./bed.ts";

let dir: string;
let file: string;
const long = ["2016-01", "2016-02"].reduce<SealingKey[]>(withMonth, []);
const thisMonth = new Date().toISOString().slice(0, 7);
const all = withMonth(long, thisMonth);
const ids = () => readSealingKeys(file).map(({ id }) => id);

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "ntd-keys-"));
  file = join(dir, "keys.json");
});
beforeEach(() => writeSealingKeys(file, all));
afterAll(() => rm(dir, { recursive: true }));

test("keys are listed with what comes of each", async () => {
  const { out } = await inProcess(["keys", "list", file]);
  expect(out).toMatch(/address-2016-01 +due +2023-02-01/);
  expect(out).toMatch(/held-2016-01 +held/);
  expect(out).toMatch(/contact-2016-02 +kept +\d{4}-\d{2}-01/);
  expect(out).toMatch(new RegExp(`words-${thisMonth} +in use`));
  expect(out).not.toContain(all[0]?.key);
});

test("what is due is erased on a yes and not else, and nothing else is", async () => {
  const sealed = sealer(new Map(long.map(({ id, key }) => [id, Buffer.from(key, "base64")]))).seal(
    "a",
    "contact",
    new Date("2016-01-05"),
  );
  const unattended = await inProcess(["keys", "erase", file]);
  expect([unattended.code, unattended.err]).toEqual([2, expect.stringContaining("--yes")]);
  const refused = await inProcess(["keys", "erase", file, "--json"], {}, ["no"]);
  expect(refused).toMatchObject({ code: 2, out: "", err: expect.stringContaining("nothing was erased") });
  expect(ids().length).toBe(12);
  const { code, out } = await inProcess(["--json", "keys", "erase", file, "--yes"]);
  expect([code, JSON.parse(out)]).toEqual([0, { erased: ["address-2016-01", "contact-2016-01", "words-2016-01"] }]);
  expect(ids()).toEqual(all.slice(3).map(({ id }) => id));
  expect(() => sealerFromFile(file).open(sealed)).toThrow(expect.objectContaining({ reason: "SEALING_KEY_MISSING" }));
  expect((await inProcess(["keys", "erase", file])).out).toContain("nothing, none is due");
});

test("what is held while somebody is asked whether to erase it is not erased", async () => {
  let out = "";
  const said = ["--reference", "court 9/26", "--reason", "trial", "--by", "ana", "--until", "2099-01-01"];
  const answer = async () => {
    await inProcess(["keys", "hold", file, "address-2016-01", ...said]);
    return "yes";
  };
  const io = { out: (text: string) => void (out += text), err: () => undefined, environment: {}, answer };
  expect(await runNtd(["--json", "keys", "erase", file], io)).toBe(0);
  expect(JSON.parse(out)).toEqual({ erased: ["contact-2016-01", "words-2016-01"] });
  expect(ids()).toContain("address-2016-01");
});

test("a month's keys are added once", async () => {
  const add = async () => JSON.parse((await inProcess(["--json", "keys", "add", file, "--month", "2099-01"])).out);
  expect(await add()).toEqual({ added: ["address-2099-01", "contact-2099-01", "words-2099-01", "held-2099-01"] });
  expect(await add()).toEqual({ added: [] });
  expect((await inProcess(["keys", "add", file, "--month", "2099-13"])).code).toBe(2);
});

test("a file that is not there is named", async () => {
  const nowhere = join(dir, "nowhere.yaml");
  const { code, err } = await inProcess(["keys", "list", file, "--periods", nowhere]);
  expect([code, err]).toEqual([2, `ntd: USAGE: ${nowhere} is not there; name another\n`]);
});

test("a period that is too short erases nothing", async () => {
  const periods = join(dir, "periods.yaml");
  await writeFile(periods, "months: {address: 1, contact: 4, words: 24}");
  const { code, err } = await inProcess(["keys", "erase", file, "--periods", periods, "--yes"]);
  expect([code === 0, err]).toEqual([false, expect.stringContaining("from 12 to")]);
  expect(ids().length).toBe(12);
});

test("a legal hold is listed by its reference from the day it is set, long before the key is due", async () => {
  await inProcess(["keys", "add", file]);
  const newest = ids().findLast((id) => id.startsWith("words-")) ?? "";
  const said = ["--reference", "court 8/26", "--reason", "trial", "--by", "ana", "--until", "2099-01-01T00:00:00Z"];
  await inProcess(["keys", "hold", file, newest, ...said]);
  const { out } = await inProcess(["keys", "list", file]);
  expect(out).toMatch(new RegExp(`${newest} +(in use|to come) +court 8/26 \\(until 2099-01-01\\)`));
});

test("what is evidence is kept beyond its period until somebody else lifts the hold", async () => {
  const said = ["--reference", "court 7/26", "--reason", "trial", "--by", "ana", "--until", "2099-01-01T00:00:00Z"];
  expect(await inProcess(["keys", "hold", file, "address-2016-01", ...said])).toMatchObject({ code: 0 });
  expect((await inProcess(["keys", "list", file])).out).toMatch(/address-2016-01 +held/);
  await inProcess(["keys", "add", file]);
  await inProcess(["keys", "erase", file, "--yes"]);
  expect(ids().filter((id) => id.includes("2016-01"))).toEqual(["address-2016-01", "held-2016-01"]);
  const shorter = ["--reference", "court 7/26", "--reason", "over", "--by", "ben", "--until", "2098-01-01T00:00:00Z"];
  const [past, shortened] = [["--until", "2020-01-01"], shorter] as const;
  expect(await inProcess(["keys", "hold", file, "address-2016-01", ...said, ...past])).toMatchObject({
    code: 1,
    err: expect.stringContaining("until: is past"),
  });
  expect((await inProcess(["keys", "hold", file, "address-2016-01", ...shortened])).err).toContain("until: is before");
  const lift = (by: string) => inProcess(["keys", "lift", file, "--reference", "court 7/26", "--by", by]);
  expect(await lift("ana")).toMatchObject({ code: 1, err: expect.stringContaining("another person") });
  expect(await lift("ben")).toMatchObject({ code: 0 });
  await inProcess(["keys", "erase", file, "--yes"]);
  expect(ids().filter((id) => id.includes("2016-01"))).toEqual(["held-2016-01"]);
  expect((await inProcess(["keys", "hold", file, "address-2016-01", ...said])).err).toContain("address-2016-01");
});
