import { randomUUID } from "node:crypto";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { nouns } from "@ntd/bus";
import { freePort } from "@ntd/embedded";
import { Case as CaseState, Decision } from "@ntd/proto/casework/v1/case";
import { FeedSourceServiceService } from "@ntd/proto/hashlists/v1/feed_source_service";
import { HashListServiceService } from "@ntd/proto/hashlists/v1/hash_list_service";
import { ProposalServiceService } from "@ntd/proto/hashlists/v1/proposal_service";
import { HashSetViewServiceService } from "@ntd/proto/hashlists/v1/set_view_service";
import { connect, identityKinds, problemOf, type IdentityKind } from "@ntd/rpc";
import { systemClock } from "@ntd/service";
import { eventually, setMembers, startTestBed, type TestBed } from "@ntd/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { clientsOf } from "./clients.ts";
import { CASES, type Case } from "./outsider-cases.ts";
import { insideSet, page, policyOf, type InsideSet } from "./outsider-set.ts";
import { starts } from "./services.ts";
import type { Stage } from "./stage.ts";

// Every method of every service of hashlists, asked by everybody who is outside a set, with a request that is answered to
// who is inside.

type Definition = Parameters<typeof connect>[0];

const root = join(import.meta.dirname, "../..");
/** Others' maintainers, who do all in sets of their own: owner, curator of innocent files, reader. */
const MAINTAINERS = ["otto", "cora", "rolf"];
const OUTSIDERS: readonly { kind: IdentityKind; name: string }[] = [
  ...MAINTAINERS.map((name) => ({ kind: "maintainer" as const, name })),
  ...identityKinds
    .filter((kind) => kind !== "maintainer")
    .map((kind) => ({ kind, name: kind === "service" ? "prober" : "olga" })),
];
/** Who may ask what, one line for each method. */
const access = readFileSync(join(root, "proto/ACCESS.md"), "utf8")
  .split("\n")
  .map((line) => line.split("|").map((cell) => cell.trim()))
  .map(([, of = "", service = "", method = "", kinds = ""]) => ({ of, service, method, kinds: kinds.split(", ") }));
/** Those that operators may ask, who run all of it. */
const LOOKS = new Set(
  access
    .filter(({ of, kinds }) => of === "hashlists" && kinds.includes("operator"))
    .map(({ service, method }) => `/ntd.${service}/${method}`),
);
const methods = CASES.flatMap(({ definition, cases }) =>
  Object.entries(definition).map(([name, method]) => ({ name, method, path: method.path, of: cases[name] })),
);

let bed: TestBed;
let client: Stage["client"];
let address: string;
let proposalId: string;
const held = new AsyncDisposableStack();
const callers = new Map<string, Promise<Record<string, Ask>>>();
beforeAll(async () => {
  bed = held.use(await startTestBed());
  const port = await freePort();
  held.use(await starts.hashlists(await bed.environment("hashlists", { LISTEN: `127.0.0.1:${port}` }), systemClock));
  address = `localhost:${port}`;
  client = clientsOf(held, bed, () => address);
  await othersSets();
  proposalId = await aProposal();
});
afterAll(() => held.disposeAsync());

async function othersSets(): Promise<void> {
  const lists = (name: string) => client(HashListServiceService, "hashlists", "maintainer", name);
  const reader = { person: "maintainer/rolf", organisation: "charity", roles: ["SET_MEMBER_ROLE_READER" as const] };
  for (const [name, role] of [
    ["otto", "SET_ROLE_POSITIVE"],
    ["cora", "SET_ROLE_NEGATIVE"],
  ] as const) {
    const members = [...setMembers(name, "oda"), reader];
    await (
      await lists(name)
    ).createSet({ requestId: randomUUID(), setId: `of-${name}`, policy: policyOf(role), members });
  }
  const recipients = [{ partner: "partner/olga", organisation: "partner", algorithms: [] }];
  const wanted = { recipients: { recipients }, reason: "a story" };
  const { change } = await (
    await lists("otto")
  ).proposeSetChange({ requestId: randomUUID(), setId: "of-otto", ...wanted });
  await (
    await lists("oda")
  ).approveSetChange({ requestId: randomUUID(), setId: "of-otto", changeId: change?.changeId ?? "" });
}

async function aProposal(): Promise<string> {
  const none = new Uint8Array();
  const file = { algorithm: "ALGORITHM_SHA256" as const, value: Buffer.alloc(32, "a file"), quality: 0 };
  const seen = { persons: ["assessor/ann"], fingerprints: [file] };
  const said = { decisionId: randomUUID(), verdict: "VERDICT_ILLEGAL" as const, decidedBy: "assessor/ann", seen };
  const about = { caseId: randomUUID(), state: "CASE_STATE_DECIDED" as const };
  const decided = { ...CaseState.decode(none), ...about, decision: { ...Decision.decode(none), ...said } };
  await bed.publish(nouns.case, "decided", about.caseId, 2, decided);
  const ann = await client(ProposalServiceService, "hashlists", "assessor", "ann");
  return await eventually("it is proposed", async () => (await ann.listProposals(page)).proposals[0]?.proposalId);
}

type Ask = (request: unknown) => Promise<unknown> | AsyncIterable<unknown>;

