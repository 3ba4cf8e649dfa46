import { rm } from "node:fs/promises";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { createAuthority, issueIdentity } from "@ntd/embedded";
import { eventually } from "@ntd/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openAgentBed, type Agent, type AgentBed } from "./bed.ts";

let bed: AgentBed;
beforeEach(async () => {
  bed = await openAgentBed();
});
afterEach(() => bed[Symbol.asyncDispose]());

const warnings = (agent: Agent) => agent.lines().filter(({ level }) => level === "warn" || level === 40);
const reasons = (agent: Agent) => warnings(agent).map(({ why }) => (typeof why === "string" ? why : ""));

function saying(agent: Agent, sentence: RegExp): Promise<unknown> {
  return eventually("the agent says why", async () => reasons(agent).some((why) => sentence.test(why)), 20_000);
}

test("behind a proxy that is dead the agent says so, and does not tell the proxy's login", async () => {
  const agent = bed.start({ NTD_TAKEDOWN_ADDRESS: "far.invalid:1", http_proxy: "http://me:secret@127.0.0.1:1" });
  await saying(agent, /^The proxy 127\.0\.0\.1:1 \(http_proxy\) cannot be reached/);
  expect(JSON.stringify(agent.lines())).not.toContain("secret");
}, 40_000);

test("however often it asks in vain, what is wrong is said once", async () => {
  let asked = 0;
  const proxy = createServer().on("connect", (_, socket) => {
    asked++;
    socket.end("HTTP/1.1 407 No\r\n\r\n");
  });
  proxy.listen(0, "127.0.0.1");
  await once(proxy, "listening");
  const { port } = proxy.address() as AddressInfo;
  const agent = bed.start({ NTD_TAKEDOWN_ADDRESS: "far.invalid:1", http_proxy: `http://127.0.0.1:${port}` });
  await saying(agent, /does not lead to far\.invalid:1: it answers 407/);
  const [before, atThen] = [warnings(agent).length, asked];
  await eventually("asked again and again", async () => asked > atThen + 6, 20_000);
  expect(warnings(agent)).toHaveLength(before);
  proxy.close();
}, 60_000);

test("a proxy of the environment is none to a platform on this machine", async () => {
  const agent = bed.start({ http_proxy: "http://127.0.0.1:1", https_proxy: "http://127.0.0.1:1" });
  const { noticeId } = await bed.offer({});
  await eventually("handled", async () => bed.handled(noticeId).length > 0, 20_000);
  expect(reasons(agent)).toEqual([]);
}, 40_000);

test("certificates of another authority: the agent names what does not fit", async () => {
  const dir = join(bed.dir, "foreign");
  await createAuthority(dir);
  const { dir: foreign } = await issueIdentity(dir, { kind: "isp", name: "north-1" });
  await saying(
    bed.start({ ISP_AGENT_IDENTITY_DIR: foreign }),
    /^The certificate of service\/takedown at .* not in our ca\.pem/,
  );
  await rm(foreign, { recursive: true });
}, 40_000);
