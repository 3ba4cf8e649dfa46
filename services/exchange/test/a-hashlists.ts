import { createHash } from "node:crypto";
import { freePort } from "@ntd/embedded";
import {
  HashListServiceService,
  type HashSet,
  type ListReleasesRequest,
  type ReleaseInfo,
  type SetMember,
  type UploadHeader,
  type UploadReleaseRequest,
} from "@ntd/proto/hashlists/v1/hash_list_service";
import { HashSetViewServiceService, type GetSetRequest } from "@ntd/proto/hashlists/v1/set_view_service";
import { service, startRpcServer } from "@ntd/rpc";
import { createLog, derivedId, Health, Problem } from "@ntd/service";
import type { TestBed } from "@ntd/testing";

type Known<S extends Parameters<typeof service>[0]> = Parameters<typeof service<S>>[1];

const SETS: readonly string[] = ["ncmec", "other"];

interface Played {
  uploads: Uploaded[];
  reused: number;
  becomes: ReleaseInfo["state"];
}

export interface Uploaded {
  header: UploadHeader;
  text: string;
  release: ReleaseInfo;
}

/** The side of hashlists, played by the test: what was uploaded to it, and what it answers. */
export async function aHashlists(bed: TestBed) {
  await using stack = new AsyncDisposableStack();
  const identityDir = await bed.identity("service", "hashlists");
  const log = createLog("hashlists", "silent");
  const health = stack.use(new Health(log));
  const listen = `127.0.0.1:${await freePort()}`;
  const uploads: Uploaded[] = [];
  const played = {
    uploads,
    /** How often it was uploaded to, repeats among them. */
    calls: 0,
    /** So many answers are lost: what was uploaded is there, and who uploaded it does not hear so. */
    losesAnswers: 0,
    /** Uploads under a request id that came with other bytes. */
    reused: 0,
    /** What is in force in every set; "": nothing. */
    inForce: "",
    /** What else every set says of itself. */
    says: {} as Pick<HashSet, "retiredTime" | "lostRelease">,
    /** What uploads become. */
    becomes: "RELEASE_STATE_VALIDATED" as ReleaseInfo["state"],
    fault: undefined as Problem | undefined,
    /** Of every set. */
    members: [] as SetMember[],
    address: listen.replace("127.0.0.1", "localhost"),
  };
  async function uploadRelease(parts: AsyncIterable<UploadReleaseRequest>) {
    played.calls++;
    if (played.fault !== undefined) throw played.fault;
    const { header, text } = await whole(parts);
    const { release, isNew } = taken(played, header, text);
    if (isNew && played.losesAnswers-- > 0) throw new Problem("STORE_UNAVAILABLE");
    return { release, problems: [] };
  }
  async function listReleases({ setId }: ListReleasesRequest) {
    if (played.fault !== undefined) throw played.fault;
    const releases = uploads.filter(({ header }) => header.setId === setId).map(({ release }) => release);
    return { releases: releases.toReversed(), nextPageToken: "" };
  }
  async function getSet({ setId }: GetSetRequest) {
    if (played.fault !== undefined) throw played.fault;
    if (!SETS.includes(setId)) throw new Problem("NOT_FOUND");
    const { inForce: activeReleaseId, members, says } = played;
    return { set: { setId, activeReleaseId, members, counter: 0n, ...says } };
  }
  const missing = () => Promise.reject(new Problem("NOT_FOUND"));
  const own: Readonly<Record<string, unknown>> = { uploadRelease, listReleases, getSet };
  const methods = new Proxy({}, { get: (_, name) => own[String(name)] ?? missing });
  const served = ["HashListService/UploadRelease", "HashListService/ListReleases", "HashSetViewService/GetSet"];
  const access = Object.fromEntries(served.map((method) => [`/ntd.hashlists.v1.${method}`, ["service/exchange"]]));
  stack.use(
    await startRpcServer({ listen, identityDir, access, health, log }, [
      service(HashListServiceService, methods as Known<typeof HashListServiceService>),
      service(HashSetViewServiceService, methods as Known<typeof HashSetViewServiceService>),
    ]),
  );
  const running = stack.move();
  return Object.assign(played, { [Symbol.asyncDispose]: () => running.disposeAsync() });
}

function taken(played: Played, header: UploadHeader, text: string): { release: ReleaseInfo; isNew: boolean } {
  const known = played.uploads.find((one) => one.header.requestId === header.requestId);
  if (known !== undefined && digest(known.text) !== digest(text)) {
    played.reused++;
    throw new Problem("REQUEST_ID_REUSED");
  }
  if (known !== undefined) return { release: known.release, isNew: false };
  const release = releaseOf(derivedId("release", header.requestId), header, played.becomes);
  played.uploads.push({ header, text, release });
  return { release, isNew: true };
}

const digest = (text: string) => createHash("sha256").update(text).digest("hex");

async function whole(parts: AsyncIterable<UploadReleaseRequest>): Promise<{ header: UploadHeader; text: string }> {
  let header: UploadHeader | undefined;
  const chunks: Uint8Array[] = [];
  let said: bigint | undefined;
  for await (const { part } of parts) {
    if (part?.$case === "header") header = part.value;
    if (part?.$case === "chunk") chunks.push(part.value);
    if (part?.$case === "trailer") said = part.value.byteCount;
  }
  const bytes = Buffer.concat(chunks);
  if (header === undefined || said !== BigInt(bytes.length))
    throw Problem.fields({ field: "trailer", description: "x" });
  return { header, text: bytes.toString("utf8") };
}

function releaseOf(releaseId: string, header: UploadHeader, state: ReleaseInfo["state"]): ReleaseInfo {
  return {
    releaseId,
    setId: header.setId,
    state,
    entryCount: 1n,
    problemCount: state === "RELEASE_STATE_REJECTED" ? 1n : 0n,
    revokedCount: 0n,
    uploadedBy: "service/exchange",
    approvedBy: "",
    uploadedTime: new Date(),
    approvedTime: undefined,
    activatedTime: undefined,
    fileName: header.fileName ?? "",
    remarks: [],
  };
}
