import { Action } from "@ntd/proto/takedown/v1/notice";
import { eventually } from "@ntd/testing";
import { test } from "vitest";
import { aDecision, aDoubt } from "./examples.ts";
import { payloadOf, startTestTakedown, watch } from "./bed.ts";

test("perf", { timeout: 600_000 }, async () => {
  const [N, P] = [1000, 50];
  await using takedown = await startTestTakedown();
  const all = Object.values(Action).filter((a) => a !== "UNRECOGNIZED" && a !== "ACTION_UNSPECIFIED");
  await using stack = new AsyncDisposableStack();
  const streams = [];
  const isps = [];
  for (let p = 0; p < P; p++) {
    await takedown.provider(`p${p}`, { domains: [`p${p}.example`] });
    const isp = await takedown.isp(`p${p}`);
    isps.push(isp);
    const s = stack.use(watch(isp, 0, all));
    streams.push(s);
    void (async () => { let i = 0; for (;;) { while (i < s.notices.length) { const n = s.notices[i++]; if (n) await isp.acknowledgeNotice({ noticeId: n.noticeId, revision: n.revision }); } await new Promise((r) => setTimeout(r, 5)); if (done) return; } })();
  }
  var done = false;
  const total = () => streams.reduce((n, s) => n + s.notices.length, 0);
  const cases = [];
  let t0 = performance.now(); let c0 = process.cpuUsage();
  for (let n = 0; n < N; n++) cases.push(await takedown.decide(`p${n % P}.example`));
  await eventually("all sent", () => total() >= N, 120_000);
  const step = (label: string) => { const c = process.cpuUsage(c0); console.log(label, Math.round(performance.now() - t0), "ms; cpu per notice", ((c.user + c.system) / 1000 / N).toFixed(2)); };
  step("decided->offered");
  await new Promise((r) => setTimeout(r, 3000));
  for (const [phase, change] of [
    ["suspend", (id: string) => ({ decision: aDecision(`decision of ${id}`), doubt: aDoubt(`decision of ${id}`) })],
    ["restore", (id: string) => ({ decision: { ...aDecision(`x ${id}`, "VERDICT_NOT_ILLEGAL"), withdrawsDecisionId: `decision of ${id}`, confirmedBy: "assessor/bo" } })],
  ] as const) {
    const before = total();
    t0 = performance.now(); c0 = process.cpuUsage();
    const version = phase === "suspend" ? 2 : 3;
    const pub = Promise.all(cases.map((c) => takedown.publishCase(c.caseId, version, c.url, { targetId: c.targetId, ...change(c.caseId) })));
    await eventually("first", () => total() > before, 60_000);
    step(`${phase} first`);
    await pub;
    step(`${phase} all published`);
    await eventually("all", () => total() >= before + N, 120_000);
    step(`${phase} all told`);
    await new Promise((r) => setTimeout(r, 2000));
  }
  console.log(new Set(streams.flatMap((s) => s.notices.map((n) => payloadOf(n).requestedAction))), total());
  done = true;
});
