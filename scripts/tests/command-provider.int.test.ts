import { plainAnswer, undoubtedNotice, unobservedNotice } from "@ntd/testing";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { openNtdTestBed, type NtdTestBed } from "./bed.ts";

let bed: NtdTestBed;
beforeAll(async () => {
  bed = await openNtdTestBed();
});
beforeEach(() => void bed.arrived.splice(0));
afterAll(() => bed[Symbol.asyncDispose]());

const provider = {
  providerId: "alpha",
  displayName: "Alpha Hosting",
  domains: ["alpha.example", "alpha.test"],
  prefixes: ["192.0.2.0/24"],
  roles: ["PROVIDER_ROLE_HOST", "PROVIDER_ROLE_ACCESS_ISP"],
  identities: ["alpha"],
  wins: [],
  retiredTime: undefined,
};

const change = {
  changeId: "change-1",
  providerId: "alpha",
  edit: {
    displayName: "",
    addDomains: ["new.example"],
    removeDomains: ["alpha.test"],
    addPrefixes: [],
    removePrefixes: [],
    addIdentities: [],
    removeIdentities: [],
    addRoles: ["PROVIDER_ROLE_CDN"],
    removeRoles: [],
  },
  state: "PROVIDER_CHANGE_STATE_PROPOSED",
  persons: 2,
  reason: "contract",
  proposedBy: "operator/anna",
  proposedTime: new Date(0),
  expiresTime: new Date(7000),
  approvedBy: "",
  approvedTime: undefined,
  endedTime: undefined,
  refusedBecause: "",
  before: provider,
  after: { ...provider, domains: ["alpha.example", "new.example"] },
  overlaps: [{ place: "new.example", providerId: "beta", theirPlace: "example", winner: "alpha" }],
  openElsewhere: 3,
  openElsewhereMore: true,
  goes: [{ providerId: "beta", count: 3 }],
  retires: false,
};

test("provider put tells its --identity from the caller's, and says that it waits for a second person", async () => {
  bed.answers.set("putProvider", { provider, change });
  const what = ["--domain", "alpha.example", "--domain", "alpha.test", "--prefix", "192.0.2.0/24"];
  const who = ["--role", "host", "--role", "access-isp", "--identity", "isp/alpha"];
  const { code, out } = await bed.ntd("provider", "put", "alpha", "--name", "Alpha Hosting", ...what, ...who);
  expect([code, out]).toEqual([
    0,
    expect.stringMatching(/^change +change-1\n[^]*\nstate +proposed\ntakes +two persons\n/),
  ]);
  expect(bed.arrived).toMatchObject([{ caller: "operator/anna", request: { provider, over: [], reason: "" } }]);
});

test("provider put of what is there already says so", async () => {
  bed.answers.set("putProvider", { provider });
  const { out } = await bed.ntd("provider", "put", "alpha", "--name", "Alpha Hosting");
  expect(out).toBe("provider  alpha\nchange    none\n");
});

