import { existsSync, readdirSync } from "node:fs";
import { copyFile, mkdir, readFile, rename, rm } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { markRestored, openRestored } from "@ntd/host";
import { failpoint, flushed, Problem, writeWhole, type Clock } from "@ntd/service";
import { openStore } from "@ntd/store";
import { bringForward, checkedCopy, raiseVersions, type BroughtForward, type Contents } from "@ntd/store/offline";
import { differenceOf, type Difference, type StoreDifference } from "./difference.ts";
import { readBackup, type Manifest } from "./manifest.ts";

export interface Restoring {
  /** The backup's folder. */
  backup: string;
  /** The platform's folder, in which keys, certificates and journals stand already; nothing runs in it. */
  dir: string;
  clock: Clock;
}

/** What is still to be done once the bus runs again; written last of all. */
export interface AfterRestore {
  backupTime: string;
  difference: string;
  /** What only the bus held has been given back to it, and every service has told everything again. */
  isDone: boolean;
}

/** Services that send or ask of their own accord: they keep still until two persons have read the difference. */
export const KEPT_STILL = ["takedown", "prober", "exchange"] as const;
/** Of these, what need not run: where it has no store, there is nothing that could keep still. */
const OPTIONAL: ReadonlySet<string> = new Set<(typeof KEPT_STILL)[number]>(["exchange"]);
/** What belongs to the state before, and is put aside. */
const ASIDE = ["stores", "nats/streams", "snapshots"];

export const staged = (dir: string) => join(dir, "restoring");
/** While it is there, what stands beside it is half of one state and half of another. */
const swapping = (dir: string) => join(dir, "restoring.json");
export const afterRestoreFile = (dir: string) => join(dir, "restored.json");

/** Whether a restore was begun and has not ended; the platform must not start on it. */
export function isHalfRestored(dir: string): boolean {
  return existsSync(swapping(dir));
}

/**
 * Brings the stores of a backup back into the platform's folder. All is made beside what stands there, and put in its place by
 * renaming alone; killed at any moment, it is run again and goes on. What stood there is kept aside.
 *
 * @throws Problem NOT_FOUND for what is no backup, FIELD_INVALID for one that was changed, CONFIG_INVALID for a folder without
 * keys, WRONG_STATE while another backup is half in its place, STORE_FULL.
 */
export async function restore({ backup, dir, clock }: Restoring): Promise<Difference & { aside: string }> {
  if (!existsSync(join(dir, "keys"))) {
    throw new Problem("CONFIG_INVALID", `${dir} has no keys; bring them back first: without them nothing can be read.`);
  }
  try {
    if (!isHalfRestored(dir)) await stage({ backup, dir, clock });
    failpoint("restore.staged");
    return await putInPlace({ backup, dir });
  } catch (error) {
    throw isForRoom(error) ? new Problem("STORE_FULL", noRoom(dir), { cause: error }) : error;
  }
}

const noRoom = (dir: string) =>
  `There is no room in ${dir} for a backup beside what stands there. Make room, and restore again.`;

/** Of a file, and of SQLite. */
function isForRoom(error: unknown): boolean {
  const { code, errcode } = error as { code?: unknown; errcode?: unknown };
  return code === "ENOSPC" || code === "EDQUOT" || (typeof errcode === "number" && errcode % 256 === SQLITE_FULL);
}

const SQLITE_FULL = 13;

interface Swap {
  /** Where the backup was. */
  backup: string;
  aside: string;
  backupTime: string;
  difference: string;
}

async function stage({ backup, dir, clock }: Restoring): Promise<void> {
  const manifest = await readBackup(backup);
  const beside = staged(dir);
  await rm(beside, { recursive: true, force: true });
  await mkdir(beside, { recursive: true, mode: 0o700 });
  try {
    await writeWhole(swapping(dir), JSON.stringify(await stageAll(manifest, { backup, dir, clock })));
  } catch (error) {
    if (!isHalfRestored(dir)) await rm(beside, { recursive: true, force: true });
    throw error;
  }
}

