import { randomUUID } from "node:crypto";
import { nouns } from "@ntd/bus";
import type { ItemCounts } from "@ntd/proto/matching/v1/match";
import type { PipelineStage } from "./pipeline-stage.ts";
import { usageByProgram } from "./processes.ts";

/** What one page came to: when each step was there, and what each program took until the last one, in milliseconds. */
export interface PageRun {
  steps: ReadonlyMap<Step, number>;
  processorMs: ReadonlyMap<string, number>;
  counts: ItemCounts;
}

/** In their order: what its hosts were asked, and what was told of it. */
export const STEPS = [
  "the page is asked for",
  "its first picture is asked for",
  "its last picture is asked for",
  "prober tells what is on it",
  "matching tells what was found of it",
  "casework tells its verdicts",
] as const;
export type Step = (typeof STEPS)[number];

const DEADLINE_MS = 60_000;

/** Reports a page that shows these pictures, and waits until its case says what became of each. */
export async function reportPage(stage: PipelineStage, nth: number, pictures: readonly Uint8Array[]): Promise<PageRun> {
  const { hosts, reporter } = stage;
  const id = randomUUID();
  // The files are on another host than the page, as those of image boards and galleries are.
  const paths = pictures.map((_, n) => `/${id}/${n}.jpg`);
  const urls = pictures.map((picture, n) => hosts.publish(2 * nth + 1, paths[n] ?? "", picture));
  const page = `/${id}.html`;
  const url = hosts.publish(2 * nth, page, Buffer.from(gallery(urls)), "text/html");
  using told = watchPages(stage, pictures.length);
  const before = usageByProgram();
  const began = performance.now();
  const { name } = await reporter.submitReport({
    requestId: id,
    channel: "CHANNEL_PUBLIC",
    targets: [{ url, observedTime: undefined, mediaType: "MEDIA_TYPE_IMAGE", fingerprints: [] }],
    description: "",
    threat: undefined,
    language: "en",
  });
  const { found, matched, decided, counts } = await told.of(name);
  const after = usageByProgram();
  const askedAt = paths.map((path) => hosts.askedAt(path));
  const times = [hosts.askedAt(page), Math.min(...askedAt), Math.max(...askedAt), found, matched, decided];
  return {
    steps: new Map(STEPS.map((step, n) => [step, (times[n] ?? Number.NaN) - began])),
    processorMs: new Map(
      [...after].map(([program, usage]) => [program, usage.processorMs - (before.get(program)?.processorMs ?? 0)]),
    ),
    counts,
  };
}

function gallery(urls: readonly string[]): string {
  const figures = urls.map((url) => `<figure><img src="${url}" width="400"><figcaption>words</figcaption></figure>`);
  return `<!doctype html><html><head><title>Gallery</title></head><body><p>Some words.\n${figures.join("\n")}</body></html>`;
}

interface Told {
  found: number;
  matched: number;
  decided: number;
  counts: ItemCounts;
}

/** When events told of a report's page: each step by its first event that tells of all its pictures. */
function watchPages({ platform }: PipelineStage, pictures: number): { of(report: string): Promise<Told> } & Disposable {
  const told = new Map<string, Partial<Told>>();
  const targetOf = new Map<string, string>();
  const news = new EventTarget();
  const { connection } = platform.machine.bus;
  const isAll = (counts: ItemCounts) => counts.known + counts.near + counts.unknown + counts.notJudged >= pictures;
  const note = (targetId: string, what: Partial<Told>) => {
    told.set(targetId, { ...what, ...told.get(targetId) });
    news.dispatchEvent(new Event("told"));
  };
  const subscriptions = [
    connection.subscribe("intake.report.*", {
      callback: (_, { data }) => {
        const { reportId, targets } = nouns.report.codec.decode(data);
        targetOf.set(`reports/${reportId}`, targets[0]?.targetId ?? "");
      },
    }),
    connection.subscribe("prober.page.*", {
      callback: (_, { data }) => note(nouns.page.codec.decode(data).targetId, { found: performance.now() }),
    }),
    connection.subscribe("matching.match.*", {
      callback: (_, { data }) => {
        const { targetId, itemCounts } = nouns.match.codec.decode(data);
        if (itemCounts !== undefined && isAll(itemCounts)) note(targetId, { matched: performance.now() });
      },
    }),
    connection.subscribe("casework.case.*", {
      callback: (_, { data }) => {
        const { targetId, pageItems } = nouns.case.codec.decode(data);
        const counts = pageItems?.counts;
        if (counts !== undefined && isAll(counts)) note(targetId, { decided: performance.now(), counts });
      },
    }),
  ];
  return {
    of(report) {
      const { promise, resolve, reject } = Promise.withResolvers<Told>();
      const late = setTimeout(() => reject(new Error(`no verdicts within ${DEADLINE_MS} ms`)), DEADLINE_MS);
      const look = () => {
        const { found, matched, decided, counts } = told.get(targetOf.get(report) ?? "") ?? {};
        if (found !== undefined && matched !== undefined && decided !== undefined && counts !== undefined)
          resolve({ found, matched, decided, counts });
      };
      news.addEventListener("told", look);
      look();
      return promise.finally(() => {
        clearTimeout(late);
        news.removeEventListener("told", look);
      });
    },
    [Symbol.dispose]: () => subscriptions.forEach((one) => one.unsubscribe()),
  };
}
