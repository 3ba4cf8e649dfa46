import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { access, constants, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import {
  HashSetViewServiceService,
  type ExportFormat,
  type ExportHeader,
  type ExportReleaseRequest,
  type ExportTrailer,
} from "@ntd/proto/hashlists/v1/set_view_service";
import { Problem } from "@ntd/service";
import { Option, type Command } from "commander";
import type { Cli } from "../../../cli/cli.ts";
import { UsageError } from "../../../cli/failure.ts";
import { listing } from "../../../cli/output.ts";
import { idOption } from "../../../cli/short-ids.ts";

/** VICS of ten million entries takes some minutes. */
const DEADLINE_MS = 3_600_000;

const FORMATS: Readonly<Record<string, ExportFormat>> = {
  csv: "EXPORT_FORMAT_NTD_CSV",
  vics: "EXPORT_FORMAT_VICS_JSON",
};

interface ExportOptions {
  format: string;
  out: string;
  force: boolean;
  release?: string;
  withRevoked: boolean;
  scheme: string;
}

/** Takes a release away as a file. */
export function exportCommand(set: Command, cli: Cli): void {
  set
    .command("export")
    .description("write a release to a file; that you did is in the set's history")
    .argument("<id>")
    .addOption(
      new Option("--format <word>", "how: all of it as CSV, or as VICS 2.0 what that has")
        .choices(["csv", "vics"])
        .makeOptionMandatory(),
    )
    .requiredOption("--out <file>", "where to; nothing is to be there yet")
    .option("--force", "replace what is there, once all of it is written", false)
    .addOption(idOption("release", "--release <release>", "this one, not the one in force"))
    .option("--with-revoked", "what was taken back as lines that take it back (CSV)", false)
    .option("--scheme <name>", "VICS: of which country's categories, as vics-uk", "")
    .action(async (id: string, options: ExportOptions) => exportRelease(cli, id, options));
}

async function exportRelease(cli: Cli, setId: string, options: ExportOptions): Promise<void> {
  const { out, release: releaseId = "", withRevoked, scheme } = options;
  if (existsSync(out) && !options.force) {
    throw new UsageError(`${out} is there already; name another file, or replace it with --force`);
  }
  const format = FORMATS[options.format] ?? "EXPORT_FORMAT_UNSPECIFIED";
  const request = { setId, releaseId, format, withRevoked, scheme };
  const { header, trailer } = await written(cli, request, out);
  cli.print({ out, ...header, ...trailer }, () =>
    listing({
      written: out,
      release: header.releaseId,
      entries: trailer.written,
      "that take back": trailer.revokedWritten === 0n ? "" : trailer.revokedWritten,
      "left out": { below: trailer.leftOut.map(({ why, count }) => `${count} ${why}`) },
      bytes: trailer.byteCount,
      "SHA-256": Buffer.from(trailer.sha256).toString("hex"),
    }),
  );
}

// A file that broke off never stands where a whole one is looked for.
async function written(cli: Cli, request: ExportReleaseRequest, out: string) {
  const part = `${out}.part`;
  const folder = dirname(out);
  await access(folder, constants.W_OK).catch((cause: unknown) => {
    throw new UsageError(`cannot write to ${folder}; name a folder that is there and yours`, { cause });
  });
  try {
    const got = await cli.call(
      "hashlists",
      HashSetViewServiceService,
      async (views) => {
        await using file = await open(part, "w", 0o600);
        return await received(views.exportRelease(request), file);
      },
      DEADLINE_MS,
    );
    if (got === undefined) throw new Problem("PEER_UNAVAILABLE", "The file did not come whole; export it again.");
    await rename(part, out);
    return got;
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}

type Parts = AsyncIterable<{
  part?:
    | { $case: "header"; value: ExportHeader }
    | { $case: "chunk"; value: Uint8Array }
    | { $case: "trailer"; value: ExportTrailer }
    | undefined;
}>;

// Undefined where it is not all of what was sent.
async function received(parts: Parts, file: { writeFile(bytes: Uint8Array): Promise<void>; sync(): Promise<void> }) {
  const hash = createHash("sha256");
  let header: ExportHeader | undefined;
  let trailer: ExportTrailer | undefined;
  for await (const { part } of parts) {
    if (part?.$case === "header") header = part.value;
    if (part?.$case === "trailer") trailer = part.value;
    if (part?.$case !== "chunk") continue;
    hash.update(part.value);
    await file.writeFile(part.value);
  }
  await file.sync();
  const isWhole = trailer !== undefined && hash.digest().equals(Buffer.from(trailer.sha256));
  return header !== undefined && trailer !== undefined && isWhole ? { header, trailer } : undefined;
}
