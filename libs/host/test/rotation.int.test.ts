import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import { eventOf, nouns } from "@ntd/bus";
import { Report } from "@ntd/proto/intake/v1/report";
import { connectBus } from "@ntd/bus";
import { createLog } from "@ntd/service";
import { createAuthority, issueIdentity } from "@ntd/embedded";
import { eventually, startTestBed } from "@ntd/testing";
import { expect, test } from "vitest";
import { startService } from "../src/start-service.ts";
import { configOf } from "./bed.ts";

test("a service whose certificate and authority were replaced connects to the bus again, and its events leave", async () => {
  await using bed = await startTestBed();
  const config = await configOf(bed, "intake");
  let write = async (_id: string) => {};
  await using _running = await startService({
    name: "intake",
    config,
    open: async ({ store }) => {
      const reports = await store.collection<{ id: string }>({ name: "reports", fields: {} });
      write = async (id) => {
        const event = eventOf(nouns.report, "received", id, Report.decode(new Uint8Array()), new Date());
        await reports.insert(id, { id }, event);
      };
      return {};
    },
    work: () => ({ target: async () => undefined, case: async () => undefined }),
  });
  await write("before");
  const subjects = async () => (await bed.published(nouns.report)).map(({ headers }) => headers["ce-subject"]);
  await eventually("the event is out", async () => (await subjects()).length === 1);

  const next = join(bed.dir, "next");
  await createAuthority(next);
  const certificates = join(bed.dir, "certificates");
  for (const [kind, name] of [
    ["service", "intake"],
    ["service", "nats"],
    ["operator", "admin"],
  ] as const) {
    const { dir } = await issueIdentity(next, { kind, name });
    const live = await bed.identity(kind, name);
    expect(live.startsWith(certificates)).toBe(true);
    for (const file of ["ca.pem", "cert.pem", "key.pem"]) await copyFile(join(dir, file), join(live, file));
  }
  await bed.nats.restart();
  await write("after");
  await using operator = await connectBus({
    name: "admin",
    natsUrl: bed.nats.url,
    identityDir: await bed.identity("operator", "admin"),
    log: createLog("test", "silent"),
  });
  await eventually("the event is out over the new certificates", async () => {
    const { state } = await operator.manager.streams.info("INTAKE");
    return state.messages === 2;
  });
});
