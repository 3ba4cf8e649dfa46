import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { startLoop, systemClock, type Clock, type Logger, type Loop } from "@ntd/service";
import { advanceAuthority, lifeOf, readAuthority, type Authority } from "./authority.ts";
import { isDue } from "./due.ts";
import { identityFolders } from "./ends.ts";
import { rotateKeys } from "../rotation.ts";
import { writeWhole } from "./files.ts";
import { certificateIn, issueIdentity, namesOf, renewIdentity, uriOf } from "./identity.ts";
import { keyFor, keysOfIdentity, settle } from "./keys-of.ts";

/** What changed in a folder of certificates. */
export type Renewed = {
  /** The authority, an identity, or merely which authorities an identity trusts. */
  what: "authority" | "identity" | "trust";
  /** The identity's URI, or "authority". */
  name: string;
  dir: string;
  until: Date;
};

/**
 * Renews what has a third of its life left, or has ended: the authority in `dir` (a next one is trusted beside it before it
 * signs, the last one until it ends) and the identities in its folders, each for the key that it has. Who watches a folder
 * takes the new certificate up; nats-server must be told to read its own again. May be run at any time, as often as one
 * likes, and may die anywhere. One folder that cannot be renewed keeps no other waiting: the first failure is thrown last.
 */
export async function renewDue(dir: string, now = new Date()): Promise<Renewed[]> {
  const made = await advanceAuthority(dir, now);
  const renewed = made.map((one): Renewed => ({ what: "authority", name: "authority", dir, until: one.notAfter }));
  const authority = await readAuthority(dir);
  let first: { error: unknown } | undefined;
  for (const folder of await identityFolders(dir)) {
    try {
      const done = await renewFolder(dir, folder, authority, now);
      if (done !== undefined) renewed.push(done);
    } catch (cause) {
      first ??= { error: new Error(`the identity in ${folder} cannot be renewed`, { cause }) };
    }
  }
  if (first !== undefined) throw first.error;
  return renewed;
}

async function renewFolder(dir: string, folder: string, authority: Authority, now: Date): Promise<Renewed | undefined> {
  const old = await certificateIn(folder);
  const who = namesOf(old);
  const told = (what: Renewed["what"], until: Date): Renewed => ({ what, name: uriOf(who), dir: folder, until });
  // Where the key is elsewhere (a request was signed), its holder renews it; under another name it is a copy.
  const { key, next } = keysOfIdentity(folder);
  if (basename(folder) !== `${who.kind}-${who.name}` || !(existsSync(key) || existsSync(next))) return undefined;
  const pem = old.toString("pem");
  if ((await keyFor(pem, keysOfIdentity(folder))) === undefined) {
    await issueIdentity(dir, who, now);
    return told("identity", (await certificateIn(folder)).notAfter);
  }
  await settle(pem, keysOfIdentity(folder));
  const isOurs = await Promise.all(authority.trusted.map((one) => old.verify({ publicKey: one, signatureOnly: true })));
  if (isDue(lifeOf(old), now) || !isOurs.includes(true)) {
    return told("identity", (await renewIdentity(folder, authority, now)).notAfter);
  }
  const path = join(folder, "ca.pem");
  if ((await readFile(path, "utf8").catch(() => "")) === authority.bundle) return undefined;
  await writeWhole(path, authority.bundle, 0o644);
  return told("trust", old.notAfter);
}

const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * Looks once a day for what is due, the first time at once: certificates in `dir` and, where they are named, the keys that sign
 * in `keys`, as `rotateKeys` does. `onRenewed` is told which certificates changed, if any did.
 */
export function startRenewal(options: {
  dir: string;
  keys?: string;
  log: Logger;
  clock?: Clock;
  onRenewed?: (renewed: readonly Renewed[]) => Promise<void> | void;
}): Loop {
  const { dir, keys, log, clock = systemClock, onRenewed } = options;
  return startLoop("renew certificates", DAY_MS, log, async () => {
    const ids = keys === undefined ? [] : await rotateKeys(keys, clock.now());
    if (ids.length > 0) log.info({ ids }, "keys that sign are new");
    const renewed = await renewDue(dir, clock.now());
    for (const { what, name, until } of renewed)
      log.info({ what, name: named(name), until }, "a certificate is renewed");
    if (renewed.length > 0) await onRenewed?.(renewed);
  });
}

// The names of other kinds are those of persons.
function named(name: string): string {
  return /\/(service|isp)\/|^authority$/.test(name) ? name : name.replace(/[^/]+$/, "…");
}
