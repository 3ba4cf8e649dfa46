import { randomUUID } from "node:crypto";
import { NoticePayload } from "@ntd/proto/takedown/v1/notice";
import { sealAddress, sealer } from "@ntd/service";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { onCase } from "../src/dispatches/on-case.ts";
import { envelopeOf } from "../src/notices/payload.ts";
import { assignProvider } from "../src/providers/rpc-assign-provider.ts";
import { listUnattributed } from "../src/providers/rpc-list-unattributed.ts";
import { calledBy } from "./called-by.ts";
import { addProvider, decidedCase, openTestDeps } from "./deps.ts";
import { aDecision, at } from "./examples.ts";

const olga = calledBy("operator/olga");
const embeddedUrl = "https://files.beta.example/1.png";
const laterUrl = "https://files.beta.example/2.png";
let deps: Awaited<ReturnType<typeof openTestDeps>>;
beforeEach(async () => {
  deps = await openTestDeps();
  await addProvider(deps, "alpha", "alpha.example");
});
afterEach(() => deps[Symbol.asyncDispose]());

/** A page is decided illegal for a picture that it embeds from another host. */
function decidedPage(url: string, sealers = [deps.sealer]) {
  const named = { original: embeddedUrl, fetch: embeddedUrl, key: embeddedUrl };
  const items = sealers.map((by, nth) => ({ targetId: `item-${nth}`, address: sealAddress(by, named, at(0)) }));
  const embedded = { items };
  return decidedCase(deps, url, 1, { decision: { ...aDecision("decision-1"), embedded } });
}

async function sent() {
  const [found] = await deps.notices.find({ limit: 1 });
  if (found === undefined) throw new Error("no notice");
  return { notice: found.state, payload: NoticePayload.decode(envelopeOf(deps.sealer, found.state).payload) };
}

test("who hosts a page is asked to remove what it embeds, by its address, and not the page", async () => {
  await onCase(deps)(decidedPage("https://alpha.example/thread/7"));
  const { notice, payload } = await sent();
  expect(notice).toMatchObject({ providerId: "alpha", action: "ACTION_REMOVE_EMBEDDED" });
  expect(payload).toMatchObject({
    requestedAction: "ACTION_REMOVE_EMBEDDED",
    targets: [{ url: "https://alpha.example/thread/7", embedded: { urls: [embeddedUrl] } }],
  });
});

test("of what is found on the page later its host hears too, by a notice of its own", async () => {
  const url = "https://alpha.example/thread/7";
  await onCase(deps)(decidedPage(url));
  const named = { original: laterUrl, fetch: laterUrl, key: laterUrl };
  const embedded = { items: [{ targetId: "item-9", address: sealAddress(deps.sealer, named, at(0)) }] };
  const later = decidedCase(deps, url, 2, { decision: { ...aDecision("decision-2"), embedded } });
  for (let time = 0; time < 2; time++) await onCase(deps)(later);
  const asked = (await deps.notices.find({ limit: 9 })).map(({ state }) => {
    const { targets } = NoticePayload.decode(envelopeOf(deps.sealer, state).payload);
    return [state.decisionId, targets[0]?.embedded?.urls] as const;
  });
  expect(new Map(asked)).toEqual(
    new Map([
      ["decision-1", [embeddedUrl]],
      ["decision-2", [laterUrl]],
    ]),
  );
  expect(asked).toHaveLength(2);
});

test("a person who finds its provider asks for the same, and can ask for no more", async () => {
  await onCase(deps)(decidedPage("https://nobody.example/thread/7"));
  const [{ dispatchId } = { dispatchId: "" }] = (await listUnattributed(deps)({ pageSize: 10, pageToken: "" }, olga))
    .dispatches;
  const request = { dispatchId, providerId: "alpha" };
  for (const action of ["ACTION_DISABLE_ACCESS", "ACTION_BLOCK_NETWORK"] as const) {
    await expect(assignProvider(deps)({ requestId: randomUUID(), ...request, action }, olga)).rejects.toMatchObject({
      reason: "FIELD_INVALID",
      fields: [{ field: "action" }],
    });
  }
  await assignProvider(deps)({ requestId: randomUUID(), ...request, action: "ACTION_REMOVE" }, olga);
  expect((await sent()).notice.action).toBe("ACTION_REMOVE_EMBEDDED");
});

describe("of what a page embeds, what is erased", () => {
  const erased = sealer(new Map([["2019-01", new Uint8Array(32).fill(9)]]));

  test("is left out, and the notice is about the rest", async () => {
    await onCase(deps)(decidedPage("https://alpha.example/thread/7", [erased, deps.sealer]));
    expect((await sent()).payload.targets[0]?.embedded?.urls).toEqual([embeddedUrl]);
  });

  test("leaves nothing to ask for where it is all: a person sees that", async () => {
    await onCase(deps)(decidedPage("https://alpha.example/thread/7", [erased]));
    expect((await deps.notices.count({})).count).toBe(0);
    const { dispatches } = await listUnattributed(deps)({ pageSize: 10, pageToken: "" }, olga);
    const [{ dispatchId } = { dispatchId: "" }] = dispatches;
    const request = { requestId: randomUUID(), dispatchId, providerId: "alpha", action: "ACTION_REMOVE" as const };
    await expect(assignProvider(deps)(request, olga)).rejects.toMatchObject({ reason: "WRONG_STATE" });
  });
});
