import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import {
  connect as connectHttp2,
  type ClientHttp2Session,
  type ClientHttp2Stream,
  type IncomingHttpHeaders,
} from "node:http2";
import { join } from "node:path";
import { callHeaders, END_HEADERS, FRAME, frame, openRawHttp2 } from "@ntd/testing/raw-http2";
import { readIdentityFiles } from "../src/identity/identity-files.ts";

/** A connection on which a test says what no client of ours would. */
export async function rawConnection(address: string, identityDir: string): Promise<ClientHttp2Session> {
  const { ca, cert, key } = readIdentityFiles(identityDir);
  const session = connectHttp2(`https://${address}`, { ca, cert, key });
  session.on("error", () => undefined);
  await new Promise((resolve, reject) => session.once("remoteSettings", resolve).once("error", reject));
  return session;
}

/** The first header of a call, and nothing more. */
export function headerOnly(session: ClientHttp2Session, path: string): ClientHttp2Stream {
  const stream = session.request({
    ":method": "POST",
    ":path": path,
    "content-type": "application/grpc",
    te: "trailers",
  });
  return stream.on("error", () => undefined);
}

/** What a call is answered with when no message of it was ever sent: status, and its details as text. */
export async function answerTo(stream: ClientHttp2Stream): Promise<{ status: string; details: string }> {
  const headers = await new Promise<IncomingHttpHeaders>((resolve, reject) => {
    stream.once("response", resolve).once("close", () => reject(new Error("closed without an answer")));
  });
  const details = Buffer.from(headers["grpc-status-details-bin"]?.toString() ?? "", "base64").toString("latin1");
  return { status: String(headers["grpc-status"]), details };
}

/**
 * Opens `most` calls on one connection, header after header, whatever the server says; returns how many it wrote before
 * the connection was closed. Node's own client heeds the server's limits, so the frames are made by hand (RFC 9113).
 */
export async function flood(
  address: string,
  identityDir: string,
  path: string,
  most: number,
  step: () => void,
): Promise<number> {
  using raw = await openRawHttp2(address, identityDir);
  const block = callHeaders(path);
  let sent = 0;
  while (raw.isOpen && sent < most) {
    const frames = Array.from({ length: 500 }, (_, n) => frame(FRAME.headers, END_HEADERS, (sent + n) * 2 + 1, block));
    sent += frames.length;
    await raw.write(...frames);
    step();
  }
  // What was written is taken in.
  for (let n = 0; raw.isOpen && n < 20; n += 1) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    step();
  }
  return sent;
}

/** `fixtures/serving.ts` as a process. */
export async function servingProcess(environment: Record<string, string>) {
  const file = join(import.meta.dirname, "../fixtures/serving.ts");
  const env = { PATH: process.env["PATH"] ?? "", ...environment };
  const child = spawn(process.execPath, [file], { env, stdio: ["ignore", "pipe", "inherit"] });
  const address = await new Promise<string>((resolve, reject) => {
    child.stdout.once("data", (line: Buffer) => resolve(line.toString().trim()));
    child.once("exit", (code) => reject(new Error(`the server ended with ${code}`)));
  });
  return {
    address,
    /** Memory that the process holds, in MiB. */
    memory(): number {
      const line = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${child.pid}/status`, "utf8"));
      return Number(line?.[1]) / 1024;
    },
    [Symbol.dispose]: () => void child.kill("SIGKILL"),
  };
}
