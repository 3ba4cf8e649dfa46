import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { connect as connectTcp, createServer as createTcp, type AddressInfo, type Socket } from "node:net";
import { ReportServiceService, ReportStatus } from "@ntd/proto/intake/v1/report_service";
import { NoticeServiceService } from "@ntd/proto/takedown/v1/notice_service";
import { Problem } from "@ntd/service";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { connect } from "../src/client/client.ts";
import { openTestBed, type TestBed } from "./bed.ts";

const answer = { name: "reports/1", receivedTime: undefined, status: ReportStatus.RECEIVED, targetStatuses: [] };
// Only a proxy knows this host.
const FAR = "far.invalid";

let held: AsyncDisposableStack;
let bed: TestBed;
let reporter: string;
/** Port of the service, which is reached under localhost and, by way of a proxy, under the other name. */
let port: string;
beforeEach(async () => {
  for (const name of [
    "grpc_proxy",
    "https_proxy",
    "HTTPS_PROXY",
    "http_proxy",
    "no_grpc_proxy",
    "no_proxy",
    "NO_PROXY",
  ])
    vi.stubEnv(name, undefined);
  held = new AsyncDisposableStack();
  bed = held.use(await openTestBed());
  reporter = (await bed.identity({ kind: "reporter", name: "ann" })).dir;
  const { dir } = await bed.identity({ kind: "service", name: "far", hosts: [FAR] });
  const { address } = await bed.serve({ reports: { getReport: async () => answer } }, { identityDir: dir });
  port = address.split(":")[1] ?? "";
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await held.disposeAsync();
});

interface Proxy {
  at: string;
  /** Targets that it was asked for, and with which login. */
  asked: string[];
}

/** A CONNECT proxy to which every host is this machine; or one that answers with another status. */
async function proxy(status = 200): Promise<Proxy> {
  const asked: string[] = [];
  const server = createServer().on("connect", ({ url = "", headers }, socket, head) => {
    const login = headers["proxy-authorization"];
    asked.push(login === undefined ? url : `${url} ${login}`);
    if (status !== 200) return void socket.end(`HTTP/1.1 ${status} No\r\n\r\n`);
    const onward = connectTcp(Number(url.split(":")[1]), "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 Connected\r\n\r\n");
      onward.write(head);
      onward.pipe(socket).pipe(onward);
    });
    socket.on("close", () => onward.destroy());
    for (const end of [socket, onward]) end.on("error", () => undefined);
  });
  return { at: await listening(server), asked };
}

async function listening(server: Server | ReturnType<typeof createTcp>): Promise<string> {
  const open = new Set<Socket>();
  server.on("connection", (socket: Socket) => open.add(socket));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  held.defer(() => {
    for (const socket of open) socket.destroy();
    server.close();
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function ask(host: string): Promise<string> {
  await using client = connect(ReportServiceService, { address: `${host}:${port}`, identityDir: reporter });
  return await client.getReport({ name: "" }).then(
    () => "answered",
    (error: unknown) => `${Problem.from(error).metadata["why"]}: ${Problem.from(error).message}`,
  );
}

test("a proxy of the environment is gone through, with its login", async () => {
  const { at, asked } = await proxy();
  vi.stubEnv("http_proxy", `http://me:p%40ss@${at}`);
  expect(await ask(FAR)).toBe("answered");
  expect(asked).toEqual([`${FAR}:${port} Basic ${Buffer.from("me:p@ss").toString("base64")}`]);
});

test.each(["grpc_proxy", "https_proxy", "HTTPS_PROXY"])("so is %s", async (variable) => {
  const { at, asked } = await proxy();
  vi.stubEnv(variable, at);
  expect(await ask(FAR)).toBe("answered");
  expect(asked).toHaveLength(1);
});

test.each(["localhost", "127.0.0.1"])(
  "never to this machine itself: %s is reached though the proxy is dead",
  async (host) => {
    vi.stubEnv("http_proxy", "http://127.0.0.1:1");
    vi.stubEnv("https_proxy", "http://127.0.0.1:1");
    expect(await ask(host)).toBe("answered");
  },
);

test.each([
  ["no_proxy", "other.example, .invalid"],
  ["NO_PROXY", FAR],
  ["no_proxy", "*"],
])("%s=%s is honoured: the host is looked for without the proxy", async (variable, value) => {
  const { at, asked } = await proxy();
  vi.stubEnv("http_proxy", `http://${at}`);
  vi.stubEnv(variable, value);
  expect(await ask(FAR)).toMatch(/^host: There is no host far\.invalid/);
  expect(asked).toEqual([]);
});

test("a proxy that is dead, refuses or says nothing is named, without its login", async () => {
  vi.stubEnv("http_proxy", "http://me:secret@127.0.0.1:1");
  const dead = await ask(FAR);
  expect(dead).toBe(
    "proxy: The proxy 127.0.0.1:1 (http_proxy) cannot be reached (ECONNREFUSED). Mend http_proxy, or name far.invalid in no_proxy.",
  );
  const refusing = await proxy(407);
  vi.stubEnv("http_proxy", `http://me:secret@${refusing.at}`);
  expect(await ask(FAR)).toBe(
    `proxy: The proxy ${refusing.at} (http_proxy) does not lead to ${FAR}:${port}: it answers 407. Mend http_proxy, or name ${FAR} in no_proxy.`,
  );
  const silent = await listening(createTcp());
  vi.stubEnv("http_proxy", `http://me:secret@${silent}`);
  expect(await ask(FAR)).toMatch(new RegExp(`^proxy: The proxy ${silent} \\(http_proxy\\) says nothing`));
}, 20_000);

test("a stream through a dead proxy ends and says so", async () => {
  vi.stubEnv("http_proxy", "http://127.0.0.1:1");
  await using client = connect(NoticeServiceService, { address: `${FAR}:${port}`, identityDir: reporter });
  const heard = Array.fromAsync(client.watchNotices({ maxInFlight: 0, understands: [] }));
  const problem = await heard.then(
    () => expect.fail("it was heard"),
    (error: unknown) => Problem.from(error),
  );
  expect(problem.metadata["why"]).toBe("proxy");
});

test("what is behind a proxy is looked at through it", async () => {
  const { at } = await proxy();
  vi.stubEnv("http_proxy", `http://${at}`);
  port = "1";
  expect(await ask(FAR)).toMatch(/^(proxy|port|protocol|silent): /);
}, 20_000);

test("a proxy of another kind is refused at once, without its login", () => {
  vi.stubEnv("https_proxy", "socks5://me:secret@proxy.example:1080");
  const connecting = () => connect(ReportServiceService, { address: `${FAR}:1`, identityDir: reporter });
  expect(connecting).toThrowError(
    expect.objectContaining({
      reason: "CONFIG_INVALID",
      message: expect.stringMatching(/^https_proxy names no HTTP proxy \(it is of kind socks5\)(?!.*secret)/) as string,
    }) as Error,
  );
});
