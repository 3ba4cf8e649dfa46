import { copyFile, cp, readFile, writeFile } from "node:fs/promises";
import { once } from "node:events";
import { createServer as createHttp } from "node:http";
import { createServer as createHttps } from "node:https";
import { createServer as createTcp, type AddressInfo, type Server } from "node:net";
import { join } from "node:path";
import { CaseServiceService } from "@ntd/proto/casework/v1/case_service";
import { ReportServiceService, ReportStatus } from "@ntd/proto/intake/v1/report_service";
import { NoticeServiceService } from "@ntd/proto/takedown/v1/notice_service";
import { createLog, Problem } from "@ntd/service";
import { createAuthority, issueIdentity } from "@ntd/embedded";
import { afterEach, beforeEach, expect, test } from "vitest";
import { connect } from "../src/client/client.ts";
import { openTestBed, type TestBed } from "./bed.ts";

const answer = { name: "reports/1", receivedTime: undefined, status: ReportStatus.RECEIVED, targetStatuses: [] };
const reports = { getReport: async () => answer };
const days = (n: number) => new Date(Date.now() + n * 24 * 60 * 60 * 1000);

let bed: TestBed;
let reporter: string;
let held: AsyncDisposableStack;
beforeEach(async () => {
  held = new AsyncDisposableStack();
  bed = held.use(await openTestBed());
  reporter = (await bed.identity({ kind: "reporter", name: "ann" })).dir;
});
afterEach(() => held.disposeAsync());

/** What the client is told when it asks. */
async function told(address: string, identityDir = reporter, deadlineMs = 4000): Promise<Problem> {
  await using client = connect(ReportServiceService, { address, identityDir, deadlineMs });
  return await client.getReport({ name: "" }).then(
    () => expect.fail("it was answered"),
    (error: unknown) => Problem.from(error),
  );
}

async function expectWhy(problem: Promise<Problem>, why: string, sentence: RegExp): Promise<void> {
  const { reason, message, metadata } = await problem;
  expect({ reason, why: metadata["why"], message }).toEqual({
    reason: "PEER_UNAVAILABLE",
    why,
    message: expect.stringMatching(sentence) as string,
  });
  // One sentence and its mend; nobody's name but a service's or an ISP's.
  expect(message.length).toBeLessThan(300);
  expect(message).not.toContain("ann");
}

async function listening(server: Server): Promise<string> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  held.defer(() => void server.close());
  return `localhost:${(server.address() as AddressInfo).port}`;
}

/** A folder of the platform's authority, as it was issued then. */
const issued = async (kind: "service" | "isp" | "reporter", at: Date, authority = bed.dir) =>
  (await issueIdentity(authority, { kind, name: "dated" }, at)).dir;

async function foreign(): Promise<string> {
  const dir = join(bed.dir, "foreign");
  await createAuthority(dir);
  return dir;
}

test("nothing listens there", async () => {
  await expectWhy(
    told("localhost:1"),
    "port",
    /^Nothing listens at localhost:1 \(ECONNREFUSED\)\. Start it, or mend the address\.$/,
  );
});

test("there is no such host", async () => {
  await expectWhy(told("nobody.invalid:1"), "host", /^There is no host nobody\.invalid\. Mend the address/);
});

test("something else listens there", async () => {
  const web = await listening(createHttp((_, response) => response.end("hello")));
  await expectWhy(told(web), "protocol", /is no service of the platform\. Mend the port\.$/);
  const { dir } = await bed.identity({ kind: "service", name: "web" });
  const [cert, key] = await Promise.all(["cert.pem", "key.pem"].map((file) => readFile(join(dir, file))));
  const tls = await listening(createHttps({ cert, key }, (_, response) => response.end("hello")));
  await expectWhy(told(tls), "protocol", /is no service of the platform\. Mend the port\.$/);
});

test("what listens there takes connections and says nothing: unary calls and streams are told", async () => {
  const address = await listening(createTcp());
  await expectWhy(
    told(address, reporter, 1000),
    "silent",
    /says nothing\. Look whether it hangs, or mend the address\.$/,
  );
  await using client = connect(NoticeServiceService, { address, identityDir: reporter });
  const heard = Array.fromAsync(client.watchNotices({ maxInFlight: 0, understands: [] }));
  await expectWhy(
    heard.then(
      () => expect.fail("answered"),
      (error: unknown) => Problem.from(error),
    ),
    "silent",
    /says nothing/,
  );
}, 20_000);

test("its certificate is for another name", async () => {
  const { address } = await bed.serve({ reports }, { listen: "127.0.0.2:0" });
  const there = address.replace("localhost", "127.0.0.2");
  await expectWhy(
    told(there),
    "name",
    /service\/under-test at 127\.0\.0\.2:\d+ is for localhost, 127\.0\.0\.1, not for 127\.0\.0\.2\./,
  );
});

