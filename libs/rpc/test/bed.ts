import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HashListServiceService } from "@ntd/proto/hashlists/v1/hash_list_service";
import { ReportServiceService } from "@ntd/proto/intake/v1/report_service";
import { NoticeServiceService } from "@ntd/proto/takedown/v1/notice_service";
import { createLog, Health, type Logger } from "@ntd/service";
import { createAuthority, issueIdentity, type IdentityName } from "@ntd/embedded";
import type { ServiceImplementation } from "nice-grpc";
import { service, startRpcServer, type RpcServer, type RpcServerOptions } from "../src/server/server.ts";

export type Reports = ServiceImplementation<typeof ReportServiceService>;
export type Notices = ServiceImplementation<typeof NoticeServiceService>;
export type HashLists = ServiceImplementation<typeof HashListServiceService>;

export const SUBMIT = "/ntd.intake.v1.ReportService/SubmitReport";
export const GET = "/ntd.intake.v1.ReportService/GetReport";
const WATCH = "/ntd.takedown.v1.NoticeService/WatchNotices";
const UPLOAD = "/ntd.hashlists.v1.HashListService/UploadRelease";

/** A folder of certificates and a server under test; for the tests of this library. */
export interface TestBed extends AsyncDisposable {
  dir: string;
  /** Lines that the servers logged. */
  lines: Record<string, unknown>[];
  health: Health;
  identity(name: IdentityName): Promise<{ dir: string; uri: string }>;
  serve(handlers: Handlers, options?: Partial<RpcServerOptions>): Promise<RpcServer>;
}

export interface Handlers {
  reports?: Partial<Reports>;
  notices?: Partial<Notices>;
  hashLists?: Partial<HashLists>;
}

export async function openTestBed(): Promise<TestBed> {
  await using parts = new AsyncDisposableStack();
  const dir = await mkdtemp(join(tmpdir(), "ntd-rpc-"));
  parts.defer(() => rm(dir, { recursive: true, force: true }));
  await createAuthority(dir);
  const own = await issueIdentity(dir, { kind: "service", name: "under-test" });
  const lines: Record<string, unknown>[] = [];
  const log = logInto(lines);
  const health = parts.use(new Health(log));
  const held = parts.move();
  return {
    dir,
    lines,
    health,
    identity: (name) => issueIdentity(dir, name),
    async serve({ reports = {}, notices = {}, hashLists = {} }, options = {}) {
      const access = { [SUBMIT]: ["reporter"], [GET]: ["reporter"], [WATCH]: ["isp"], [UPLOAD]: ["maintainer"] };
      const server = await startRpcServer(
        { listen: "127.0.0.1:0", identityDir: own.dir, access, health, log, ...options },
        [
          service(ReportServiceService, whole<Reports>(ReportServiceService, reports)),
          service(NoticeServiceService, whole<Notices>(NoticeServiceService, notices)),
          service(HashListServiceService, whole<HashLists>(HashListServiceService, hashLists)),
        ],
      );
      return held.use(server);
    },
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}

function whole<I>(definition: object, some: Partial<I>): I {
  const missing = () => Promise.reject(new Error("this test has no such handler"));
  return { ...Object.fromEntries(Object.keys(definition).map((name) => [name, missing])), ...some } as I;
}

function logInto(lines: Record<string, unknown>[]): Logger {
  return createLog("under-test", "debug", { write: (line) => void lines.push(JSON.parse(line)) });
}

/** Waits until `condition` holds; fails after thirty seconds. */
export async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`not within thirty seconds: ${condition.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
