import { randomUUID } from "node:crypto";
import { derivedId } from "@ntd/service";
import { setMembers } from "@ntd/testing";
import type { Deps } from "../../services/hashlists/src/deps.ts";
import { entryIds, idTexts } from "../../services/hashlists/src/entries/entry-id.ts";
import { afterCall, nothingSaid, withNote } from "../../services/hashlists/src/opinions/entry-opinions.ts";
import { afterTold, disabledBy, enabledBy, untold } from "../../services/hashlists/src/opinions/entry-opinions.ts";
import type { EntryOpinionsState } from "../../services/hashlists/src/opinions/entry-opinions.ts";
import {
  newRevocation,
  takeEffect,
  type RevocationState,
} from "../../services/hashlists/src/revocations/revocation.ts";
import { activateRelease } from "../../services/hashlists/src/releases/rpc-activate-release.ts";
import { approveRelease } from "../../services/hashlists/src/releases/rpc-approve-release.ts";
import { activate, newSet, revoke, type HashSetState } from "../../services/hashlists/src/sets/hash-set.ts";
import { createSet } from "../../services/hashlists/src/sets/rpc-create-set.ts";
import { uploadRelease } from "../../services/hashlists/src/uploads/rpc-upload-release.ts";
import { calledBy, openTestDeps, sendAll } from "../../services/hashlists/test/deps.ts";
import { uploadOf } from "./hashlists-service.ts";
import { hashOf } from "./matching-service-entries.ts";
import type { Sizes } from "./quantity-sizes.ts";

export const SET = "country";
export const anna = calledBy("maintainer/anna");
export const ben = calledBy("maintainer/ben");
export const DAY_MS = 86_400_000;

const members = setMembers("anna", "ben", "carl", "dora");
const policy = {
  owner: "hotline",
  role: "SET_ROLE_POSITIVE",
  autoIssue: false,
  minVotes: 0,
  thresholds: { pdq: 31, blockhash: 12, pdqQuality: 50, blockhashTransitions: 60 },
} as const;
const HEADER = "algorithm,value,quality,scheme,code,votes,source_id";
/** Of so many releases one is a whole list; the others are deltas, of so many lines in turn, for a list of a million. */
const WHOLE_EVERY = 25;
const DELTAS = [3, 30, 300, 3000, 30_000];
/** Of so many revocations one is of a hundred entries, and of so many one gives back what the one before took. */
const [LARGE_EVERY, BACK_EVERY, LARGE] = [1000, 10_000, 100];

export const releasesOf = ({ lists }: Sizes) => Math.min(100, Math.max(10, lists / 10_000));

/** A list as it is after ten years, with all that was said and taken back of it, among many others. */
export async function fillLists(url: string, sizes: Sizes): Promise<void> {
  await using deps = await openTestDeps(url);
  const others = Array.from({ length: Math.max(1, sizes.sets - 1) }, (_, n) => anotherSet(n, deps.clock.now()));
  await deps.sets.insertMany(others.map((state) => ({ id: state.setId, state })));
  await createSet(deps)({ requestId: randomUUID(), setId: SET, policy, members }, anna);
  for (let nth = 0; nth < releasesOf(sizes); nth++) {
    deps.clock.advance(DAY_MS);
    await release(deps, nth, sizes);
  }
  await takeBack(deps, sizes);
  await say(deps, sizes);
}

export const hexOf = (file: number) => Buffer.from(hashOf(file)).toString("hex");
const filesIn = ({ lists }: Sizes) => Math.floor(lists / 3);

async function release(deps: Deps, nth: number, sizes: Sizes): Promise<void> {
  const isWhole = nth % WHOLE_EVERY === 0;
  const lines = isWhole ? wholeList(filesIn(sizes)) : deltaOf(nth, sizes);
  const kind = isWhole ? "UPLOAD_KIND_FULL" : "UPLOAD_KIND_DELTA";
  const { release: came } = await uploadRelease(deps)(uploadOf(lines, { setId: SET, kind }), anna);
  const releaseId = came?.releaseId ?? "";
  await approveRelease(deps)({ requestId: randomUUID(), releaseId }, ben);
  await activateRelease(deps)({ requestId: randomUUID(), releaseId }, ben);
  await sendAll(deps, SET);
}

