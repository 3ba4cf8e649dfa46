import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { ReportServiceService, ReportStatus } from "@ntd/proto/intake/v1/report_service";
import { createLog, Problem } from "@ntd/service";
import { createAuthority, issueIdentity, type IdentityName } from "@ntd/embedded";
import { afterEach, beforeEach, expect, test } from "vitest";
import { connect } from "../src/client/client.ts";
import { watchIdentity, type Identity } from "../src/identity/identity-files.ts";
import type { RpcServer } from "../src/server/server.ts";
import { openTestBed, until, type TestBed } from "./bed.ts";

const answer = { name: "reports/1", receivedTime: undefined, status: ReportStatus.RECEIVED, targetStatuses: [] };
const reports = { getReport: async () => answer };

let bed: TestBed;
let next: string;
beforeEach(async () => {
  bed = await openTestBed();
  next = join(bed.dir, "next");
  await createAuthority(next);
});
afterEach(() => bed[Symbol.asyncDispose]());

/** One end of the connections: its folder, and its identity as the old and as the new authority issued it. */
interface Party {
  dir: string;
  identity: Identity;
  old: string;
  new: string;
}

async function party(name: IdentityName): Promise<Party> {
  const [{ dir: old }, { dir: renewed }] = [await issueIdentity(bed.dir, name), await issueIdentity(next, name)];
  const dir = join(bed.dir, `live-${name.name}`);
  await mkdir(dir);
  for (const file of ["ca.pem", "cert.pem", "key.pem"]) await copyFile(join(old, file), join(dir, file));
  return { dir, identity: watchIdentity(dir, createLog("test", "silent")), old, new: renewed };
}

async function get(server: RpcServer, identityDir: Identity | string): Promise<string> {
  await using client = connect(ReportServiceService, { address: server.address, identityDir });
  return await client.getReport({ name: "" }).then(
    () => "OK",
    (error: unknown) => Problem.from(error).reason,
  );
}

type Step = (party: Party) => Promise<void>;
const trustBoth: Step = async ({ dir, old, new: renewed }) => {
  const both = await Promise.all([old, renewed].map((from) => readFile(join(from, "ca.pem"), "utf8")));
  await writeFile(join(dir, "ca.pem"), both.join(""));
};
// Written one after the other, as an operator does: for a moment the key is not the certificate's.
const renew: Step = async ({ dir, new: renewed }) => {
  await copyFile(join(renewed, "cert.pem"), join(dir, "cert.pem"));
  await copyFile(join(renewed, "key.pem"), join(dir, "key.pem"));
};
const forget: Step = async ({ dir, new: renewed }) => copyFile(join(renewed, "ca.pem"), join(dir, "ca.pem"));

async function inForce({ dir, identity }: Party): Promise<void> {
  const [ca, cert] = [await readFile(join(dir, "ca.pem")), await readFile(join(dir, "cert.pem"))];
  await until(() => identity.value.ca.equals(ca) && identity.value.cert.equals(cert));
}

test("certificates and their authority change under load, whoever is first in each step, and no call fails", async () => {
  const parties = [
    await party({ kind: "service", name: "intake" }),
    await party({ kind: "reporter", name: "a" }),
    await party({ kind: "reporter", name: "b" }),
  ] as const;
  const [own, ...clients] = parties;
  const server = await bed.serve({ reports }, { identityDir: own.identity });
  await using lasting = connect(ReportServiceService, { address: server.address, identityDir: clients[0].identity });
  const outcomes: Record<string, number> = {};
  let loading = true;
  const load = clients.map(async ({ identity }) => {
    while (loading) {
      const outcome = await get(server, identity);
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
      await lasting.getReport({ name: "" });
    }
  });
  const order = fc.sample(fc.shuffledSubarray([0, 1, 2], { minLength: 3 }), 3);
  for (const [index, step] of [trustBoth, renew, forget].entries()) {
    for (const which of order[index] ?? []) await step(parties[which as 0 | 1 | 2]);
    await Promise.all(parties.map(inForce));
    const before = outcomes["OK"] ?? 0;
    await until(() => (outcomes["OK"] ?? 0) > before + 10);
  }
  loading = false;
  await Promise.all(load);
  expect(Object.keys(outcomes), JSON.stringify({ order, outcomes })).toEqual(["OK"]);

  // The old authority is worth nothing now, at either end.
  await writeFile(join(clients[1].old, "ca.pem"), await readFile(join(next, "ca.pem")));
  expect(await get(server, clients[1].old)).toBe("PEER_UNAVAILABLE");
  for (const { identity } of parties) identity[Symbol.dispose]();
});

test("a server's new certificate meets new connections within a second, and a broken one leaves the last in force", async () => {
  const reporter = await bed.identity({ kind: "reporter", name: "a" });
  const own = await bed.identity({ kind: "service", name: "intake" });
  const server = await bed.serve({ reports }, { identityDir: own.dir });
  expect(await get(server, reporter.dir)).toBe("OK");
  await writeFile(join(own.dir, "cert.pem"), "no certificate");
  await until(() => bed.lines.some(({ msg }) => String(msg).includes("stays in force")));
  expect(await get(server, reporter.dir)).toBe("OK");

  const { dir: renewed } = await issueIdentity(next, { kind: "service", name: "intake" });
  for (const file of ["ca.pem", "key.pem", "cert.pem"]) await copyFile(join(renewed, file), join(own.dir, file));
  const before = Date.now();
  await until(() => bed.lines.some(({ msg }) => String(msg).endsWith("changed")));
  expect(Date.now() - before).toBeLessThan(2000);
  expect(await get(server, reporter.dir)).toBe("PEER_UNAVAILABLE");
  const { dir: another } = await issueIdentity(next, { kind: "reporter", name: "a" });
  expect(await get(server, another)).toBe("OK");
  expect(bed.lines.filter(({ msg }) => String(msg).includes("stays in force"))).toHaveLength(1);
});
