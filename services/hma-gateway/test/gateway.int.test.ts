import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { request, type IncomingMessage } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createAuthority, issueIdentity } from "@ntd/embedded";
import { CheckServiceService, type CheckHashesRequest, type HashAnswer } from "@ntd/proto/matching/v1/check_service";
import { callerOf, service, startRpcServer, type CallContext } from "@ntd/rpc";
import { createLog, Health, Problem } from "@ntd/service";
import { eventually } from "@ntd/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { readHmaGatewayConfig } from "../src/config.ts";
import { start } from "../src/service.ts";

const PDQ = "f8f8f0cee0f4a84f06370a22038f63f0b36e2ed596621e1d33e6b39c4e9c9b22";
const NONE = "5".repeat(64);
const MD5 = "cab08b36195edb1a1231d2d09fa450e0";

const stack = new AsyncDisposableStack();
const log = createLog("matching", "silent");
const health = new Health(log);
const arrived: CheckHashesRequest[] = [];
const callers = new Set<string>();
let failure: Problem | undefined;
/** No call is answered before this resolves. */
let hold = Promise.resolve();
let base: string;
let dir: string;
let serverAddress: string;

const unknown: HashAnswer = {
  verdict: "HASH_VERDICT_NOT_KNOWN",
  reason: "NOT_JUDGED_REASON_UNSPECIFIED",
  nominatesOnly: false,
  matches: [],
};
const known: HashAnswer = { ...unknown, verdict: "HASH_VERDICT_KNOWN" };

/** The platform's lists: a PDQ hash that a set explains, an MD5 that nominates, a SHA-256 of a set that is not named. */
function answerTo({ algorithm, value, quality }: CheckHashesRequest["fingerprints"][number]): HashAnswer {
  if (algorithm === "ALGORITHM_PDQ" && quality < 50) {
    return { ...unknown, verdict: "HASH_VERDICT_NOT_JUDGED", reason: "NOT_JUDGED_REASON_TOO_LITTLE_DETAIL" };
  }
  const hex = Buffer.from(value).toString("hex");
  if (algorithm === "ALGORITHM_PDQ" && hex === PDQ) {
    const match = { setId: "national", algorithm, distance: 15, threshold: 31, classification: undefined };
    return { ...known, matches: [{ ...match, nominatesOnly: false }] };
  }
  if (algorithm === "ALGORITHM_MD5" && hex === MD5) return { ...known, nominatesOnly: true };
  return algorithm === "ALGORITHM_SHA256" ? known : unknown;
}

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "ntd-hma-"));
  stack.defer(() => rm(dir, { recursive: true, force: true }));
  await createAuthority(dir);
  const matching = await issueIdentity(dir, { kind: "service", name: "matching" });
  const access = { "/ntd.matching.v1.CheckService/CheckHashes": ["industry"] };
  const checkHashes = async (asked: CheckHashesRequest, context: CallContext) => {
    callers.add(callerOf(context).person);
    arrived.push(asked);
    await hold;
    if (failure !== undefined) throw failure;
    return { answers: asked.fingerprints.map(answerTo) };
  };
  const options = { listen: "127.0.0.1:0", identityDir: matching.dir, access, health, log };
  const server = stack.use(await startRpcServer(options, [service(CheckServiceService, { checkHashes })]));
  health.start();
  serverAddress = server.address;
  base = `http://${await gateway({})}`;
});
beforeEach(() => {
  arrived.splice(0);
  failure = undefined;
});
afterAll(() => stack.disposeAsync());

async function gateway(settings: Record<string, string>): Promise<string> {
  const own = await issueIdentity(dir, { kind: "industry", name: "platform" });
  const config = readHmaGatewayConfig({
    NTD_ENVIRONMENT: "TEST",
    NTD_LOG_LEVEL: "silent",
    NTD_MATCHING_ADDRESS: serverAddress,
    HMA_GATEWAY_IDENTITY_DIR: own.dir,
    ...settings,
  });
  return stack.use(await start(config)).address;
}