// Iterated by who uploads, a piece at a time.
// oxlint-disable-next-line require-await -- a stream as a file is one
async function* wholeList(files: number): AsyncGenerator<Uint8Array> {
  yield Buffer.from(`${HEADER}\n`);
  for (let from = 0; from < files; from += 200) {
    const some = Array.from({ length: Math.min(200, files - from) }, (_, i) => linesOf(from + i, 1));
    yield Buffer.from(some.join(""));
  }
}

// Of three files one is new, one told with other votes, one goes.
// oxlint-disable-next-line require-await -- a stream as a file is one
async function* deltaOf(nth: number, sizes: Sizes): AsyncGenerator<Uint8Array> {
  const files = filesIn(sizes);
  const lines = ((DELTAS[nth % DELTAS.length] ?? 1) * sizes.lists) / 1_000_000;
  yield Buffer.from(`${HEADER},removed\n`);
  for (let i = 0; i < Math.max(1, lines / 9); i++) {
    const added = linesOf(files + nth * 10_000 + i, 1, ",");
    const changed = linesOf((nth * 7919 + 3 * i) % files, 5 + nth, ",");
    const removed = linesOf((nth * 7919 + 3 * i + 1) % files, 1, ",yes");
    yield Buffer.from(added + changed + removed);
  }
}

function linesOf(file: number, votes: number, end = ""): string {
  const hex = hexOf(file);
  const told = `vics-uk,${1 + (file % 3)},${votes},case-${file}${end}\n`;
  return `md5,${hex.slice(0, 32)},,${told}sha1,${hex.slice(0, 40)},,${told}pdq,${hex},80,${told}`;
}

function anotherSet(n: number, now: Date): HashSetState {
  const created = { createdBy: "maintainer/anna", createdTime: now, createdRequest: `request-${n}`, createdDigest: "" };
  let set = newSet({ setId: `set-${String(n).padStart(6, "0")}`, policy, members, ...created });
  for (let nth = 0; nth < 20; nth++) {
    const entered = { releaseId: `release-${n}-${nth}`, entryCount: 1000 };
    set = activate(set, entered, "maintainer/ben", new Date(now.getTime() - nth * DAY_MS)) ?? set;
  }
  return set;
}

// As the calls write it, many at a time.
async function takeBack({ sets, revocations, revoked, clock }: Awaited<ReturnType<typeof openTestDeps>>, sizes: Sizes) {
  const found = await sets.load(SET);
  let set = await listIn({ sets });
  for (let from = 0; from < sizes.revocations; from += 1000) {
    const some: { revocation: RevocationState; ids: string[] }[] = [];
    for (let n = from; n < Math.min(from + 1000, sizes.revocations); n++) {
      clock.advance(60_000);
      const ids = idsOf(n, sizes);
      const asked = askedFor(n, ids.length, clock.now());
      const effect = { revocationId: asked.revocationId, counter: set.counter + 1, time: clock.now() };
      const revocation = takeEffect(newRevocation(asked, set.counter), effect);
      if (revocation === undefined) throw new Error("a revocation did not take effect");
      set = revoke(set, revocation, clock.now());
      some.push({ revocation, ids });
    }
    await revoked.insertMany(
      some.map(({ revocation: { part }, ids }) => ({
        id: `${part}.0000`,
        state: { schemaVersion: 1, part, ids: Buffer.from(ids.join("").replaceAll("-", ""), "hex") },
      })),
    );
    await revocations.insertMany(some.map(({ revocation: state }) => ({ id: state.revocationId, state })));
  }
  if (found !== undefined) await sets.save(found, set);
}

const CAUSES = ["REVOCATION_CAUSE_WRONG_FILE", "REVOCATION_CAUSE_EXPIRED", "REVOCATION_CAUSE_DUPLICATE"] as const;
const isBack = (n: number) => n > 0 && n % BACK_EVERY === BACK_EVERY - 1;

function askedFor(n: number, entryCount: number, requestedTime: Date): Parameters<typeof newRevocation>[0] {
  const [revocationId, part] = [derivedId("revocation", n), derivedId("revoked", n)];
  const what = { revocationId, setId: SET, part, entryCount, reason: "listed by mistake", digest: `${n}` };
  const who = { requestedBy: "maintainer/anna", requestedTime, persons: 1, alreadyRevoked: 0 } as const;
  const cause = CAUSES[n % CAUSES.length] ?? "REVOCATION_CAUSE_WRONG_FILE";
  return { ...what, ...who, cause, ...(isBack(n) && { restores: true }) };
}

