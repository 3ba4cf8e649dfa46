import { createHash, randomUUID } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import { ReportServiceService } from "@ntd/proto/intake/v1/report_service";
import { connect } from "@ntd/rpc";
import type { DemoHost } from "./host.ts";
import type { PlannedReport } from "./planned-report.ts";
import type { Listed } from "./seed.ts";
import type { Platform } from "../platform/platform.ts";

export interface SentReport {
  plan: PlannedReport;
  name: string;
  sentAt: Date;
}

/** A report ready to be sent: its file is on the host. */
export interface PreparedReport {
  plan: PlannedReport;
  url: string;
  attached: string | undefined;
}

/**
 * Puts the pictures on the hosts. Every picture that is not listed by exact hash must differ from all listed ones in
 * MD5 and SHA-256, or the demonstration would prove nothing about recognition.
 */
export async function prepareReports(
  plans: readonly PlannedReport[],
  hosts: ReadonlyMap<string, DemoHost>,
  closed: string,
  listed: readonly Listed[],
) {
  const exact = new Set(listed.flatMap(({ sha256, md5 }) => [sha256, md5]));
  const prepared: PreparedReport[] = [];
  for (const plan of plans) {
    const host = hosts.get(plan.host);
    // Making pictures keeps the processor to itself.
    await setImmediate();
    for (const { file, on, bytes } of await filesOf(plan, hosts)) {
      if (digests(bytes).some((d) => exact.has(d)) !== (plan.what === "listed by exact hash")) {
        throw new Error(`${plan.what}: its MD5 or SHA-256 is not what the demonstration needs`);
      }
      on?.publish(file, bytes);
    }
    const attached = listed.find(({ seed }) => seed === plan.attached)?.pdq;
    prepared.push({ plan, url: host?.urlOf(plan.file) ?? `${closed}/${plan.file}`, attached });
  }
  return prepared;
}

interface HostedFile {
  file: string;
  on: DemoHost | undefined;
  bytes: Uint8Array;
}

/** What a report names, and of a page what it shows. */
async function filesOf(plan: PlannedReport, hosts: ReadonlyMap<string, DemoHost>): Promise<HostedFile[]> {
  const files: HostedFile[] = [];
  for (const { host, file, content } of plan.shows ?? []) {
    await setImmediate();
    files.push({ file, on: hosts.get(host), bytes: await content() });
  }
  const [on, file] = [hosts.get(plan.host), plan.file];
  if (files.length > 0) files.push({ file, on, bytes: pageOf(files) });
  else if (plan.content !== undefined) files.push({ file, on, bytes: await plan.content() });
  return files;
}

function pageOf(shown: readonly HostedFile[]): Uint8Array {
  const pictures = shown.map(({ file, on }) => `<img src="${on?.urlOf(file)}" width="400">`);
  const talk = "<p>Somebody wrote some words about the weather, and somebody else answered at length.</p>";
  return Buffer.from(`<!doctype html><title>Thread 7</title>\n${[talk, ...pictures].join("\n")}\n`);
}

function digests(bytes: Uint8Array): string[] {
  return ["md5", "sha256"].map((algorithm) => createHash(algorithm).update(bytes).digest("hex"));
}

/** Sends each as a report of its own, as a member of the public would through the portal. */
export async function sendReports(platform: Platform, prepared: readonly PreparedReport[]): Promise<SentReport[]> {
  const identityDir = await platform.machine.identity("reporter", "public");
  await using client = connect(ReportServiceService, { address: platform.endpoints["intake"] ?? "", identityDir });
  const sent: SentReport[] = [];
  for (const { plan, url, attached } of prepared) {
    const sentAt = new Date();
    const fingerprints = attached === undefined ? [] : [{ algorithm: "ALGORITHM_PDQ" as const, hex: attached }];
    const target = { url, observedTime: undefined, mediaType: "MEDIA_TYPE_IMAGE" as const, fingerprints };
    const { name } = await client.submitReport({
      requestId: randomUUID(),
      channel: "CHANNEL_PUBLIC",
      targets: [target],
      description: "",
      threat: undefined,
      language: "en",
      ...(plan.isOfVictim && { happeningToMe: true, selfMade: true }),
    });
    sent.push({ plan, name, sentAt });
  }
  return sent;
}