async function get(path: string) {
  const response = await fetch(base + path, { redirect: "manual" });
  const text = await response.text();
  const isJson = response.headers.get("content-type") === "application/json";
  return { status: response.status, body: isJson ? (JSON.parse(text) as unknown) : text, headers: response.headers };
}

describe("what HMA's documents show is answered so", () => {
  const national = { bank_content_id: 537_014_900, distance: "15" };

  test.each([
    ["a match, by bank", `/m/lookup?signal_type=pdq&signal=${PDQ}`, { national: [national] }],
    ["no match", `/m/lookup?signal_type=pdq&signal=${NONE}`, {}],
    ["raw matches", `/m/raw_lookup?signal_type=pdq&signal=${PDQ}`, { matches: [national.bank_content_id] }],
    [
      "raw matches with distance",
      `/m/raw_lookup?signal_type=pdq&signal=${PDQ}&include_distance=true`,
      { matches: [national] },
    ],
    ["no raw matches", `/m/raw_lookup?signal_type=pdq&signal=${NONE}`, { matches: [] }],
    ["other banks", `/m/lookup?signal_type=pdq&signal=${PDQ}&banks=OTHER`, {}],
    ["a seed, which changes nothing", `/m/lookup?signal_type=pdq&signal=${PDQ}&seed=7`, { national: [national] }],
  ])("%s", async (_, path, body) => {
    expect(await get(path)).toMatchObject({ status: 200, body });
  });

  test.each([
    ["/m/lookup?signal_type=pdq", 400, "signal is required"],
    [`/m/raw_lookup?signal=${PDQ}`, 400, "signal_type is required"],
    [`/m/lookup?signal_type=nope&signal=${PDQ}`, 400, "No such SignalType 'nope'"],
    ["/m/lookup?signal_type=pdq&signal=abc", 400, "invalid signal: invalid PDQ hash"],
    [
      `/m/raw_lookup?signal_type=pdq&signal=${PDQ}&include_distance=maybe`,
      400,
      "invalid boolean parameter - prefer true/false",
    ],
    ["/c/banks", 404, "This gateway has no such URL."],
  ])("%s is refused in its shape", async (path, status, message) => {
    expect(await get(path)).toMatchObject({ status, body: { message } });
    expect(arrived).toEqual([]);
  });

  test("its states", async () => {
    await eventually("it is ready", async () => (await get("/status")).status === 200);
    expect(await get("/status")).toMatchObject({ body: "I-AM-ALIVE" });
    expect(await get("/livez")).toMatchObject({ status: 200, body: "OK" });
    expect(await get("/readyz")).toMatchObject({ status: 200, body: "READY" });
    const home = await get("/");
    expect([home.status, home.headers.get("location")]).toEqual([302, "/status"]);
  });
});

test("a set that is not named is one bank for all, and what nominates only another", async () => {
  expect(Object.keys((await get(`/m/lookup?signal_type=sha256&signal=${NONE}`)).body as object)).toEqual(["NTD_KNOWN"]);
  const found = await get(`/m/lookup?signal_type=video_md5&signal=${MD5.toUpperCase()}`);
  expect(Object.keys(found.body as object)).toEqual(["NTD_KNOWN:nominates"]);
});

test("what was not judged is no match, and says so beside it", async () => {
  const { body, headers } = await get(`/m/lookup?signal_type=pdq&signal=${PDQ}&quality=10`);
  expect([body, headers.get("ntd-verdict"), headers.get("ntd-reason")]).toEqual([
    {},
    "not-judged",
    "too-little-detail",
  ]);
  const judged = await get(`/m/lookup?signal_type=pdq&signal=${NONE}`);
  expect([judged.headers.get("ntd-verdict"), judged.headers.get("ntd-reason")]).toEqual(["not-known", null]);
});

