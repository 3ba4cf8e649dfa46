import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createReadStream } from "node:fs";
import { join } from "node:path";
import type { UploadHeader, UploadReleaseRequest } from "@ntd/proto/hashlists/v1/hash_list_service";
import { freePort } from "@ntd/embedded";
import { forNode } from "@ntd/scripts/platform";
import { compileCache } from "@ntd/scripts/process";
import type { TestBed } from "@ntd/testing";

/** The service in a process of its own; with NTD_BENCH_PROFILE, a folder, profiles of it are written there. */
export async function startHashlists(bed: TestBed, settings: Record<string, string> = {}) {
  const port = await freePort();
  const environment = await bed.environment("hashlists", { LISTEN: `127.0.0.1:${port}`, ...settings });
  const { PATH = "", NTD_BENCH_PROFILE: profiles } = process.env;
  const flags = profiles ? ["--cpu-prof", `--cpu-prof-dir=${profiles}`] : [];
  const main = join(import.meta.dirname, "../../services/hashlists/src/main.ts");
  const server = spawn(process.execPath, [...flags, main], {
    env: { PATH, NODE_COMPILE_CACHE: compileCache, ...environment, ...forNode.hashlists },
    stdio: "inherit",
  });
  return {
    address: `localhost:${port}`,
    pid: server.pid ?? 0,
    async [Symbol.asyncDispose]() {
      if (server.exitCode !== null || !server.kill("SIGTERM")) return;
      await once(server, "exit");
    },
  };
}

/** A file as it is uploaded. */
export function partsOf(file: string, setId: string): AsyncGenerator<UploadReleaseRequest> {
  return uploadOf(createReadStream(file, { highWaterMark: 64 * 1024 }) as AsyncIterable<Buffer>, { setId });
}

export async function* uploadOf(
  chunks: AsyncIterable<Uint8Array>,
  about: Omit<UploadHeader, "requestId">,
): AsyncGenerator<UploadReleaseRequest> {
  yield { part: { $case: "header", value: { requestId: randomUUID(), ...about } } };
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    yield { part: { $case: "chunk", value: chunk } };
  }
  yield { part: { $case: "trailer", value: { byteCount: BigInt(bytes) } } };
}
