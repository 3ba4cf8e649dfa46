import { mkdir, mkdtemp, open, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { openSnapshot, type IndexThreads, type SnapshotRefusal } from "@ntd/hammingindex";
import { inSlices, type Logger } from "@ntd/service";
import type { FileFault } from "./entries-file.ts";
import { indexOptions } from "../search/index-options.ts";
import { ListedFilms } from "../entries/listed-films.ts";
import { LoadedSet, thresholdsOf } from "../lists/loaded-set.ts";
import { ReleaseEntries, sameFloors } from "../entries/release-entries.ts";
import { PERCEPTUAL, type PerceptualAlgorithm } from "../search/search-plan.ts";
import { readSetFile, writeSetFile } from "./set-file.ts";
import type { KnownSet } from "../store.ts";

/**
 * Sets as they were loaded, in a folder that this process has for itself: a folder for each set, and in it one for the
 * release and the counter up to which revocations are in. Written aside and renamed: what has its name is whole.
 */
export class Snapshots {
  readonly #dir: string;
  readonly #threads: IndexThreads;
  readonly #log: Logger;

  constructor(dir: string, threads: IndexThreads, log: Logger) {
    this.#dir = dir;
    this.#threads = threads;
    this.#log = log;
  }

  /**
   * A set as it was kept last, be it in a release before the one that is active: what changed since leads from there. Or
   * undefined when there is nothing that can be used.
   */
  async load(known: KnownSet): Promise<LoadedSet | undefined> {
    const { setId } = known;
    const best = await this.#best(known);
    if (best === undefined) return undefined;
    const folder = join(this.#folderOf(setId), best.name);
    const set = await this.#read(folder, known).catch(unreadable);
    if (set instanceof LoadedSet) return set;
    this.#log.warn({ set: setId, reason: set }, "a snapshot cannot be used; the set is read from hashlists again");
    await rm(folder, { recursive: true, force: true });
    return undefined;
  }

  /** Whether something was kept to which hashlists must tell more: without it, it would be read in vain. */
  async isBehind(known: KnownSet): Promise<boolean> {
    const best = await this.#best(known);
    return best !== undefined && (!best.isActive || best.counter < known.counter);
  }

  /** Keeps a set as it is now, unless it is there, and removes what was kept of it before. */
  async save(set: LoadedSet): Promise<void> {
    const { setId, releaseId, counter, entries } = set;
    if (!set.isAsLoaded) return;
    using _held = entries.hold();
    const folder = this.#folderOf(setId);
    const name = `${beginningOf(releaseId)}${entries.revokedThrough}`;
    if ((await namesIn(folder)).includes(name)) return;
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const aside = await mkdtemp(join(folder, "writing-"));
    try {
      await writeSetFile(join(aside, ENTRIES), { releaseId, counter }, entries);
      for (const algorithm of PERCEPTUAL) await entries.near[algorithm].index.save(join(aside, INDEX[algorithm]));
      await entries.films.index.save(join(aside, FILMS));
      // Its parts are of two releases: what is in force now is kept next.
      if (!set.isAsLoaded) return await rm(aside, { recursive: true });
      await rename(aside, join(folder, name));
    } catch (failure) {
      await rm(aside, { recursive: true });
      throw failure;
    }
    await flush(folder);
    for (const other of await namesIn(folder)) {
      if (other !== name) await rm(join(folder, other), { recursive: true });
    }
    this.#log.info({ set: setId, counter: entries.revokedThrough }, "a snapshot was kept");
  }

  async #best({ setId, activeReleaseId }: KnownSet) {
    const names = (await namesIn(this.#folderOf(setId))).filter((name) => name.startsWith(RELEASE));
    const kept = names.map((name) => ({
      name,
      isActive: name.startsWith(beginningOf(activeReleaseId)),
      counter: Number(name.slice(name.lastIndexOf("-") + 1)),
    }));
    return kept.toSorted((a, b) => Number(b.isActive) - Number(a.isActive) || b.counter - a.counter)[0];
  }

  // A set's id comes from elsewhere: whatever it is, it names one folder in ours.
  #folderOf(setId: string): string {
    return join(this.#dir, `set-${encodeURIComponent(setId)}`);
  }

  async #read(folder: string, known: KnownSet): Promise<LoadedSet | Refusal> {
    const read = await readSetFile(join(folder, ENTRIES));
    if (!read.ok) return read.reason;
    const { releaseId, size, floors, revokedThrough, restoredThrough = 0 } = read.value;
    const { counter = known.counter } = read.value;
    const { equal, rows, films: told, hiddenFilms, standings } = read.value;
    // What changed since can be asked for from an earlier counter; a file of version 0.2 says none.
    if (releaseId !== known.activeReleaseId && counter >= known.counter) return "other_release";
    if (!sameFloors(floors, thresholdsOf(known))) return "other_floors";
    // More may be hidden in its files than it says: of that, what was given back since is not told as added.
    if (restoredThrough < (known.restoredCounter ?? 0)) return "restored_since";
    await using opened = new AsyncDisposableStack();
    const options = indexOptions(known, this.#threads);
    const pdq = await openSnapshot(join(folder, INDEX.ALGORITHM_PDQ), options);
    if (!pdq.ok) return pdq.reason;
    opened.use(pdq.index);
    const blockhash = await openSnapshot(join(folder, INDEX.ALGORITHM_BLOCKHASH256), options);
    if (!blockhash.ok) return blockhash.reason;
    opened.use(blockhash.index);
    const frames = await openSnapshot(join(folder, FILMS), { threads: this.#threads });
    if (!frames.ok) return frames.reason;
    const films = opened.use(new ListedFilms({ ...told, index: frames.index }));
    const near = {
      ALGORITHM_PDQ: { rows: rows.ALGORITHM_PDQ, index: pdq.index },
      ALGORITHM_BLOCKHASH256: { rows: rows.ALGORITHM_BLOCKHASH256, index: blockhash.index },
    };
    // Each file is whole; these are not of one writing.
    const counted = [...Object.values(near), { index: films.index, rows: films.frames }];
    if (counted.some((one) => one.index.stats().rows !== one.rows.length)) return "corrupt";
    await inSlices(films.hide(hiddenFilms));
    // From here on they belong to the release.
    opened.move();
    const content = { size, floors, equal, near, films, revokedThrough, restoredThrough, standings };
    const then = { ...known, activeReleaseId: releaseId, counter, entryCount: size, restoredCounter: restoredThrough };
    return new LoadedSet(then, new ReleaseEntries(content));
  }
}

type Refusal = FileFault | SnapshotRefusal | "other_release" | "other_floors" | "restored_since";

const ENTRIES = "entries.bin";
const INDEX: Readonly<Record<PerceptualAlgorithm, string>> = {
  ALGORITHM_PDQ: "pdq.index",
  ALGORITHM_BLOCKHASH256: "blockhash.index",
};
const FILMS = "films.index";

const RELEASE = "release-";

function beginningOf(releaseId: string): string {
  return `${RELEASE}${encodeURIComponent(releaseId)}-`;
}

// What the file system says of it is told; with or without it the set is read from elsewhere.
function unreadable(failure: unknown): string {
  return failure instanceof Error ? failure.message : String(failure);
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch {
    return [];
  }
}

async function flush(folder: string): Promise<void> {
  await using handle = await open(folder);
  await handle.sync();
}
