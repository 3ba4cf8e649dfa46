import { randomUUID } from "node:crypto";
import { nouns } from "@ntd/bus";
import { Case, Decision } from "@ntd/proto/casework/v1/case";
import { NoticePayload } from "@ntd/proto/takedown/v1/notice";
import { NoticeServiceService } from "@ntd/proto/takedown/v1/notice_service";
import { ProviderServiceService } from "@ntd/proto/takedown/v1/provider_service";
import { connect } from "@ntd/rpc";
import { sealAddress, sealerFromFile } from "@ntd/service";
import { eventually, makeProvider, startTestBed, type TestBed } from "@ntd/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startBeside, startProcess, type ServiceProcess } from "./processes.ts";
import { slowdown } from "./slowdown.ts";

const MOST_MIB = 50;
const MOST_SLOWDOWN = 5;
/** Of a provider, by default. */
const OPEN_STREAMS = 100;

const parts = new AsyncDisposableStack();
let bed: TestBed;
let takedown: ServiceProcess;
beforeAll(async () => {
  bed = parts.use(await startTestBed());
  takedown = parts.use(await startProcess(bed, "takedown"));
  const operator = async (name: string) =>
    connect(ProviderServiceService, {
      address: takedown.address,
      identityDir: await bed.identity("operator", name),
    });
  await using first = await operator("admin");
  await using second = await operator("second");
  for (const id of ["greedy", "patient"]) {
    await makeProvider({ first, second }, { providerId: id, domains: [`${id}.example`], identities: [id] });
  }
});
afterAll(() => parts.disposeAsync());

test("streams of one provider beyond its quota are refused with the reason, and another's notices come as before", async () => {
  await using patient = await noticesOf("patient");
  for (let n = 0; n < 20; n += 1) await patient.next();
  const before = await takedown.held();
  const identityDir = await bed.identity("isp", "greedy");
  using greedy = startBeside<Record<string, number>>("greedy.ts", ["watch", takedown.address, identityDir]);
  const refused = "RATE_LIMITED open_streams";
  await eventually("its streams are refused", () => (greedy.said?.[refused] ?? 0) > OPEN_STREAMS, 30_000);
  expect(await slowdown(greedy, () => patient.next(), MOST_SLOWDOWN)).toBeLessThanOrEqual(MOST_SLOWDOWN);
  expect(Object.keys(greedy.said ?? {}).filter((word) => !word.startsWith("RATE_LIMITED"))).toEqual([]);
  // While all that it lets stay is there.
  expect((await takedown.held()) - before).toBeLessThanOrEqual(MOST_MIB);
  await eventually("it serves", takedown.serving);
}, 120_000);

/** A provider's stream, and a decision that becomes a notice on it. */
async function noticesOf(provider: string) {
  const client = connect(NoticeServiceService, {
    address: takedown.address,
    identityDir: await bed.identity("isp", provider),
  });
  const sealer = sealerFromFile((await bed.environment("takedown", {}))["NTD_SEALING_KEYS_FILE"] ?? "");
  const seen = new Map<string, () => void>();
  const reading = (async () => {
    for await (const { event } of client.watchNotices({ maxInFlight: 0, understands: [] })) {
      if (event?.$case !== "notice") continue;
      const { noticeId, revision, payload } = event.value;
      seen.get(NoticePayload.decode(payload).targets[0]?.url ?? "")?.();
      await client.acknowledgeNotice({ noticeId, revision });
    }
  })().catch(() => undefined);
  return {
    async next(): Promise<void> {
      const [caseId, targetId] = [randomUUID(), randomUUID()];
      const url = `https://pictures.${provider}.example/${caseId}.png`;
      const came = new Promise<void>((resolve) => seen.set(url, resolve));
      await bed.publish(nouns.case, "updated", caseId, 1, {
        ...Case.decode(new Uint8Array()),
        caseId,
        targetId,
        episode: 1,
        state: "CASE_STATE_DECIDED",
        priority: "PRIORITY_NORMAL",
        targetState: "TARGET_STATE_PRESENT",
        address: sealAddress(sealer, { original: url, fetch: url, key: url }, new Date()),
        openedTime: new Date(),
        decision: {
          ...Decision.decode(new Uint8Array()),
          decisionId: randomUUID(),
          verdict: "VERDICT_ILLEGAL",
          decidedBy: "assessor/a",
          decidedTime: new Date(),
          classifications: [{ scheme: "ECPAT", version: "2", code: "1" }],
        },
      });
      await came;
    },
    async [Symbol.asyncDispose]() {
      await client[Symbol.asyncDispose]();
      await reading;
    },
  };
}