test("provider edit names only what changes, and shows before and after, whom it meets and what would go elsewhere", async () => {
  bed.answers.set("editProvider", { change });
  const what = ["--add-domain", "new.example", "--remove-domain", "alpha.test", "--add-role", "cdn", "--over", "beta"];
  const { out } = await bed.ntd("provider", "edit", "alpha", ...what, "--reason", "contract");
  expect(out).toMatch(/\napprove until +1970\S+\nopen addresses that would be another's +3 or more\n/);
  expect(out).toMatch(/\ndomains +alpha.example, alpha.test +alpha.example, new.example\n/);
  expect(out).toMatch(/\nnew.example +beta +example +alpha\n$/);
  expect((await bed.ntd("provider", "edit", "alpha", "--name", "Alpha")).code).toBe(2);
  bed.answers.set("editProvider", { change: { ...change, changeId: "" } });
  const dry = await bed.ntd("provider", "edit", "alpha", "--name", "Alpha", "--reason", "contract", "--dry-run");
  expect(dry.out).toMatch(/\nstate +dry run: nothing was changed\n/);
  const { addDomains, removeDomains, addRoles } = change.edit;
  const edit = { displayName: "", addDomains, removeDomains, addRoles, addPrefixes: [], removeIdentities: [] };
  expect(bed.arrived).toMatchObject([
    { request: { providerId: "alpha", edit, over: ["beta"], reason: "contract", dryRun: false } },
    { request: { edit: { displayName: "Alpha", addDomains: [] }, dryRun: true } },
  ]);
});

test("provider approve and changes show what became of it", async () => {
  const state = "PROVIDER_CHANGE_STATE_REFUSED";
  const refused = { ...change, state, refusedBecause: "the provider changed after this was proposed" };
  bed.answers.set("approveProviderChange", { change: refused });
  bed.answers.set("listProviderChanges", {
    changes: [{ ...refused, approvedBy: "operator/budi" }],
    nextPageToken: "",
    earlierWrites: [],
  });
  const { out } = await bed.ntd("provider", "approve", "change-1");
  expect(out).toMatch(/\nstate +refused\n[^]*\nrefused because +the provider changed after this was proposed\n/);
  expect((await bed.ntd("provider", "changes", "alpha", "--waiting")).out).toMatch(
    /\nchange-1 +alpha +refused +operator\/anna +1970\S+ +operator\/budi +\+new.example -alpha.test \+cdn +contract\n$/,
  );
  await bed.ntd("provider", "changes");
  expect(bed.arrived).toMatchObject([
    { request: { changeId: "change-1" } },
    { request: { providerId: "alpha", waiting: true } },
    { request: { providerId: "", waiting: false } },
  ]);
});

test("provider reject takes back what waits, and provider history tells everything", async () => {
  const rejected = {
    ...change,
    state: "PROVIDER_CHANGE_STATE_REJECTED",
    rejectedBy: "operator/budi",
    rejectedBecause: "a typo",
    endedTime: new Date(9000),
  };
  bed.answers.set("rejectProviderChange", { change: rejected });
  const { out } = await bed.ntd("provider", "reject", "change-1", "--reason", "a typo");
  expect(out).toMatch(/\nstate +rejected\n[^]*\nrejected by +operator\/budi\nrejected because +a typo\n/);
  const earlierWrites = [{ writtenBy: "operator/anna", writtenTime: new Date(0) }];
  bed.answers.set("listProviderChanges", { changes: [rejected], nextPageToken: "", earlierWrites });
  const history = (await bed.ntd("provider", "history", "alpha")).out;
  expect(history).toMatch(/\n1970-\S+:09\S* +rejected +operator\/anna, rejected by operator\/budi +\+new.example/);
  expect(history).toMatch(/contract; a typo\n1970\S+ +written +operator\/anna +before changes were kept\n$/);
  expect(bed.arrived).toMatchObject([
    { request: { changeId: "change-1", reason: "a typo" } },
    { request: { providerId: "alpha", waiting: false } },
  ]);
});

test("provider retire shows what is open and where it would go", async () => {
  const goes = [
    { providerId: "beta", count: 2 },
    { providerId: "", count: 1 },
  ];
  bed.answers.set("retireProvider", { change: { ...change, changeId: "", retires: true, goes, overlaps: [] } });
  const { out } = await bed.ntd("provider", "retire", "alpha", "--reason", "closed down", "--dry-run");
  expect(out).toMatch(/\nretires +it gets nothing any more\ntakes +two persons\n/);
  expect(out).toMatch(/\nbeta +2\nnobody: before a person +1\n$/);
  expect(bed.arrived).toMatchObject([{ request: { providerId: "alpha", reason: "closed down", dryRun: true } }]);
});

test("provider put and edit name a hotline's countries, and list and the change show them", async () => {
  const hotline = { ...provider, route: "ROUTE_HOTLINE", identities: [], countries: { countries: ["NL", "BE"] } };
  const edited = { ...change.edit, addCountries: { countries: ["LU"] }, removeCountries: { countries: ["BE"] } };
  const after = { ...hotline, countries: { countries: ["NL", "LU"] } };
  const hotlineChange = { ...change, edit: edited, before: hotline, after };
  bed.answers.set("putProvider", { change: hotlineChange });
  bed.answers.set("editProvider", { change: hotlineChange });
  bed.answers.set("listProviders", { providers: [hotline], nextPageToken: "" });
  bed.answers.set("listProviderChanges", { changes: [hotlineChange], nextPageToken: "", earlierWrites: [] });
  const what = ["--route", "hotline", "--country", "NL", "--country", "BE"];
  const { out } = await bed.ntd("provider", "put", "hotline-nl", "--name", "Meldpunt", ...what);
  expect(out).toMatch(/\nroute +hotline +hotline\nhotline of +NL, BE +NL, LU\n/);
  const changes = ["--add-country", "LU", "--remove-country", "BE", "--reason", "agreed"];
  await bed.ntd("provider", "edit", "hotline-nl", ...changes);
  expect((await bed.ntd("provider", "list")).out).toMatch(/ +NL, BE\n$/);
  expect((await bed.ntd("provider", "changes")).out).toContain("+new.example +LU -alpha.test -BE");
  const countries = { addCountries: { countries: ["LU"] }, removeCountries: { countries: ["BE"] } };
  expect(bed.arrived).toMatchObject([
    { request: { provider: { route: "ROUTE_HOTLINE", countries: { countries: ["NL", "BE"] } } } },
    { request: { edit: countries } },
    {},
    {},
  ]);
});

test("provider list prints what attribution goes by", async () => {
  bed.answers.set("listProviders", { providers: [provider], nextPageToken: "" });
  const { out } = await bed.ntd("provider", "list");
  expect(out).toMatch(/\nalpha +Alpha Hosting +alpha.example, alpha.test +192.0.2.0\/24 +host, access-isp +alpha\n$/);
});

test("provider unattributed lists what a person must place, and provider assign places it", async () => {
  const dispatch = {
    dispatchId: "d1",
    caseId: "case-1",
    decidedTime: new Date(0),
    url: "http://x.example",
    resolvedIp: "192.0.2.1",
    countryAbroad: "NL",
    countryWay: "COUNTRY_WAY_POLICE",
    proposed: [],
  };
  bed.answers.set("listUnattributed", { dispatches: [dispatch], nextPageToken: "" });
  bed.answers.set("assignProvider", { noticeId: "notice-1", waitsForSecondPerson: false });
  expect((await bed.ntd("provider", "unattributed")).out).toMatch(
    /\nd1 +case-1 +1970\S+ +http:\/\/x.example +192.0.2.1 +NL \(police\)\n$/,
  );
  expect((await bed.ntd("provider", "assign", "d1", "alpha")).out).toBe("notice  notice-1\n");
  bed.answers.set("assignProvider", { noticeId: "", waitsForSecondPerson: true });
  const block = await bed.ntd("provider", "assign", "d1", "alpha", "--action", "block-network");
  expect(block.out).toMatch(/^waits +for a second person/);
  expect(bed.arrived.slice(1)).toMatchObject([
    { request: { dispatchId: "d1", providerId: "alpha", action: "ACTION_REMOVE" } },
    { request: { action: "ACTION_BLOCK_NETWORK" } },
  ]);
});

test("provider unattributed names what one person has said and a second has not", async () => {
  const said = { providerId: "alpha", action: "ACTION_BLOCK_NETWORK", proposedBy: "operator/budi" };
  const facts = { dispatchId: "d1", caseId: "case-1", decidedTime: new Date(0), url: "", resolvedIp: "" };
  const dispatches = [{ ...facts, proposed: [{ ...said, proposedTime: new Date(0) }] }];
  bed.answers.set("listUnattributed", { dispatches, nextPageToken: "" });
  expect((await bed.ntd("provider", "unattributed")).out).toContain("block-network at alpha (operator/budi)");
});

test("dispatch halt needs a reason, resume needs none", async () => {
  bed.answers.set("haltDispatch", { haltedTime: new Date(0) });
  bed.answers.set("resumeDispatch", { resumedTime: new Date(1000) });
  expect((await bed.ntd("dispatch", "halt")).code).toBe(2);
  expect(bed.arrived).toEqual([]);
  expect((await bed.ntd("dispatch", "halt", "--reason", "drill")).out).toBe("halted  1970-01-01T00:00:00.000Z\n");
  expect((await bed.ntd("dispatch", "resume")).out).toBe("resumed  1970-01-01T00:00:01.000Z\n");
  expect(bed.arrived).toMatchObject([{ request: { reason: "drill" } }, { method: "resumeDispatch" }]);
});

const answer = {
  outcome: "OUTCOME_REMOVED",
  cannotComplyReason: "CANNOT_COMPLY_REASON_UNSPECIFIED",
  receivedTime: new Date(0),
  measureTime: undefined,
  revision: 1,
  reference: "",
  ...plainAnswer,
};
const target = {
  targetId: "target-1",
  episode: 1,
  address: undefined,
  answers: [answer],
  lastSeenTime: undefined,
  goneTime: undefined,
  goneBeforeOffer: false,
  ...unobservedNotice,
};
const notice = {
  noticeId: "notice-1",
  dispatchId: "d1",
  caseId: "case-1",
  decisionId: "decision-1",
  providerId: "alpha",
  environment: "ENVIRONMENT_TEST",
  kind: "NOTICE_KIND_NOTICE",
  action: "ACTION_REMOVE",
  revision: 1,
  state: "NOTICE_STATE_ANSWERED",
  targets: [target],
  issuedTime: new Date(0),
  offeredTime: undefined,
  acknowledgedTime: undefined,
  answeredTime: undefined,
  verifiedGoneTime: undefined,
  closedTime: undefined,
  complyWithin: undefined,
  rejections: [],
  undeliverableReason: "",
  undeliverableTime: undefined,
  ...undoubtedNotice,
};

test("notice list asks for one state or for all", async () => {
  bed.answers.set("listNotices", { notices: [notice], nextPageToken: "" });
  expect((await bed.ntd("notice", "list")).out).toMatch(/\nnotice-1 +alpha +answered +remove +1970\S+ +removed\n$/);
  await bed.ntd("notice", "list", "--state", "issued", "--case", "case-1");
  expect(bed.arrived).toMatchObject([
    { request: { state: "NOTICE_STATE_UNSPECIFIED", caseId: "" } },
    { request: { state: "NOTICE_STATE_ISSUED", caseId: "case-1" } },
  ]);
});

test("notice show prints what was claimed and what was seen, with --json the signed bytes as hex", async () => {
  const signed = {
    noticeId: "notice-1",
    revision: 1,
    payload: Uint8Array.of(1, 171),
    signature: "e..s",
    traceparent: "",
  };
  bed.answers.set("getNotice", { notice, signed });
  expect((await bed.ntd("notice", "show", "notice-1")).out).toMatch(/environment +test\n[^]*\ntarget-1 +removed\n$/);
  const { signed: shown } = JSON.parse((await bed.ntd("notice", "show", "notice-1", "--json")).out);
  expect(shown).toMatchObject({ payload: "01ab", signature: "e..s" });
});

test("what eyes say of a notice's target is shown, and that it waits for a sighting", async () => {
  const look = {
    eye: "declared",
    observation: "OBSERVATION_ABSENT",
    reason: "PROBE_REASON_HTTP_NOT_FOUND",
    time: new Date(0),
    evidenceId: "evidence-1",
  };
  const told = { ...target, targetState: "TARGET_STATE_PRESENT", cloaked: [look], restrictedHere: true };
  const waiting = { ...notice, state: "NOTICE_STATE_ISSUED", lookAskedTime: new Date(1000), targets: [told] };
  bed.answers.set("getNotice", { notice: waiting });
  bed.answers.set("listNotices", { notices: [waiting], nextPageToken: "" });
  const { out } = await bed.ntd("notice", "show", "notice-1");
  expect(out).toMatch(/\nstate +issued, waits for a sighting\n[^]*\nlook asked +1970-01-01T00:00:01.000Z\n/);
  expect(out).toMatch(
    /\naddress is +present\ncloaked from +declared \(absent, http-not-found\)\nrestricted here +gone for/,
  );
  expect(out).toMatch(/\ndeclared +absent +http-not-found +1970\S+ +evidence-1\n$/);
  expect((await bed.ntd("notice", "list")).out).toMatch(/\nnotice-1 +alpha +issued, waits for a sighting +remove /);
});

test("what a provider rejected is shown with its reason, and an operator accepts that or has it offered again", async () => {
  const rejection = {
    revision: 1,
    reason: "REJECTION_REASON_NOT_OURS",
    detail: "another_addressee",
    receivedTime: new Date(0),
    resolution: "REJECTION_RESOLUTION_UNSPECIFIED",
    resolvedTime: undefined,
  };
  bed.answers.set("getNotice", { notice: { ...notice, rejections: [rejection] } });
  bed.answers.set("resolveRejection", { state: "NOTICE_STATE_WITHDRAWN" });
  expect((await bed.ntd("notice", "show", "notice-1")).out).toMatch(/\n1970\S+ +not-ours +another_addressee\n$/);
  const accepted = await bed.ntd("notice", "accept-rejection", "notice-1", "--reason", "not theirs");
  expect(accepted.out).toBe("notice  notice-1\nstate   withdrawn\n");
  await bed.ntd("notice", "offer-again", "notice-1", "--reason", "mended");
  expect(bed.arrived.slice(1)).toMatchObject([
    { request: { noticeId: "notice-1", resolution: "REJECTION_RESOLUTION_ACCEPTED", reason: "not theirs" } },
    { request: { resolution: "REJECTION_RESOLUTION_OFFERED_AGAIN" } },
  ]);
});
