import { createHash, type Hash } from "node:crypto";
import { createReadStream } from "node:fs";
import type { UploadHeader } from "@ntd/proto/hashlists/v1/hash_list_service";
import { UploadServiceService, type GetUploadResponse } from "@ntd/proto/hashlists/v1/upload_service";
import { derivedId } from "@ntd/service";
import type { Cli } from "../../../cli/cli.ts";

/** What is kept of a file of gigabytes is read for it. */
const ASK_MS = 60_000;
/** The same file again, when what became of it is over: so often, and then under one id that is drawn. */
const MOST_AGAIN = 50;

/** How an upload begins: under which request id, and behind which byte. */
export interface Beginning {
  requestId: string;
  resumeAt: number;
}

/**
 * Where to begin: what is sent again goes on where it stopped, as long as it is the same file, and what waits to be
 * approved is not uploaded twice. A file whose release is over is uploaded anew.
 *
 * @param digest of the whole file.
 */
export async function beginning(
  cli: Cli,
  file: string,
  header: Omit<UploadHeader, "requestId">,
  digest: string,
): Promise<Beginning> {
  const { setId, format = "", kind = "", baseReleaseId = "" } = header;
  for (let again = 0; again < MOST_AGAIN; again++) {
    const requestId = derivedId("upload", setId, format, kind, baseReleaseId, digest, again);
    const kept = await keptOf(cli, setId, requestId);
    if (kept.state === "UPLOAD_STATE_KEPT") return { requestId, resumeAt: await resumeAt(file, kept) };
    if (kept.state !== "UPLOAD_STATE_ENDED" || isWaiting(kept)) return { requestId, resumeAt: 0 };
  }
  return { requestId: cli.requestId(), resumeAt: 0 };
}

/** Where an upload under this id goes on. */
export async function resumeAtOf(cli: Cli, file: string, setId: string, requestId: string): Promise<number> {
  const kept = await keptOf(cli, setId, requestId);
  return kept.state === "UPLOAD_STATE_KEPT" ? resumeAt(file, kept) : 0;
}

/** The digest of a file, in hex. */
export async function digestOf(file: string): Promise<string> {
  return (await digestOfFirst(file)).digest("hex");
}

function keptOf(cli: Cli, setId: string, uploadRequestId: string): Promise<GetUploadResponse> {
  const request = { setId, uploadRequestId };
  return cli.call("hashlists", UploadServiceService, (uploads) => uploads.getUpload(request), ASK_MS);
}

function isWaiting({ release }: GetUploadResponse): boolean {
  return release?.state === "RELEASE_STATE_VALIDATED" || release?.state === "RELEASE_STATE_QUARANTINED";
}

// 0 where the file begins otherwise than what is kept.
async function resumeAt(file: string, { keptBytes, keptSha256 }: GetUploadResponse): Promise<number> {
  const bytes = Number(keptBytes);
  const own = (await digestOfFirst(file, bytes)).digest();
  return own.equals(keptSha256) ? bytes : 0;
}

async function digestOfFirst(file: string, bytes = Number.POSITIVE_INFINITY): Promise<Hash> {
  const digest = createHash("sha256");
  if (bytes === 0) return digest;
  const stream = createReadStream(file, { end: bytes - 1 });
  for await (const piece of stream as AsyncIterable<Buffer>) digest.update(piece);
  return digest;
}
