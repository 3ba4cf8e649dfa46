import { createHash, randomUUID } from "node:crypto";
import { freePort } from "@ntd/embedded";
import { readHmaGatewayConfig } from "@ntd/hma-gateway/config";
import { start as startGateway } from "@ntd/hma-gateway/service";
import { HashListServiceService } from "@ntd/proto/hashlists/v1/hash_list_service";
import type { CheckTerms } from "@ntd/proto/hashlists/v1/release";
import { MovableClock } from "@ntd/service";
import { eventually, startTestBed } from "@ntd/testing";
import { expect, test } from "vitest";
import { clientsOf } from "./clients.ts";
import { listRows } from "./seed.ts";
import { starts, type ServiceName } from "./services.ts";

const hash = (n: number) => createHash("sha256").update(`${n}`).digest("hex");

test("a platform that speaks HMA is told what a list agreed to tell, from that moment on, until it is taken back", async () => {
  await using stack = new AsyncDisposableStack();
  const bed = stack.use(await startTestBed());
  const clock = new MovableClock();
  const ports = { hashlists: await freePort(), matching: await freePort() };
  const address = (name: ServiceName | "browser") => `localhost:${ports[name as keyof typeof ports]}`;
  const between = { NTD_HASHLISTS_ADDRESS: address("hashlists"), NTD_MATCHING_ADDRESS: address("matching") };
  for (const name of ["hashlists", "matching"] as const) {
    const environment = await bed.environment(name, { LISTEN: `127.0.0.1:${ports[name]}` });
    stack.use(await starts[name]({ ...environment, ...between }, clock));
  }
  const config = readHmaGatewayConfig({
    NTD_ENVIRONMENT: "TEST",
    NTD_LOG_LEVEL: "silent",
    HMA_GATEWAY_IDENTITY_DIR: await bed.identity("industry", "platform"),
    ...between,
  });
  const gateway = `http://${stack.use(await startGateway(config)).address}`;
  const client = clientsOf(stack, bed, address);
  const ask = async (type: string, signal: string) => {
    const response = await fetch(`${gateway}/m/lookup?signal_type=${type}&signal=${signal}`);
    return [response.headers.get("ntd-verdict"), await response.json()];
  };
  const agree = async (check: CheckTerms) => {
    const [amina, ben] = [
      await client(HashListServiceService, "hashlists", "maintainer", "amina"),
      await client(HashListServiceService, "hashlists", "maintainer", "budi"),
    ];
    const none = { jurisdiction: "", licence: "", termsOfUse: "", scheme: "", approverOfOtherOrganisation: false };
    const request = { requestId: randomUUID(), setId: "national", reason: "agreed", terms: { ...none, check } };
    const { change } = await amina.proposeSetChange(request);
    await ben.approveSetChange({ requestId: randomUUID(), setId: "national", changeId: change?.changeId ?? "" });
  };

  await listRows({ client }, "national", [`pdq,${hash(1)},80,national,csam,3,a`, `sha256,${hash(2)},,,,3,b`]);
  await eventually("it is ready", async () => (await fetch(`${gateway}/status`)).status === 200);
  expect(await ask("pdq", hash(1))).toEqual(["not-judged", {}]);

  await agree("CHECK_TERMS_EXPLAINED");
  const found = await eventually("the list answers", async () => {
    const [verdict, banks] = await ask("pdq", hash(1));
    return verdict === "known" && banks;
  });
  expect(found).toEqual({ national: [{ bank_content_id: 537_014_900, distance: "0" }] });
  expect(await ask("pdq", hash(3))).toEqual(["not-known", {}]);

  await agree("CHECK_TERMS_KNOWN");
  await eventually(
    "it is not named any more",
    async () => "NTD_KNOWN" in ((await ask("sha256", hash(2)))[1] as object),
  );
  await agree("CHECK_TERMS_NONE");
  await eventually("it answers nobody", async () => (await ask("sha256", hash(2)))[0] === "not-judged");
});
