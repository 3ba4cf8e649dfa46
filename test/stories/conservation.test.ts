import { existsSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { listDeadLetters, nouns } from "@ntd/bus";
import { flatPicture, generatePicture, reencode } from "@ntd/imagehash/generated";
import { ReportServiceService } from "@ntd/proto/intake/v1/report_service";
import { eventually } from "@ntd/testing";
import { expect, test } from "vitest";
import { watchAs } from "./isp.ts";
import { nothingPending } from "../nothing-pending.ts";
import { starts, type ServiceName } from "./services.ts";
import { startStage, type Stage } from "./stage.ts";

/** How each of the reports below must end. */
const ends = {
  removed: 4,
  NO_HIT: 3,
  TOO_LITTLE_DETAIL: 1,
  NOT_MEDIA: 1,
  UNREACHABLE: 1,
  SET_NEEDS_PERSON: 1,
  unattributed: 1,
};

test("nothing is dropped: what clients saw accepted is the sum of the ends, outboxes are empty, nothing is pending", async () => {
  await using stage = await startStage();
  const known = await Promise.all([61, 62, 63, 64].map((seed) => generatePicture(seed)));
  const partner = await generatePicture(65);
  await stage.list("national", known);
  await stage.list("partner", [partner], { autoIssue: false });
  await stage.registerProvider("alpha", "alpha");
  await using isp = await watchAs(stage, "alpha");
  const files: [string, Uint8Array | number, string][] = [
    ...(await Promise.all(
      known
        .slice(0, 3)
        .map(async (p, i): Promise<[string, Uint8Array, string]> => [`/k${i}`, await reencode(p), "alpha"]),
    )),
    ["/n0", await generatePicture(610), "alpha"],
    ["/n1", await generatePicture(611), "alpha"],
    ["/n2", await generatePicture(612), "alpha"],
    ["/flat", await flatPicture(), "alpha"],
    ["/text", Buffer.from("no picture ".repeat(99)), "alpha"],
    ["/503", 503, "alpha"],
    ["/partner", partner, "alpha"],
    ["/nowhere", known[3] ?? new Uint8Array(), "gamma"],
  ];
  const accepted: string[] = [];
  for (const [path, content, domain] of files) {
    stage.host.put(path, content);
    accepted.push(await stage.report(stage.url(domain, path)));
  }
  // The same address again is a report of its own with the same end.
  accepted.push(await stage.report(stage.url("alpha", "/k0")));
  for (const [path] of files.slice(0, 3)) {
    const notice = await isp.noticeFor(stage.url("alpha", path));
    stage.clock.advance(1000);
    stage.host.remove(path);
    await isp.answer(notice);
  }
  for (const report of accepted.slice(0, 3)) await stage.untilGone(report);

  const reached = await eventually("every report has ended", () => allEnded(stage, accepted));
  expect(reached).toEqual(ends);
  expect(Object.values(reached).reduce((sum, n) => sum + n, 0)).toBe(accepted.length);
  await eventually(
    "the reporters are told of the removals",
    async () => (await closedReports(stage, accepted)) === ends.removed,
  );
  await eventually("nothing is pending", () => nothingPending(stage.bed.bus));
  expect(await listDeadLetters(stage.bed.bus)).toEqual([]);
  expect(await waitingEvents(stage)).toEqual([]);
});

async function allEnded(stage: Stage, reports: readonly string[]): Promise<Record<string, number> | undefined> {
  const counts: Record<string, number> = {};
  for (const report of reports) {
    const { case: found, notices } = await stage.facts(report);
    const closed = notices.some((n) => n.state === "NOTICE_STATE_CLOSED");
    const decided = found?.decision !== undefined;
    const queued = found?.state === "CASE_STATE_QUEUED" ? found.queueReason.replace("QUEUE_REASON_", "") : undefined;
    const end = closed ? "removed" : (queued ?? (decided && notices.length === 0 ? "unattributed" : undefined));
    if (end === undefined) return undefined;
    counts[end] = (counts[end] ?? 0) + 1;
  }
  return counts;
}

async function closedReports(stage: Stage, reports: readonly string[]): Promise<number> {
  const intake = await stage.client(ReportServiceService, "intake", "reporter", "public");
  const answers = await Promise.all(reports.map((name) => intake.getReport({ name })));
  return answers.filter(({ status }) => status === "REPORT_STATUS_CLOSED").length;
}

/** Tables whose outboxes still hold events, once every service has stopped. */
async function waitingEvents(stage: Stage): Promise<string[]> {
  const waiting: string[] = [];
  let tables = 0;
  for (const service of Object.keys(starts) as ServiceName[]) {
    await stage.stop(service);
    const file = `${stage.bed.dir}/stores/${service}/store.sqlite`;
    if (!existsSync(file)) continue;
    const db = new DatabaseSync(file, { readOnly: true });
    // Others hold the values of fields.
    const withOutbox = "SELECT m.name FROM sqlite_master m, pragma_table_info(m.name) c WHERE c.name = 'outbox'";
    for (const { name } of db.prepare(withOutbox).all()) {
      tables++;
      const held = db.prepare(`SELECT count(*) AS n FROM "${String(name)}" WHERE outbox IS NOT NULL`).get();
      if (Number(held?.["n"]) > 0) waiting.push(`${service}.${String(name)}`);
    }
    db.close();
  }
  expect(tables).toBeGreaterThan(10);
  expect((await stage.bed.published(nouns.report)).length).toBeGreaterThan(0);
  return waiting;
}
