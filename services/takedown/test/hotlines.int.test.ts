import { randomUUID } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Provider } from "@ntd/proto/takedown/v1/provider_service";
import { editWith, eventually, providerWith } from "@ntd/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestTakedown, type TestTakedown } from "./bed.ts";

let takedown: TestTakedown;
let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "ntd-countries-"));
  const file = join(dir, "countries.yaml");
  await writeFile(file, "countries:\n  DE: police\n");
  takedown = await startTestTakedown({ HOME_COUNTRY: "MY", COUNTRIES_FILE: file });
  await takedown.provider("alpha", { domains: ["alpha.example"] });
  await takedown.provider("hotline-nl", hotline("NL"));
});
afterAll(async () => {
  await takedown[Symbol.asyncDispose]();
  await rm(dir, { recursive: true });
});

function hotline(...countries: string[]): Partial<Provider> {
  return { identities: [], route: "ROUTE_HOTLINE", countries: { countries } };
}

const put = (providerId: string, change: Parameters<typeof takedown.provider>[1]) =>
  takedown.operator.putProvider({
    requestId: randomUUID(),
    provider: providerWith({ providerId, ...change }),
    over: [],
    reason: "",
  });
const edit = (providerId: string, change: Parameters<typeof editWith>[0]) => {
  const request = { requestId: randomUUID(), providerId, edit: editWith(change), over: [], reason: "test" };
  return takedown.operator.editProvider({ ...request, dryRun: false });
};

test("what is hosted abroad goes to the hotline of that country, unless somebody is found by name", async () => {
  const nl = { hostingCountry: "NL" };
  expect((await takedown.notice((await takedown.decide("other.example", nl)).caseId)).providerId).toBe("hotline-nl");
  expect((await takedown.notice((await takedown.decide("x.alpha.example", nl)).caseId)).providerId).toBe("alpha");
});

test("what is hosted here, or in a country of no hotline, waits for a person", async () => {
  const ways = { MY: undefined, DE: "COUNTRY_WAY_POLICE", FR: "COUNTRY_WAY_DIRECT", "": undefined };
  for (const [country, way] of Object.entries(ways)) {
    const hostingCountry = country || undefined;
    const { caseId } = await takedown.decide("other.example", { hostingCountry });
    const waiting = await eventually("unattributed", async () => {
      const { dispatches } = await takedown.operator.listUnattributed({ pageSize: 100, pageToken: "" });
      return dispatches.find((dispatch) => dispatch.caseId === caseId);
    });
    expect(waiting.countryAbroad).toBe(hostingCountry === "MY" ? undefined : hostingCountry);
    expect(waiting.countryWay).toBe(way);
  }
});

test("a hotline has no client, no other's country and not ours, and nobody else has countries", async () => {
  const fields = async (change: Parameters<typeof takedown.provider>[1]) =>
    put("hotline-x", change).then(
      () => [],
      (error: { fields: { field: string }[] }) => error.fields.map((f) => f.field),
    );
  expect(await fields({ ...hotline("SE"), identities: ["se"] })).toEqual(["provider.identities"]);
  expect(await fields(hotline("NL"))).toEqual(["edit.add_countries[0]"]);
  expect(await fields(hotline("MY"))).toEqual(["provider.countries[0]"]);
  expect(await fields(hotline("se"))).toEqual(["provider.countries[0]"]);
  expect(await fields({ countries: { countries: ["SE"] } })).toEqual(["provider.countries"]);
  await expect(edit("alpha", { addCountries: { countries: ["SE"] } })).rejects.toMatchObject({
    fields: [{ field: "provider.countries" }],
  });
  await expect(edit("hotline-nl", { addIdentities: ["nl"] })).rejects.toMatchObject({
    fields: [{ field: "provider.identities" }],
  });
});

test("a country is gained and given up by two persons", async () => {
  await takedown.provider("hotline-dk", hotline("DK"));
  await takedown.edit("hotline-dk", { addCountries: { countries: ["NO"] } });
  const at = async (hostingCountry: string) => takedown.decide("other.example", { hostingCountry });
  expect((await takedown.notice((await at("NO")).caseId)).providerId).toBe("hotline-dk");
  const { change } = await edit("hotline-dk", { removeCountries: { countries: ["NO"] } });
  expect(change).toMatchObject({ persons: 2, state: "PROVIDER_CHANGE_STATE_PROPOSED", after: hotline("DK") });
  // Whose it was gets it until the second word, and another may have it after.
  await expect(put("hotline-no", hotline("NO"))).rejects.toMatchObject({ reason: "FIELD_INVALID" });
  await takedown.another.approveProviderChange({ requestId: randomUUID(), changeId: change?.changeId ?? "" });
  await takedown.provider("hotline-no", hotline("NO"));
  expect((await takedown.notice((await at("NO")).caseId)).providerId).toBe("hotline-no");
});

test("a hotline is asked to remove, and for nothing else", async () => {
  const { caseId } = await takedown.decide("assigned.example");
  const { dispatchId } = await eventually("unattributed", async () => {
    const { dispatches } = await takedown.operator.listUnattributed({ pageSize: 100, pageToken: "" });
    return dispatches.find((dispatch) => dispatch.caseId === caseId);
  });
  const assign = (action: "ACTION_REMOVE" | "ACTION_BLOCK_NETWORK") =>
    takedown.operator.assignProvider({ requestId: randomUUID(), dispatchId, providerId: "hotline-nl", action });
  await expect(assign("ACTION_BLOCK_NETWORK")).rejects.toMatchObject({ fields: [{ field: "action" }] });
  expect((await assign("ACTION_REMOVE")).noticeId).not.toBe("");
});
