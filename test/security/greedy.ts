import { randomUUID } from "node:crypto";
import { ReportServiceService } from "@ntd/proto/intake/v1/report_service";
import { NoticeServiceService } from "@ntd/proto/takedown/v1/notice_service";
import { connect, problemOf, type RpcClient } from "@ntd/rpc";

// A process that asks without end for more than its identity may, by our own client. It tells how often it was answered
// what.
const [mode = "", address = "", identityDir = ""] = process.argv.slice(2);
const heard: Record<string, number> = {};
setInterval(() => process.send?.(heard), 100);

function note(error: unknown): void {
  const { reason, metadata } = problemOf(error);
  const word = [reason, metadata["quota"]].filter((part) => part !== undefined).join(" ");
  heard[word] = (heard[word] ?? 0) + 1;
}

/** As many at a time; one that is refused is asked for again. */
const STREAMS = 500;

async function watch(client: RpcClient<typeof NoticeServiceService>): Promise<never> {
  for (;;) {
    try {
      for await (const _ of client.watchNotices({ maxInFlight: 0, understands: [] })) heard["OK"] = 1;
    } catch (error) {
      note(error);
    }
  }
}

/** Who is over its rate is answered after a quarter of a second: so many at a time are 200 calls a second. */
const CALLS = 50;

async function call(client: RpcClient<typeof ReportServiceService>): Promise<never> {
  for (;;) await client.getReport({ name: `reports/${randomUUID()}` }).catch(note);
}

if (mode === "watch") {
  const client = connect(NoticeServiceService, { address, identityDir });
  for (let n = 0; n < STREAMS; n += 1) void watch(client);
} else {
  const client = connect(ReportServiceService, { address, identityDir });
  for (let n = 0; n < CALLS; n += 1) void call(client);
}
