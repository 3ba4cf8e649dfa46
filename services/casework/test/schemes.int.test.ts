import { readFileSync } from "node:fs";
import { countriesIn } from "@ntd/facts";
import { readSchemes, schemeFaults } from "@ntd/schemes";
import { parseData } from "@ntd/service";
import { expect, test } from "vitest";
import { listSchemes } from "../src/schemes/rpc-list-schemes.ts";
import { matchEvent, openHandlers, targetEvent } from "./bed.ts";
import { hit } from "./facts.ts";

const deployed = (name: string) => new URL(`../../../deploy/${name}`, import.meta.url);
const schemes = readSchemes(deployed("schemes").pathname, "national-example", "CASEWORK");

test("what all countries agree on is named as the schemes do: else no record would ever say BASELINE", () => {
  const { baseline } = parseData(
    readFileSync(deployed("policy/countries.yaml"), "utf8"),
    "countries.yaml",
    countriesIn,
  );
  const codes = [...baseline].flatMap(([scheme, named]) => [...named].map((code) => ({ scheme, version: "1", code })));
  expect(codes).toEqual([{ scheme: "interpol-baseline", version: "1", code: "BASELINE" }]);
  expect(schemeFaults(schemes, codes, false)).toEqual([]);
});

test("a machine's decision names the version of a list's scheme where one alone is known", async () => {
  await using ntd = await openHandlers();
  ntd.deps.schemes = schemes;
  const said = (scheme: string, code: string) => ({ classification: { scheme, version: "", code } });
  await ntd.target(targetEvent());
  await ntd.match(matchEvent([hit(said("ncmec", "A1"))]));
  const { decision } = (await ntd.told(1)) ?? {};
  expect(decision).toMatchObject({
    decidedBy: "machine",
    classifications: [{ scheme: "ncmec", version: "1", code: "A1" }],
  });
});

test.each([
  ["ncmec", "A1", "LANE_RAISED"],
  ["vics-uk", "1", "LANE_RAISED"],
  ["vics-ca", "1", "LANE_NORMAL"],
  ["vics-custom", "1", "LANE_NORMAL"],
  ["ncmec", "B2", "LANE_NORMAL"],
  ["another", "A1", "LANE_NORMAL"],
])("%s %s waits in %s where its set needs a person", async (scheme, code, lane) => {
  await using ntd = await openHandlers();
  ntd.deps.schemes = schemes;
  await ntd.target(targetEvent());
  await ntd.match(matchEvent([hit({ autoIssue: false, classification: { scheme, version: "", code } })]));
  expect(await ntd.told(1)).toMatchObject({ lane, queueReason: "QUEUE_REASON_SET_NEEDS_PERSON" });
});

test("all schemes are told, with what a decision cannot name and what stands beside", async () => {
  const told = await listSchemes({ schemes })();
  const of = (name: string) => told.schemes.find(({ scheme }) => scheme === name);
  expect(of("vics-uk")).toMatchObject({ isForLists: true, unverified: expect.any(String), isNational: false });
  // By what the United Kingdom's categories say.
  expect(of("vics-uk")?.codes[0]).toMatchObject({ code: "1", urgency: 0 });
  expect(of("national-example")).toMatchObject({ isNational: true, source: "", isForLists: false });
  expect(told.neighbours).toEqual(schemes.neighbours);
});
