import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { freePort } from "@ntd/embedded";
import { connect, identityKinds, problemOf, type IdentityKind } from "@ntd/rpc";
import { afterAll, beforeAll, expect, test } from "vitest";

import { startConnectors, startFeeds, starts, type ServiceName } from "../stories/services.ts";
import { startStage, type Stage } from "../stories/stage.ts";
import { hearLog } from "./heard.ts";

type Definition = Parameters<typeof connect>[0];
type Method = Definition[string];

/** A row of the page that a review reads. */
interface Row {
  service: string;
  path: string;
  kinds: string[];
  persons: string[];
}

const root = join(import.meta.dirname, "../..");
const rows = readFileSync(join(root, "proto/ACCESS.md"), "utf8")
  .split("\n")
  .filter((line) => line.startsWith("| ") && !line.startsWith("| served by"))
  .map((line): Row => {
    const [, service = "", name = "", method = "", kinds = "", persons = ""] = line
      .split("|")
      .map((cell) => cell.trim());
    const list = (text: string) => text.split(", ").filter((one) => one !== "");
    return {
      service,
      path: `/ntd.${name}/${method}`,
      kinds: list(kinds),
      persons: list(persons),
    };
  });
/** Of what services have beside their own: those without a store, say, have no copies of it. */
const EVERY = "every service";
const NOT_SERVED = "PEER_UNAVAILABLE";
const services = [...(Object.keys(starts) as ServiceName[]), "browser" as const, "exchange" as const, "feed" as const];
/** Whom nothing else is called like. */
const PERSON = "zoe-quill";
const callers: { kind: IdentityKind; name: string }[] = [
  ...identityKinds
    .filter((kind) => kind !== "service")
    .map((kind) => ({ kind, name: kind === "isp" ? "hosting" : PERSON })),
  ...[...services, "nats"].map((name) => ({ kind: "service" as const, name })),
];

let stage: Stage;
let [exchangeAddress, feedAddress] = ["", ""];
const parts = new AsyncDisposableStack();
const heard = hearLog();
beforeAll(async () => {
  // What only supervisors may do is refused by the handler; this one is a supervisor.
  stage = parts.use(
    await startStage({
      environment: async () => ({ NTD_LOG_LEVEL: "debug" }),
      settings: { casework: { SUPERVISORS: PERSON } },
      browser: true,
    }),
  );
  const port = await freePort();
  const from = { connectorsFile: "", hashlistsAddress: stage.address("hashlists") };
  parts.use(await startConnectors(stage.bed, `127.0.0.1:${port}`, from, stage.clock));
  exchangeAddress = `localhost:${port}`;
  feedAddress = parts.use(await startFeeds(stage.bed, "127.0.0.1:0", stage.address("hashlists"))).address;
}, 120_000);
afterAll(() => parts.disposeAsync());

test("every method admits whom the page names, and nobody else", async () => {
  const methods = await allMethods();
  expect(rows.length).toBeGreaterThan(100);
  const wrong: string[] = [];
  const answered = new Set<string>();
  let refused = 0;
  for (const { kind, name } of callers) {
    for (const service of services) {
      const own = rows.filter((row) => row.service === service || row.service === EVERY);
      const definition = Object.fromEntries(own.map(({ path }) => [path, withoutContent(methods.get(path))]));
      await using client = connect(definition, {
        address: addressOf(service),
        identityDir: await stage.bed.identity(kind, name),
      });
      for (const { service: by, path, kinds, persons } of own) {
        const reason = await asked((client as unknown as Record<string, Ask>)[path] as Ask, definition[path] as Method);
        if (by === EVERY && reason === NOT_SERVED) continue;
        answered.add(path);
        const isDue = kinds.includes(kind) || persons.includes(`${kind}/${name}`);
        if (isDue === (reason === "NOT_ALLOWED")) wrong.push(`${kind}/${name} ${service}${path}: ${reason}`);
        if (reason === "NOT_ALLOWED") refused++;
      }
    }
  }
  expect(wrong).toEqual([]);
  expect(rows.filter(({ path }) => !answered.has(path))).toEqual([]);
  expect(refused).toBeGreaterThan(rows.length * 10);
}, 240_000);

function addressOf(service: (typeof services)[number]): string {
  if (service === "exchange") return exchangeAddress;
  return service === "feed" ? feedAddress : stage.address(service);
}

test("no line of the log names who called, and each refusal has one", async () => {
  const lines = heard.lines();
  expect(lines.filter((line) => line.includes(PERSON))).toEqual([]);
  const refusals = lines.filter((line) => line.includes('"a call was refused"'));
  for (const kind of identityKinds) {
    const isNamed = kind === "service" || kind === "isp";
    expect([kind, refusals.some((line) => line.includes(isNamed ? `/${kind}/` : `"${kind}#`))]).toEqual([kind, true]);
  }
});

test("the page names every method that the contracts have", async () => {
  const named = new Set(rows.map(({ path }) => path));
  expect([...(await allMethods()).keys()].filter((path) => !named.has(path))).toEqual([]);
});

type Ask = (request: unknown, options: { signal: AbortSignal }) => Promise<unknown> | AsyncIterable<unknown>;

/** Why it was refused; "" when it was not. A stream that waits has admitted its caller. */
async function asked(ask: Ask, { requestStream, responseStream }: Method): Promise<string> {
  const patience = AbortSignal.timeout(1000);
  try {
    const answer = ask(requestStream ? nothing() : {}, { signal: patience });
    if (responseStream) for await (const _ of answer as AsyncIterable<unknown>) return "";
    else await answer;
    return "";
  } catch (error) {
    return patience.aborted ? "" : problemOf(error).reason;
  }
}

async function* nothing(): AsyncIterable<unknown> {
  yield {};
}

/** Of every contract, by path. */
async function allMethods(): Promise<Map<string, Method>> {
  const files = globSync("proto/gen/ntd/*/v1/*_service.ts", { cwd: root });
  const modules = await Promise.all(files.map((file) => import(pathToFileURL(join(root, file)).href)));
  const definitions = modules.flatMap((module) =>
    Object.entries(module as Record<string, Definition>).flatMap(([name, value]) =>
      name.endsWith("ServiceService") ? [value] : [],
    ),
  );
  return new Map(definitions.flatMap((definition) => Object.values(definition).map((method) => [method.path, method])));
}

/** Every message is an empty one: who may call is decided without it. */
function withoutContent(method: Method | undefined): Method {
  if (method === undefined) throw new Error("the page names a method that no contract has");
  const empty = () => Buffer.alloc(0);
  return {
    ...method,
    requestSerialize: empty,
    requestDeserialize: empty,
    responseSerialize: empty,
    responseDeserialize: empty,
  };
}