test.each([
  ["/h/hash", "POST"],
  ["/h/hash?url=http://example.org/a.jpg&content_type=photo", "GET"],
  ["/m/lookup", "POST"],
  ["/m/lookup?url=http://example.org/a.jpg", "GET"],
])("%s by %s answers 501: nobody is asked for media", async (path, method) => {
  const body = method === "POST" ? { body: new FormData() } : {};
  const response = await fetch(base + path, { method, ...body });
  expect([response.status, await response.json()]).toEqual([
    501,
    { message: expect.stringContaining("asked for media") },
  ]);
  expect(arrived).toEqual([]);
});

test("a file of some size that is sent all the same is thrown away, and the refusal is heard", async () => {
  const body = new Uint8Array(20 * 1024 * 1024);
  expect((await fetch(`${base}/h/hash`, { method: "POST", body })).status).toBe(501);
});

test("the platform is asked in the name of who runs the gateway, for what came together at once", async () => {
  const paths = Array.from(
    { length: 50 },
    (_, n) => `/m/lookup?signal_type=md5&signal=${n.toString(16).padStart(32, "0")}`,
  );
  const { promise, resolve } = Promise.withResolvers<void>();
  hold = promise;
  const asked = paths.map((path) => request(base + path).end());
  const found = Promise.all(asked.map(async (one) => ((await once(one, "response")) as [IncomingMessage])[0]));
  for (const one of asked) if (!one.writableFinished) await once(one, "finish");
  await eventually("four calls are under way", async () => arrived.length === 4);
  // What was sent before this is read by then.
  await get("/livez");
  resolve();
  for (const answer of await found) expect(answer.resume().statusCode).toBe(200);
  expect([...callers]).toEqual(["industry/platform"]);
  expect(arrived.reduce((sum, { fingerprints }) => sum + fingerprints.length, 0)).toBe(50);
  expect(arrived.length).toBeLessThan(25);
});

test("a quota is 429 with when to come again, and a platform that is away 503: neither says that nothing is known", async () => {
  failure = new Problem("RATE_LIMITED", "over", { metadata: { retry_after_ms: "1500" } });
  const over = await get(`/m/lookup?signal_type=pdq&signal=${PDQ}`);
  expect([over.status, over.headers.get("retry-after"), over.body]).toEqual([429, "2", { message: "over" }]);
  failure = new Problem("PEER_UNAVAILABLE", "The hash lists are being loaded. Try again.");
  expect(await get(`/m/lookup?signal_type=pdq&signal=${PDQ}`)).toMatchObject({
    status: 503,
    body: { message: expect.stringContaining("being loaded") },
  });
});

/** What fetch does not let a page do: name another host. */
const asHost = (host: string) => statusFor({ host });

async function statusFor(headers: Record<string, string>): Promise<number | undefined> {
  const url = `${base}/m/lookup?signal_type=pdq&signal=${PDQ}`;
  return await new Promise((resolve, reject) => {
    request(url, { headers }, (response) => (response.resume(), resolve(response.statusCode)))
      .on("error", reject)
      .end();
  });
}

test("a page of another site in a browser there asks nothing, at nobody's quota", async () => {
  const sites = ["cross-site", "same-site", "same-origin", "none"];
  const answered = await Promise.all(sites.map((site) => statusFor({ "sec-fetch-site": site })));
  expect(answered).toEqual([403, 403, 200, 200]);
  expect(await statusFor({ origin: "https://evil.example" })).toBe(403);
  expect(arrived.flatMap(({ fingerprints }) => fingerprints)).toHaveLength(2);
});

test("without a token only names of loopback are answered; with one, only who has it", async () => {
  expect([await asHost("evil.example"), await asHost("localhost")]).toEqual([403, 200]);
  const file = join(dir, "token");
  await writeFile(file, "a-token-of-some-length\n", { mode: 0o600 });
  const address = await gateway({ HMA_GATEWAY_TOKEN_FILE: file });
  const url = `http://${address}/m/lookup?signal_type=pdq&signal=${PDQ}`;
  const with_ = async (authorization: string) => (await fetch(url, { headers: { authorization } })).status;
  expect((await fetch(url)).status).toBe(401);
  expect(await with_("Bearer another-token-of-length")).toBe(401);
  expect(await with_("Bearer a-token-of-some-length")).toBe(200);
});
