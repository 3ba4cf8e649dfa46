import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { brotliDecompressSync } from "node:zlib";
import { generatePicture } from "@ntd/imagehash/generated";
import { managed } from "@ntd/scripts/process";
import { eventually } from "@ntd/testing";
import { expect, test } from "vitest";
import { decide, queued, reopen } from "../stories/assessor.ts";
import { startStage, type Stage } from "../stories/stage.ts";

const RELEASE = join(import.meta.dirname, "releases/0.2/isp-agent.mjs.br");

/** Alpha's agent as release 0.2 shipped it. `done` tells what its handler was asked for, oldest first. */
async function startOldAgent(stage: Stage) {
  const { dir } = stage.bed;
  const [main, log] = [join(dir, "isp-agent-0.2.mjs"), join(dir, "handled")];
  await writeFile(main, brotliDecompressSync(await readFile(RELEASE)));
  await writeFile(log, "");
  const agent = managed({
    name: "alpha's agent of 0.2",
    main,
    environment: {
      NTD_ENVIRONMENT: "TEST",
      NTD_TAKEDOWN_ADDRESS: stage.address("takedown"),
      ISP_AGENT_IDENTITY_DIR: await stage.bed.identity("isp", "alpha"),
      ISP_AGENT_PROVIDER_ID: "alpha",
      ISP_AGENT_STORE_URL: `file:${join(dir, "agent-0.2.sqlite")}`,
      ISP_AGENT_KEYS_FILE: join(dir, "agent-0.2-keys.json"),
      ISP_AGENT_HANDLER: JSON.stringify(["/bin/sh", "-c", `cat >> ${log}; echo >> ${log}`]),
    },
    logFile: join(dir, "agent-0.2.log"),
  });
  agent.start();
  const done = async () => {
    const lines = (await readFile(log, "utf8")).trim().split("\n");
    return lines.filter(Boolean).map((line) => (JSON.parse(line) as { requested_action: string }).requested_action);
  };
  return { done, [Symbol.asyncDispose]: () => agent[Symbol.asyncDispose]() };
}

const newest = (stage: Stage, report: string, what: string, state: string) =>
  eventually(`${what}: ${state}`, async () => {
    const notice = (await stage.facts(report)).notices[0];
    return notice?.state === state && notice;
  });

test("an agent of release 0.2 is not told to wait, and restores what is withdrawn", async () => {
  await using stage = await startStage();
  await stage.registerProvider("alpha", "alpha");
  stage.host.put("/1.jpg", await generatePicture(901));
  const report = await stage.report(stage.url("alpha", "/1.jpg"));
  const { caseId } = await queued(stage, report, "QUEUE_REASON_NO_HIT");
  await using agent = await startOldAgent(stage);
  await decide(stage, caseId, "VERDICT_ILLEGAL");
  await newest(stage, report, "its handler's answer", "NOTICE_STATE_ANSWERED");

  await reopen(stage, caseId, "dewi");
  const suspended = await newest(stage, report, "the doubt", "NOTICE_STATE_SUSPENDED");
  expect(suspended.suspensions).toMatchObject([{ revision: 0, acknowledgedTime: undefined }]);
  // It connects again, and what is suspended does not come again either.
  await stage.stop("takedown");
  await stage.start("takedown");
  stage.host.put("/2.jpg", await generatePicture(902));
  const other = await stage.report(stage.url("alpha", "/2.jpg"));
  await decide(stage, (await queued(stage, other, "QUEUE_REASON_NO_HIT")).caseId, "VERDICT_ILLEGAL");
  await newest(stage, other, "another notice", "NOTICE_STATE_ANSWERED");
  expect(await agent.done()).toEqual(["remove", "remove"]);

  await decide(stage, caseId, "VERDICT_NOT_ILLEGAL", { by: "emil" });
  await eventually("it restores", async () => (await agent.done()).at(-1) === "restore");
  const { revision } = await eventually("its event is with us", async () => {
    const [notice] = (await stage.facts(report)).notices;
    return notice?.action === "ACTION_RESTORE" && notice;
  });
  expect(revision).toBe(2);
});
