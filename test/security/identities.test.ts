import { copyFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createAuthority, issueIdentity } from "@ntd/embedded";
import { StatusServiceService } from "@ntd/proto/operations/v1/status_service";
import { connect, problemOf } from "@ntd/rpc";
import { eventually } from "@ntd/testing";
import {
  callHeaders,
  END_HEADERS,
  END_STREAM,
  FRAME,
  frame,
  openRawHttp2,
  type RawHttp2,
} from "@ntd/testing/raw-http2";
import { afterAll, beforeAll, expect, test } from "vitest";
import { starts, type ServiceName } from "../stories/services.ts";
import { startStage, type Stage } from "../stories/stage.ts";

const names = Object.keys(starts) as ServiceName[];
const DAY_MS = 24 * 3_600_000;
/** A second, and what a busy machine takes to notice: who is not thrown out stays for an hour. */
const SOON_MS = 5000;

let stage: Stage;
const parts = new AsyncDisposableStack();
beforeAll(async () => {
  stage = parts.use(await startStage());
}, 120_000);
afterAll(() => parts.disposeAsync());

/** An open connection to every service, with a stream that lasts: whether it serves, told at each change. */
async function onAll(identityDir: string): Promise<RawHttp2[]> {
  const opened = names.map(async (name) => {
    const raw = parts.use(await openRawHttp2(stage.address(name), identityDir));
    await raw.write(
      frame(FRAME.headers, END_HEADERS, 1, callHeaders("/grpc.health.v1.Health/Watch")),
      frame(FRAME.data, END_STREAM, 1, Buffer.alloc(5)),
    );
    return raw;
  });
  return Promise.all(opened);
}

const openOf = (all: readonly RawHttp2[]) => names.filter((_, nth) => all[nth]?.isOpen);
const gone = (all: readonly RawHttp2[]) => eventually("all are gone", () => openOf(all).length === 0, 30_000);

/** How every service answers a new call. */
async function asked(identityDir: string): Promise<Set<string>> {
  const answers = names.map(async (name) => {
    await using client = connect(StatusServiceService, {
      address: stage.address(name),
      identityDir,
      deadlineMs: 30_000,
    });
    return await client.getStatus({}).then(
      () => "OK",
      (error: unknown) => problemOf(error).reason,
    );
  });
  return new Set(await Promise.all(answers));
}

test("who is put on the deny-list has no open connection within a second, nor a call, at any service", async () => {
  const [denied, other] = [
    await stage.bed.identity("operator", "denied"),
    await stage.bed.identity("operator", "other"),
  ];
  const [all, others] = [await onAll(denied), await onAll(other)];
  expect(await asked(denied)).toEqual(new Set(["OK"]));
  const begun = performance.now();
  await writeFile(stage.denyListFile, "spiffe://ntd.test/operator/denied\n");
  await gone(all);
  expect(performance.now() - begun).toBeLessThan(SOON_MS);
  expect(await asked(denied)).toEqual(new Set(["IDENTITY_DENIED"]));
  expect(openOf(others)).toEqual(names);
});

test("a connection ends with its certificate, at every service, and with that no new one is made", async () => {
  // All have connected before.
  const ends = Math.floor((Date.now() + 10_000) / 1000) * 1000;
  const certificates = join(stage.bed.dir, "certificates");
  const name = { kind: "operator", name: "ending" } as const;
  const { dir } = await issueIdentity(certificates, name, new Date(ends - 90 * DAY_MS));
  const all = await onAll(dir);
  expect(openOf(all)).toEqual(names);
  await gone(all);
  expect(Math.abs(Date.now() - ends)).toBeLessThan(SOON_MS);
  expect(await asked(dir)).not.toContain("OK");
});

test("a certificate of another authority opens nothing, whoever it names", async () => {
  const elsewhere = join(stage.bed.dir, "elsewhere");
  await createAuthority(elsewhere);
  const { dir } = await issueIdentity(elsewhere, { kind: "operator", name: "admin" });
  const own = await stage.bed.identity("operator", "admin");
  await copyFile(join(own, "ca.pem"), join(dir, "ca.pem"));
  expect(await asked(own)).toEqual(new Set(["OK"]));
  expect(await asked(dir)).toEqual(new Set(["PEER_UNAVAILABLE"]));
  // In TLS 1.3 a client believes that it is connected until it is told.
  await gone(await onAll(dir));
});