/** All methods over one connection: nobody has many. */
function callerOf(kind: IdentityKind, name: string): Promise<Record<string, Ask>> {
  const known = callers.get(`${kind}/${name}`);
  if (known !== undefined) return known;
  const all: Definition = Object.fromEntries(methods.map(({ path, method }) => [path, method]));
  const made = bed
    .identity(kind, name)
    .then((identityDir) => held.use(connect(all, { address, identityDir })) as unknown as Record<string, Ask>);
  callers.set(`${kind}/${name}`, made);
  return made;
}

/** How it ends: why it is refused, "" where it is answered, and all that was said. */
async function asked(ask: Ask | undefined, request: unknown): Promise<{ reason: string; said: string }> {
  if (ask === undefined) throw new Error("there is no such method");
  try {
    const answer = ask(request);
    return { reason: "", said: textOf(Symbol.asyncIterator in answer ? await Array.fromAsync(answer) : await answer) };
  } catch (error) {
    const { reason, message } = problemOf(error);
    return { reason, said: message };
  }
}

function textOf(value: unknown): string {
  return JSON.stringify(value, (_, one: unknown) => {
    if (typeof one === "bigint") return String(one);
    return one instanceof Uint8Array ? Buffer.from(one).toString("hex") : one;
  });
}

/** All that operators see of a set. */
async function seen({ setId }: InsideSet): Promise<string> {
  const lists = await client(HashListServiceService, "hashlists", "operator", "admin");
  const views = await client(HashSetViewServiceService, "hashlists", "operator", "admin");
  const all = [views.getSet({ setId }), views.listHistory({ setId, ...page }), lists.listReleases({ setId, ...page })];
  const more = [lists.listRevocations({ setId, ...page }), lists.listSetChanges({ setId })];
  return textOf(await Promise.all([...all, ...more]));
}

/** Whether it was refused as to somebody outside; a maintainer does not even hear that there is something. */
function isRefused(kind: IdentityKind, { by, gets = "", saysNothing }: Case, reason: string): boolean {
  if (kind === "maintainer" && by.startsWith("maintainer/")) {
    if (saysNothing === true) return reason === "";
    return reason === "NOT_FOUND" || (reason !== "" && reason === gets);
  }
  return reason === "NOT_ALLOWED";
}

// exchange asks hashlists who is a member.
test("no other service answers maintainers, but for what is said to the exchange that a set of theirs follows", () => {
  const others = access.filter(({ of, kinds }) => of !== "hashlists" && kinds.includes("maintainer"));
  expect(others.map(({ of, service }) => [of, service])).toEqual(
    Array(3).fill(["exchange", "exchange.v1.FeedbackService"]),
  );
});

describe("refused to everybody outside, without a trace, and answered to who is inside:", () => {
  test.each(methods.map((one) => [one.path, one] as const))("%s", async (path, { of }) => {
    if (of === undefined) throw new Error("it has no case");
    const inside = await insideSet({ client }, of.role);
    const first = await of.request(inside, proposalId);
    // A stream is read once.
    const request = () =>
      typeof first === "object" && first !== null && Symbol.asyncIterator in first
        ? of.request(inside, proposalId)
        : first;
    const before = await seen(inside);
    const [byKind = "", byName = ""] = of.by.split("/");
    const outside = OUTSIDERS.filter(
      ({ kind }) => !(kind === "assessor" && byKind === "assessor") && !(kind === "operator" && LOOKS.has(path)),
    );
    for (const { kind, name } of outside) {
      const { reason, said } = await asked((await callerOf(kind, name))[path], request());
      expect([`${kind}/${name}`, isRefused(kind, of, reason), reason]).toEqual([`${kind}/${name}`, true, reason]);
      if (reason === "") expect(inside.secrets.filter((secret) => said.includes(secret))).toEqual([]);
    }
    expect(await seen(inside)).toBe(before);
    const insider = await callerOf(identityKinds.find((kind) => kind === byKind) ?? "maintainer", byName);
    expect((await asked(insider[path], request())).reason).toBe(of.gets ?? "");
  });
});

test("there is no service of hashlists without its cases", async () => {
  const files = globSync("proto/gen/ntd/hashlists/v1/*.ts", { cwd: root });
  const modules = await Promise.all(files.map((file) => import(pathToFileURL(join(root, file)).href)));
  const definitions = modules.flatMap((module) =>
    Object.entries(module as Record<string, Definition>).flatMap(([name, value]) =>
      name.endsWith("ServiceService") ? [value] : [],
    ),
  );
  const paths = definitions.flatMap((definition) => Object.values(definition).map((method) => method.path));
  expect(paths.length).toBeGreaterThan(40);
  expect(methods.map(({ path }) => path).toSorted()).toEqual(paths.toSorted());
});

test("nor does the feed pass a set on to a partner of another one", async () => {
  const inside = await insideSet({ client });
  await inside.shared("partner/theirs");
  const feed = await client(FeedSourceServiceService, "hashlists", "service", "feed");
  const ask = (setId: string, partner: string) => feed.readSource({ setId, partner, checkpoint: "", pageSize: 100 });
  expect((await ask(inside.setId, "partner/theirs")).entryCount).toBe(20n);
  const refused = await asked(() => ask(inside.setId, "partner/olga"), undefined);
  expect(refused.reason).toBe("NOT_FOUND");
  // As of a set that is not there.
  expect(refused).toEqual(await asked(() => ask("no-such-set", "partner/olga"), undefined));
});
