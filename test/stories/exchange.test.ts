import { randomUUID } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { freePort } from "@ntd/embedded";
import type { Fingerprint } from "@ntd/proto/common/v1/common";
import { FeedbackServiceService } from "@ntd/proto/exchange/v1/feedback_service";
import { HashListServiceService } from "@ntd/proto/hashlists/v1/hash_list_service";
import { MatchServiceService } from "@ntd/proto/matching/v1/match_service";
import { connect } from "@ntd/rpc";
import { MovableClock } from "@ntd/service";
import { eventually, setMembers, SHARING_USER, startNcmecServer, startTestBed } from "@ntd/testing";
import { expect, test } from "vitest";
import { clientsOf } from "./clients.ts";
import { startConnectors, starts, type ServiceName } from "./services.ts";

const MINUTE = 60_000;
const hash = (n: number) => n.toString(16).padStart(31, "0").concat("a");
const md5 = (n: number): Fingerprint => ({
  algorithm: "ALGORITHM_MD5",
  value: Buffer.from(hash(n), "hex"),
  quality: 0,
});

test("what NCMEC shares is found once a person has put it in force, no more once its member took it back, and NCMEC hears of it", async () => {
  await using stack = new AsyncDisposableStack();
  const bed = stack.use(await startTestBed());
  const clock = new MovableClock();
  const server = stack.use(await startNcmecServer(await bed.identity("service", "ncmec")));
  const share = (n: number, isGone = false) =>
    void server.entries.push({ id: `i${n}`, time: clock.now(), isGone, fingerprints: `<md5>${hash(n)}</md5>` });
  const files = {
    connectors: join(bed.dir, "connectors.yaml"),
    user: join(bed.dir, "user"),
    word: join(bed.dir, "word"),
  };
  await writeFile(files.user, SHARING_USER);
  await writeFile(files.word, server.password);
  const start = clock.now().toISOString().slice(0, 10);
  const about = { kind: "ncmec", url: server.url, set: "ncmec", every_minutes: 60, start, ca_file: server.caFile };
  const connector = { ...about, user_file: files.user, password_file: files.word };
  await writeFile(files.connectors, JSON.stringify({ connectors: { npo: connector } }));
  const exchangePort = await freePort();
  const ports = { hashlists: await freePort(), matching: await freePort() };
  const address = (name: ServiceName | "browser") => `localhost:${ports[name as keyof typeof ports]}`;
  for (const name of ["hashlists", "matching"] as const) {
    const environment = await bed.environment(name, { LISTEN: `127.0.0.1:${ports[name]}` });
    stack.use(await starts[name]({ ...environment, NTD_HASHLISTS_ADDRESS: address("hashlists") }, clock));
  }
  const client = clientsOf(stack, bed, address);
  const [amina, budi] = [
    await client(HashListServiceService, "hashlists", "maintainer", "amina"),
    await client(HashListServiceService, "hashlists", "maintainer", "budi"),
  ];
  const machine = {
    person: "service/exchange",
    organisation: "NCMEC",
    roles: ["SET_MEMBER_ROLE_CONTRIBUTOR"],
  } as const;
  const thresholds = undefined;
  await amina.createSet({
    requestId: randomUUID(),
    setId: "ncmec",
    policy: { owner: "hotline", role: "SET_ROLE_POSITIVE", autoIssue: false, minVotes: 0, thresholds },
    members: [...setMembers("amina", "budi"), { ...machine, roles: [...machine.roles] }],
  });
  const matching = await client(MatchServiceService, "matching", "service", "casework");
  const found = async (n: number) => (await matching.lookup({ fingerprints: [md5(n)] })).hits.length > 0;
  const isFound = (n: number, expected: boolean) =>
    eventually(
      `${n} is ${expected ? "" : "not "}found`,
      async () => (await found(n).catch(() => !expected)) === expected,
    );
  const waiting = (count: number) =>
    eventually(`release ${count} waits`, async () => {
      const { releases } = await amina.listReleases({ setId: "ncmec", pageSize: 10, pageToken: "" });
      const [newest] = releases;
      return releases.length === count && newest?.state === "RELEASE_STATE_VALIDATED" && newest;
    });
  const putInForce = async (releaseId: string) => {
    await budi.approveRelease({ requestId: randomUUID(), releaseId });
    await budi.activateRelease({ requestId: randomUUID(), releaseId });
  };

  for (const n of [1, 2, 3]) share(n);
  clock.advance(MINUTE);
  stack.use(
    await startConnectors(
      bed,
      `127.0.0.1:${exchangePort}`,
      { connectorsFile: files.connectors, hashlistsAddress: address("hashlists") },
      clock,
    ),
  );
  const first = await waiting(1);
  expect(first).toMatchObject({ entryCount: 3n, uploadedBy: "service/exchange" });
  await isFound(1, false);
  await putInForce(first.releaseId);
  await isFound(1, true);

  share(4);
  share(1, true);
  clock.advance(60 * MINUTE);
  const second = await waiting(2);
  expect(second).toMatchObject({ entryCount: 3n });
  expect([await found(1), await found(4)]).toEqual([true, false]);
  await putInForce(second.releaseId);
  await isFound(4, true);
  await isFound(1, false);
  expect([await found(2), await found(3)]).toEqual([true, true]);

  const is = { address: `localhost:${exchangePort}`, identityDir: await bed.identity("maintainer", "amina") };
  const speaking = stack.use(connect(FeedbackServiceService, is));
  const said = { connector: "npo", opinion: "FEEDBACK_OPINION_AGREE" as const, reasonIds: [] };
  await speaking.giveFeedback({ ...said, requestId: randomUUID(), fingerprint: md5(2) });
  await eventually("NCMEC hears it", async () => server.feedback.has("/npo/v2/entries/42/i2/MD5/feedback"));
});
