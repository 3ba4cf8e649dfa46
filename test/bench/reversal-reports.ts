import { randomUUID } from "node:crypto";
import type { PipelineStage } from "./pipeline-stage.ts";

const UNDER_WAY = 32;

/** Reports `count` addresses of the listed picture, some of them at a time. */
export async function sendAll({ hosts, reporter, pictures }: PipelineStage, count: number): Promise<void> {
  let sent = 0;
  async function sendOn(): Promise<void> {
    while (sent < count) {
      const nth = sent++;
      const url = hosts.publish(nth, `/${randomUUID()}.jpg`, pictures[0] ?? new Uint8Array());
      await reporter.submitReport({
        requestId: randomUUID(),
        channel: "CHANNEL_PUBLIC",
        targets: [{ url, observedTime: undefined, mediaType: "MEDIA_TYPE_IMAGE", fingerprints: [] }],
        description: "",
        threat: undefined,
        language: "en",
      });
    }
  }
  await Promise.all(Array.from({ length: UNDER_WAY }, sendOn));
}
