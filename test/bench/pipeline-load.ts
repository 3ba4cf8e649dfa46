import { randomUUID } from "node:crypto";
import { nouns } from "@ntd/bus";
import type { PipelineStage } from "./pipeline-stage.ts";

/** Sends reports of known pictures at distinct addresses and waits for the providers' receipts. */
export interface Load {
  /** Sends reports at a constant rate, whether or not the ones before have come through. */
  atRate(perSecond: number, count: number): Promise<Batch>;
  /** Sends `count` reports, keeping `under` of them under way. */
  atMost(under: number, count: number): Promise<Batch>;
  /** Reports so far. */
  sent(): number;
}

export interface Batch {
  /** From when a report was due to be sent to the provider's receipt, in milliseconds. */
  times: number[];
  /** Reports whose receipt came, a second. */
  perSecond: number;
  /** The reports a second of each fifth of the batch: falling behind shows. */
  fifths: number[];
}

const DEADLINE_MS = 120_000;

export function startLoad(stage: PipelineStage): Load & Disposable {
  const receipts = watchReceipts(stage);
  let sent = 0;
  async function one(at: number): Promise<Ended> {
    const nth = sent++;
    const path = `/${randomUUID()}.jpg`;
    const url = stage.hosts.publish(nth, path, stage.pictures[nth % stage.pictures.length] ?? new Uint8Array());
    const { name } = await stage.reporter.submitReport({
      requestId: randomUUID(),
      channel: "CHANNEL_PUBLIC",
      targets: [{ url, observedTime: undefined, mediaType: "MEDIA_TYPE_IMAGE", fingerprints: [] }],
      description: "",
      threat: undefined,
      language: "en",
    });
    const ms = (await receipts.of(name, path)) - at;
    return { ms, at: Date.now() };
  }
  return {
    sent: () => sent,
    async atRate(perSecond, count) {
      const began = Date.now();
      const all: Promise<Ended>[] = [];
      while (all.length < count) {
        const at = began + (all.length * 1000) / perSecond;
        if (at > Date.now()) await new Promise((resolve) => setTimeout(resolve, at - Date.now()));
        all.push(one(at));
      }
      return batchOf(began, all);
    },
    async atMost(under, count) {
      const began = Date.now();
      const all: Promise<Ended>[] = [];
      const underWay = new Set<Promise<unknown>>();
      while (all.length < count) {
        if (underWay.size >= under) await Promise.race(underWay);
        const sending = one(Date.now());
        all.push(sending);
        const over: Promise<unknown> = sending.finally(() => underWay.delete(over));
        underWay.add(over);
      }
      return batchOf(began, all);
    },
    [Symbol.dispose]: () => receipts[Symbol.dispose](),
  };
}

interface Receipts extends Disposable {
  /** When the provider acknowledged the notice of this report. */
  of(reportName: string, path: string): Promise<number>;
}

/** Watches the notices that providers acknowledge; a picture whose notice was answered is taken off its host. */
function watchReceipts(stage: PipelineStage): Receipts {
  const waiting = new Map<string, (at: number) => void>();
  const early = new Map<string, number>();
  const paths = new Map<string, string>();
  const reportOf = new Map<string, string>();
  const { connection } = stage.platform.machine.bus;
  const reports = connection.subscribe("intake.report.*", {
    callback: (_error, message) => {
      const { reportId, targets } = nouns.report.codec.decode(message.data);
      reportOf.set(targets[0]?.targetId ?? "", `reports/${reportId}`);
    },
  });
  const notices = connection.subscribe("takedown.notice.>", {
    callback: (_error, message) => {
      const { targets, answeredTime, acknowledgedTime } = nouns.notice.codec.decode(message.data);
      const name = reportOf.get(targets[0]?.targetId ?? "") ?? "";
      if (answeredTime !== undefined) stage.hosts.remove(paths.get(name) ?? "");
      if (acknowledgedTime === undefined) return;
      early.set(name, acknowledgedTime.getTime());
      waiting.get(name)?.(acknowledgedTime.getTime());
    },
  });
  return {
    async of(name, path) {
      paths.set(name, path);
      const before = early.get(name);
      if (before !== undefined) return before;
      const { promise, resolve, reject } = Promise.withResolvers<number>();
      const late = setTimeout(() => reject(new Error(`no receipt within ${DEADLINE_MS} ms`)), DEADLINE_MS);
      waiting.set(name, resolve);
      return promise.finally(() => clearTimeout(late));
    },
    [Symbol.dispose]() {
      reports.unsubscribe();
      notices.unsubscribe();
    },
  };
}

/** A report whose receipt came: its time, and when that was known. */
interface Ended {
  ms: number;
  at: number;
}

async function batchOf(began: number, all: readonly Promise<Ended>[]): Promise<Batch> {
  const ended = await Promise.all(all);
  const ends = ended.map(({ at }) => at - began).toSorted((a, b) => a - b);
  const fifths = [0, 1, 2, 3, 4].map((n) => {
    const [from, to] = [Math.floor((n * ends.length) / 5), Math.floor(((n + 1) * ends.length) / 5)];
    return ((to - from) * 1000) / ((ends[to - 1] ?? 0) - (n === 0 ? 0 : (ends[from - 1] ?? 0)));
  });
  return { times: ended.map(({ ms }) => ms), perSecond: (ends.length * 1000) / (ends.at(-1) ?? 1), fifths };
}