/** Of the entries that the nth revocation takes back, evenly over the list: the MD5 of a file, of some the SHA-1 of many. */
function idsOf(n: number, sizes: Sizes): string[] {
  if (isBack(n)) return idsOf(n - 1, sizes);
  const files = filesIn(sizes);
  const every = Math.max(1, Math.floor(files / sizes.revocations));
  const md5 = entryIdOf("MD5", (n * every) % files);
  if (n % LARGE_EVERY > 0) return [md5];
  return [md5, ...Array.from({ length: LARGE }, (_, i) => entryIdOf("SHA1", (n + i) % files))];
}

const idOf = entryIds(SET);

export function entryIdOf(algorithm: "MD5" | "SHA1" | "PDQ", file: number): string {
  const digits = { MD5: 32, SHA1: 40, PDQ: 64 }[algorithm];
  return idTexts(idOf(algorithm, hexOf(file).slice(0, digits)))[0] ?? "";
}

// Of four entries two have opinions, one a note, one was disabled.
async function say(
  { opinions, opinionCalls, exports, clock }: Deps & { clock: { advance(ms: number): void } },
  sizes: Sizes,
) {
  for (let from = 0; from < sizes.revocations; from += 1000) {
    const states = Array.from({ length: Math.min(1000, sizes.revocations - from) }, (_, i) => {
      clock.advance(1000);
      return told(saidOf(from + i, sizes, clock.now()));
    });
    await opinions.insertMany(states.map((state) => ({ id: state.entryId, state })));
    const ids = Buffer.from(states.map(({ entryId }) => entryId.replaceAll("-", "")).join(""), "hex");
    const given = { person: "maintainer/carl", organisation: "hotline", note: "as at home", time: clock.now() };
    const opinion = "ENTRY_OPINION_POSITIVE" as const;
    const callId = derivedId("opinion-call", from);
    const call = { schemaVersion: 1, callId, setId: SET, digest: "", given: { ...given, opinion }, ids } as const;
    await opinionCalls.insert(callId, { ...call, isDone: true });
    const taken = { setId: SET, releaseId: "release", entryCount: 1, format: "EXPORT_FORMAT_NTD_CSV" } as const;
    await exports.insert(randomUUID(), { schemaVersion: 1, ...taken, by: "maintainer/dora", time: clock.now() });
  }
}

function saidOf(n: number, sizes: Sizes, time: Date): EntryOpinionsState {
  const of = nothingSaid(SET, entryIdOf("PDQ", n % filesIn(sizes)));
  const by = "maintainer/carl";
  const opinion = n % 8 === 0 ? "ENTRY_OPINION_NEGATIVE" : "ENTRY_OPINION_POSITIVE";
  const given = { person: by, organisation: "hotline", opinion, note: "", time } as const;
  if (n % 4 < 2) return afterCall(of, `call-${n}`, given) ?? of;
  const after =
    n % 4 === 2
      ? withNote(of, { noteId: `note-${n}`, text: "seen twice this year", by, time })
      : disabledBy(of, { by, reason: "looked at again", days: 3, now: time });
  if (typeof after === "string") throw new Error(after);
  return enabledBy(after, by, new Date(time.getTime() + 1)) ?? after;
}

// Noted as told: nothing of it waits.
function told(of: EntryOpinionsState): EntryOpinionsState {
  const standing = untold(of);
  return (standing && afterTold(of, { ...standing, counter: 1 })) ?? of;
}

/** The list that is measured. */
export async function listIn({ sets }: Pick<Deps, "sets">): Promise<HashSetState> {
  const found = await sets.load(SET);
  if (found === undefined) throw new Error("the list was not filled");
  return found.state;
}

/** The newest first. */
export async function releasesIn(deps: Pick<Deps, "releases">): Promise<string[]> {
  const query = { where: { visibleIn: SET }, orderBy: "uploadedTime", descending: true } as const;
  return (await deps.releases.find({ ...query, limit: 100 })).map(({ id }) => id);
}