test("its authority is none that we know", async () => {
  const { address } = await bed.serve({ reports });
  const stranger = await issued("reporter", days(0), await foreign());
  await expectWhy(
    told(address, stranger),
    "authority",
    /service\/under-test .* issued by an authority .* not in our ca\.pem/,
  );
});

test("our authority is none that it knows", async () => {
  const { address } = await bed.serve({ reports });
  const stranger = await issued("reporter", days(0), await foreign());
  await copyFile(join(bed.dir, "ca.pem"), join(stranger, "ca.pem"));
  await expectWhy(
    told(address, stranger),
    "refused",
    /does not take our certificate, of an identity of kind reporter: /,
  );
});

test("its certificate has ended, or does not hold yet", async () => {
  const old = await bed.serve({ reports }, { identityDir: await issued("service", days(-100)) });
  const ended = days(-10).toISOString().slice(0, 10);
  await expectWhy(told(old.address), "expired", new RegExp(`service/dated at .* expired on ${ended}.* Renew it there`));
  const early = await bed.serve({ reports }, { identityDir: await issued("service", days(3)) });
  await expectWhy(
    told(early.address),
    "not_yet_valid",
    /service\/dated at .* holds from .* only\. Set the clocks right\.$/,
  );
});

test("our own certificate has ended, or does not hold yet", async () => {
  const { address } = await bed.serve({ reports });
  const ended = days(-10).toISOString().slice(0, 10);
  await expectWhy(
    told(address, await issued("isp", days(-100))),
    "expired",
    new RegExp(`Our own certificate, of isp/dated, expired on ${ended}`),
  );
  await expectWhy(told(address, await issued("isp", days(3))), "not_yet_valid", /^Our own certificate/);
});

test("what answers there is no service", async () => {
  const dir = (await bed.identity({ kind: "isp", name: "alpha" })).dir;
  const { address } = await bed.serve({ reports }, { identityDir: dir });
  await expectWhy(told(address), "kind", /is isp\/alpha, no service\. Mend the address\.$/);
});

test("the address is another service's", async () => {
  const { address } = await bed.serve({ reports });
  await using client = connect(CaseServiceService, { address, identityDir: reporter });
  const asked = client.getCase({ name: "" } as never).then(
    () => expect.fail("answered"),
    (error: unknown) => Problem.from(error),
  );
  await expectWhy(asked, "service", /does not serve GetCase of ntd\.casework\.v1\.CaseService: it is another service/);
});

test("who is denied is told so by the server", async () => {
  const denyListFile = join(bed.dir, "denied");
  await writeFile(denyListFile, "spiffe://ntd.test/reporter/ann\n");
  const { address } = await bed.serve({ reports }, { denyListFile });
  expect((await told(address)).reason).toBe("IDENTITY_DENIED");
});

test("the log is told once at each change of the reason, and once that all is well", async () => {
  const lines: Record<string, unknown>[] = [];
  const log = createLog("client", "info", { write: (line) => void lines.push(JSON.parse(line)) });
  const expired = await issued("service", days(-100));
  const own = join(bed.dir, "own");
  await cp(expired, own, { recursive: true });
  const first = await bed.serve({ reports }, { identityDir: own });
  await using client = connect(ReportServiceService, { address: first.address, identityDir: reporter, log });
  const ask = () =>
    client.getReport({ name: "" }).then(
      () => "well",
      () => "failed",
    );
  expect(await Promise.all([ask(), ask(), ask()])).toEqual(["failed", "failed", "failed"]);
  await first[Symbol.asyncDispose]();
  const until = async (outcome: string, reason: string) => {
    while ((await ask()) !== outcome || lines.at(-1)?.["reason"] !== reason)
      await new Promise((r) => setTimeout(r, 50));
  };
  await until("failed", "port");
  const { dir } = await bed.identity({ kind: "service", name: "renewed" });
  await bed.serve({ reports }, { identityDir: dir, listen: first.address.replace("localhost", "127.0.0.1") });
  while ((await ask()) !== "well") await new Promise((r) => setTimeout(r, 50));
  expect(lines.map(({ reason, msg }) => reason ?? msg)).toEqual(["expired", "port", "the peer is within reach again"]);
}, 20_000);

test("what a service says of its own peer that is out of reach does not tell its callers where that is", async () => {
  const getReport = async () => {
    await told("localhost:1").then((problem) => Promise.reject(problem));
    return answer;
  };
  const { address } = await bed.serve({ reports: { getReport } });
  const { message, reason, metadata } = await told(address);
  expect({ message, reason, why: metadata["why"] }).toEqual({
    message: "Another service does not answer. Try again.",
    reason: "PEER_UNAVAILABLE",
    why: "port",
  });
});
