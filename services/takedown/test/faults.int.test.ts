import { join } from "node:path";
import { DisclosureServiceService } from "@ntd/proto/takedown/v1/disclosure_service";
import { HoldingServiceService } from "@ntd/proto/takedown/v1/holding_service";
import { NoticeServiceService } from "@ntd/proto/takedown/v1/notice_service";
import { ProviderServiceService } from "@ntd/proto/takedown/v1/provider_service";
import { handlersIn, refusedFields, type FaultyCall } from "@ntd/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { addProvider, openTestDeps } from "./deps.ts";
import { aDispatch, aNotice, anOutcomeToSend, at } from "./examples.ts";

const definitions = [DisclosureServiceService, HoldingServiceService, NoticeServiceService, ProviderServiceService];
const made = await handlersIn(join(import.meta.dirname, "../src"));
const { noticeId } = aNotice();
const { dispatchId } = aDispatch();
let deps: Awaited<ReturnType<typeof openTestDeps>>;

beforeAll(async () => {
  deps = await openTestDeps();
  await addProvider(deps, "alpha", "alpha.example");
  await deps.notices.insert(noticeId, aNotice({ providerId: "alpha", offeredTime: at(0) }));
  await deps.dispatches.insert(dispatchId, aDispatch());
});
afterAll(() => deps[Symbol.asyncDispose]());

const by = "operator/olga";
const isp = "isp/alpha";
const badPage = { pageSize: -1, pageToken: "none" };
const page = ["page_size", "page_token"];
const outcomes = [
  anOutcomeToSend({ targetId: "another", outcome: "OUTCOME_UNSPECIFIED", reference: "https://ticket.example/1" }),
];
const provider = {
  providerId: "A",
  displayName: "",
  domains: ["a.example", "x"],
  prefixes: [],
  roles: [],
  identities: [],
  wins: [],
};

const calls: Record<string, FaultyCall> = {
  assignProvider: {
    by,
    set: { dispatchId, providerId: "nobody" },
    refused: ["request_id", "action", "provider_id"],
  },
  editProvider: { by, refused: ["request_id", "edit", "reason"] },
  haltDispatch: { by, refused: ["request_id", "reason"] },
  listNotices: { by: isp, set: { caseId: "case-1", ...badPage }, refused: ["case_id", ...page] },
  listProviderChanges: { by, set: badPage, refused: page },
  listProviders: { by, set: badPage, refused: page },
  listUnattributed: { by, set: badPage, refused: page },
  putProvider: {
    by,
    set: { provider },
    refused: ["request_id", "provider.provider_id", "provider.display_name", "provider.domains[1]"],
  },
  rejectNotice: {
    by: isp,
    set: { noticeId, revision: 9, detail: "no word" },
    refused: ["request_id", "revision", "reason", "detail"],
  },
  rejectProviderChange: { by, refused: ["request_id", "reason"] },
  reportOutcome: {
    by: isp,
    set: { noticeId, revision: 9, outcomes },
    refused: ["request_id", "revision", ...["target_id", "outcome", "reference"].map((name) => `outcomes[0].${name}`)],
  },
  resolveRejection: { by, set: { noticeId }, refused: ["request_id", "resolution", "reason"] },
  retireProvider: { by, refused: ["request_id", "reason"] },
  tellHolds: { by: "service/casework", refused: ["case_id", "holds"] },
};

/** They read one field that can be wrong, or none; `WatchNotices` is a stream. */
const ofOneField = new Set(
  "countNotices acknowledgeNotice approveProviderChange getNotice listSigningKeys resumeDispatch wasNoticed watchNotices".split(
    " ",
  ),
);

test.each([...made.keys()].filter((method) => !ofOneField.has(method)))(
  "all that is wrong with a request leaves in one answer: %s",
  async (method) => {
    const faulty = calls[method];
    const handler = made.get(method);
    if (faulty === undefined || handler === undefined) throw new Error(`say what is wrong with a call of ${method}`);
    expect(await refusedFields(method, handler(deps), definitions, faulty)).toEqual(faulty.refused);
  },
);