async function stageAll(manifest: Manifest, { backup, dir, clock }: Restoring): Promise<Swap> {
  const now = clock.now();
  const beside = staged(dir);
  const stores: StoreDifference[] = [];
  for (const { file, service } of manifest.files) {
    if (service === undefined) await copyFile(join(backup, file), join(beside, file));
    else stores.push(await stageStore({ from: join(backup, file), dir, service, now }));
  }
  const known = new Set(stores.map(({ service }) => service));
  for (const service of servicesOf(dir)) if (!known.has(service)) stores.push(await stageStore({ dir, service, now }));
  const { text, digest } = differenceOf(manifest, stores, now);
  await writeWhole(join(beside, "difference.txt"), text);
  for (const service of KEPT_STILL) {
    if (OPTIONAL.has(service) && !stores.some((one) => one.service === service)) continue;
    await keepStill(storeFile(beside, service), manifest, digest, clock);
  }
  const aside = join(dir, `before-${now.toISOString().replaceAll(":", "")}`);
  return { backup: resolve(backup), aside, backupTime: manifest.barrierTime, difference: digest };
}

/** Who has a store or a journal here; one that came with a later release than the backup's is not in it. */
function servicesOf(dir: string): Set<string> {
  const within = (name: string) => (existsSync(join(dir, name)) ? readdirSync(join(dir, name)) : []);
  const journals = within("journal").filter((file) => file.endsWith(JOURNAL));
  const always = KEPT_STILL.filter((service) => !OPTIONAL.has(service));
  return new Set([...within("stores"), ...journals.map((file) => basename(file, JOURNAL)), ...always]);
}

const JOURNAL = ".journal";

const storeFile = (dir: string, service: string) => join(dir, "stores", service, "store.sqlite");

async function stageStore(of: { from?: string; dir: string; service: string; now: Date }): Promise<StoreDifference> {
  const { from, dir, service, now } = of;
  const path = storeFile(staged(dir), service);
  await mkdir(join(path, ".."), { recursive: true, mode: 0o700 });
  if (from !== undefined) await copyFile(from, path);
  const forward = await forwarded(path, join(dir, "journal", `${service}${JOURNAL}`));
  if (existsSync(path)) raiseVersions(path, versionsBy(now));
  if (existsSync(path)) await flushed(path);
  return { service, before: contentsOf(storeFile(dir, service)), forward };
}

/**
 * What was brought forward remembers versions of what was not: those must come behind, also behind what an earlier restore
 * made of the same backup. No document changes each second for long.
 */
function versionsBy(now: Date): number {
  return Math.floor((now.getTime() - Date.UTC(2020, 0, 1)) / 1000);
}

async function forwarded(path: string, journal: string): Promise<BroughtForward> {
  return existsSync(journal) ? bringForward(path, journal) : { changed: [], damaged: 0 };
}

/** Undefined for what is not there or cannot be read: that is why a backup is brought back. */
function contentsOf(path: string): Contents | undefined {
  if (!existsSync(path)) return undefined;
  try {
    return checkedCopy(path);
  } catch {
    return undefined;
  }
}

async function keepStill(path: string, manifest: Manifest, difference: string, clock: Clock): Promise<void> {
  await using store = await openStore(`file:${path}`);
  const backupTime = new Date(manifest.barrierTime);
  await markRestored(await openRestored(store), { backupTime, difference, clock });
}

async function putInPlace({ backup, dir }: Omit<Restoring, "clock">): Promise<Difference & { aside: string }> {
  const swap = JSON.parse(await readFile(swapping(dir), "utf8")) as Swap;
  const { aside, backupTime, difference } = swap;
  if (swap.backup !== resolve(backup)) {
    const detail = `${dir} is half restored from ${swap.backup}: end that first (ntd restore from ${swap.backup} --data ${dir}), then bring another back.`;
    throw new Problem("WRONG_STATE", detail);
  }
  const beside = staged(dir);
  await mkdir(aside, { recursive: true, mode: 0o700 });
  // Once the staged stores are in place, what stands there is not what was before.
  if (existsSync(join(beside, "stores"))) {
    for (const name of ASIDE) await renamed(join(dir, name), join(aside, basename(name)));
    failpoint("restore.aside");
    await rename(join(beside, "stores"), join(dir, "stores"));
  }
  failpoint("restore.in-place");
  const after: AfterRestore = { backupTime, difference, isDone: false };
  await writeWhole(afterRestoreFile(dir), JSON.stringify(after));
  const text = await readFile(join(beside, "difference.txt"), "utf8");
  await writeWhole(join(dir, "restored.txt"), text);
  await flushed(dir);
  await rm(swapping(dir));
  return { text, digest: difference, aside };
}

async function renamed(from: string, to: string): Promise<void> {
  if (existsSync(from) && !existsSync(to)) await rename(from, to);
}
