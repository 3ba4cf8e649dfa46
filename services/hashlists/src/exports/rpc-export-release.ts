import { randomUUID } from "node:crypto";
import type { ExportReleaseRequest, ExportReleaseResponse } from "@ntd/proto/hashlists/v1/set_view_service";
import { callerOf, type CallContext } from "@ntd/rpc";
import { Problem, shown, type FieldFault } from "@ntd/service";
import { change } from "@ntd/store";
import type { Deps } from "../deps.ts";
import type { HashSetState } from "../sets/hash-set.ts";
import { loadSetFor } from "../sets/load-set.ts";
import type { KnownRevoked } from "../revoked/known-revoked.ts";
import { loadRelease } from "../releases/load-release.ts";
import { requireWhole } from "../releases/whole.ts";
import { loadViewed, type Viewed } from "../views/release-entries.ts";
import { csvTexts } from "./csv-texts.ts";
import { FileOut } from "./file-out.ts";
import type { LeftOut } from "./vics-record.ts";
import { surveyed } from "./vics-passes.ts";
import { vicsTexts } from "./vics-texts.ts";

type Needed = Pick<
  Deps,
  "sets" | "releases" | "entries" | "prints" | "revocations" | "revoked" | "packedSteps" | "exports" | "clock"
>;

/** What was written so far. */
export interface Tally {
  written: number;
  revokedWritten: number;
  leftOut: LeftOut;
}

/** A release as a file. That somebody takes it away is noted before the first byte goes. */
export function exportRelease(needed: Needed, revokedIn: KnownRevoked) {
  return async function* stream(
    request: ExportReleaseRequest,
    context: CallContext,
  ): AsyncGenerator<ExportReleaseResponse> {
    const { state: set } = await loadSetFor(needed, request.setId, context, "export");
    requireExportable(set, request);
    const release = await loadViewed(needed, set, request.releaseId);
    // Nobody would know of a file what is not in it.
    await requireWhole(needed, (await loadRelease(needed, release.releaseId)).state);
    const tally: Tally = { written: 0, revokedWritten: 0, leftOut: new Map() };
    const texts = await textsOf(needed, { set, release, request, tally, revokedIn });
    const { releaseId, entryCount } = release;
    const { person: by } = callerOf(context);
    const noted = { setId: set.setId, releaseId, entryCount, format: request.format, by, time: needed.clock.now() };
    const exportId = randomUUID();
    await needed.exports.insert(exportId, { schemaVersion: 1, ...noted });
    const ending = request.format === "EXPORT_FORMAT_VICS_JSON" ? "json" : "csv";
    const fileName = `${set.setId}-${releaseId.slice(0, 8)}.${ending}`;
    yield { part: { $case: "header", value: { releaseId, fileName, entryCount: BigInt(entryCount) } } };
    const out = new FileOut();
    for await (const text of texts) {
      context.signal.throwIfAborted();
      const piece = out.push(text);
      if (piece !== undefined) yield { part: { $case: "chunk", value: piece } };
    }
    const rest = out.rest();
    if (rest !== undefined) yield { part: { $case: "chunk", value: rest } };
    const written = tally.written + tally.revokedWritten;
    await change(needed.exports, exportId, (state) => state && { state: { ...state, written } });
    yield { part: { $case: "trailer", value: trailerOf(out, tally) } };
  };
}

interface Export {
  set: HashSetState;
  release: Viewed;
  request: ExportReleaseRequest;
  tally: Tally;
  revokedIn: KnownRevoked;
}

async function textsOf(needed: Needed, { set, release, request, tally, revokedIn }: Export) {
  if (request.format === "EXPORT_FORMAT_NTD_CSV") {
    return csvTexts(needed, { set, release, withRevoked: request.withRevoked }, tally);
  }
  const { schemes, named } = await surveyed(needed, release);
  const scheme = schemeOf(schemes, request.scheme);
  return vicsTexts(needed, { release, scheme, named, revoked: await revokedIn(set) }, tally);
}

function trailerOf(out: FileOut, { written, revokedWritten, leftOut }: Tally) {
  return {
    byteCount: BigInt(out.byteCount),
    sha256: out.digest(),
    written: BigInt(written),
    revokedWritten: BigInt(revokedWritten),
    leftOut: Array.from(leftOut, ([why, count]) => ({ why, count: BigInt(count) })),
  };
}

function requireExportable({ policy }: HashSetState, { format, withRevoked }: ExportReleaseRequest): void {
  const { role } = policy;
  // What the platform made of its own decisions, and what children said of themselves, is nobody's list to pass on.
  if (role !== "SET_ROLE_POSITIVE" && role !== "SET_ROLE_NEGATIVE") {
    throw new Problem("NOT_ALLOWED", "Lists of this role stay here: they are never exported.");
  }
  const faults: FieldFault[] = [];
  const fault = (field: string, description: string) => void faults.push({ field, description });
  const isVics = format === "EXPORT_FORMAT_VICS_JSON";
  if (!isVics && format !== "EXPORT_FORMAT_NTD_CSV") fault("format", "is none that lists are written in; send one");
  if (isVics && role === "SET_ROLE_NEGATIVE") {
    fault("format", "VICS lists abuse material, and this set speaks against it; take CSV");
  }
  if (isVics && withRevoked) fault("with_revoked", "VICS has no lines that take entries back; take CSV");
  if (faults.length > 0) throw Problem.fields(...faults);
}

function schemeOf(schemes: ReadonlyMap<string, number>, asked: string): string {
  const there = [...schemes.keys()].toSorted();
  const found = asked === "" && there.length === 1 ? there[0] : there.find((one) => one === asked.toLowerCase());
  if (found !== undefined) return found;
  if (there.length === 0)
    throw new Problem("WRONG_STATE", "No entry of this release has a category of VICS; take CSV.");
  const said = asked === "" ? "is missing" : `${shown(asked)} is none of its schemes`;
  throw Problem.fields({ field: "scheme", description: `${said}; a file of VICS has one of ${there.join(", ")}` });
}
