import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { nouns } from "@ntd/bus";
import {
  createAuthority,
  createKeys,
  issueIdentity,
  renewDue,
  rotateKeys,
  tendSealingKeys,
  type IdentityName,
  type KeyFiles,
} from "@ntd/embedded";
import type { Ground } from "../kernel/path.ts";
import { digestOf, witnesses, type Witnessed } from "./rotation-witnesses.ts";
import { turnsOf, type Turn } from "./turns.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
const daysFromNow = (days: number) => new Date(Date.now() + days * DAY_MS);

/** A platform's folder that is so old that everything in it is due. */
export interface Aged extends AsyncDisposable {
  readonly dir: string;
  readonly keys: KeyFiles;
  readonly denyList: string;
  readonly shared: Record<string, string>;
}

/** What became of it. */
export interface Rotated extends Witnessed {
  turns: string[];
  /** Ids of the keys that came. */
  sealing: string[];
  signing: string[];
}

/** The authority ends in five days, the sealing keys are of last month. */
export async function agedFolder(): Promise<Aged> {
  const dir = await mkdtemp(join(tmpdir(), "ntd-aged-"));
  await createAuthority(join(dir, "certificates"), daysFromNow(-360));
  const now = new Date();
  const keys = await createKeys(join(dir, "keys"), new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 1, 15)));
  const denyList = join(dir, "deny-list");
  await writeFile(denyList, "");
  return {
    dir,
    keys,
    denyList,
    shared: { NTD_DENY_LIST_FILE: denyList },
    [Symbol.asyncDispose]: () => rm(dir, { recursive: true, force: true }),
  };
}

/** Changes everything that can change, one after the other, in the first five sixths of the time. */
export async function rotate(ground: Ground, aged: Aged, season: { seed: number; forMs: number }): Promise<Rotated> {
  const { seed, forMs } = season;
  const began = performance.now();
  await using watching = await witnesses(ground, aged.denyList);
  const certificates = join(aged.dir, "certificates");
  const turns = turnsOf(seed, await identitiesIn(certificates));
  const made: Made = { sealing: [], signing: [] };
  const unchanging = await digestOf([aged.keys.target, aged.keys.mark]);
  for (const [n, turn] of turns.entries()) {
    await delay(Math.max(0, began + ((n + 1) * forMs * 5) / 6 / turns.length - performance.now()));
    await change(turn, { ground, aged, certificates, watching, made });
  }
  if ((await digestOf([aged.keys.target, aged.keys.mark])) !== unchanging)
    throw new Error("target ids and marks are told by keys that never change");
  const told = await watching.end();
  return { turns: turns.map((turn) => (turn.what === "identity" ? turn.of : turn.what)), ...made, ...told };
}

/** Ids of the keys by which addresses of reports are sealed, and of those that the agent met on notices. */
export async function keysMet({ platform }: Ground): Promise<{ sealing: string[]; signing: string[] }> {
  const reports = await platform.machine.published(nouns.report);
  const sealing = reports.flatMap(({ data }) => data.targets.map(({ address }) => address?.keyId ?? "none"));
  const pinned = await readFile(join(platform.machine.dir, "providers", "alpha", "keys.json"), "utf8");
  const { keys } = JSON.parse(pinned) as { keys: { kid: string }[] };
  return { sealing: [...new Set(sealing)], signing: keys.map(({ kid }) => kid) };
}

interface Made {
  sealing: string[];
  signing: string[];
}

interface Around {
  ground: Ground;
  aged: Aged;
  certificates: string;
  watching: Awaited<ReturnType<typeof witnesses>>;
  made: Made;
}

/** The days are those on which the daily look of a machine would do it: what it does there it is told to do now. */
async function change(turn: Turn, { ground, aged, certificates, watching, made }: Around): Promise<void> {
  const { nats } = ground.platform.machine;
  if (nats.reload === undefined) throw new Error("a nats-server in a container cannot be told to read its own again");
  switch (turn.what) {
    case "trust both":
      await renewDue(certificates, daysFromNow(-100));
      return nats.reload();
    case "sign with the new":
      await watching.holdOn();
      await renewDue(certificates, daysFromNow(0));
      return nats.reload();
    case "identity":
      await issueIdentity(certificates, nameOf(turn.of));
      return turn.of === "service-nats" ? nats.reload() : undefined;
    case "trust the new alone":
      await renewDue(certificates, daysFromNow(6));
      return nats.reload();
    case "sealing keys": {
      const { added } = await tendSealingKeys(aged.keys.sealing, { address: 84, contact: 4, words: 24 }, new Date());
      return void made.sealing.push(...added);
    }
    case "signing keys":
      return void made.signing.push(...(await rotateKeys(dirname(aged.keys.signing), daysFromNow(366))));
    case "deny":
      return watching.deny();
    case "pardon":
      return watching.pardon();
  }
}

/** Names of the folders of identities, as `renewDue` finds them. */
async function identitiesIn(certificates: string): Promise<string[]> {
  const entries = await readdir(certificates, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .toSorted();
}

function nameOf(folder: string): IdentityName {
  const at = folder.indexOf("-");
  return { kind: folder.slice(0, at) as IdentityName["kind"], name: folder.slice(at + 1) };
}
