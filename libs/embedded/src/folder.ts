import { existsSync, readdirSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { Problem } from "@ntd/service";
import { createAuthority } from "./certificates/authority.ts";
import { issueIdentity, type IdentityName } from "./certificates/identity.ts";
import { createKeys, lostKeys, type KeyFiles } from "./keys.ts";

/** What a platform keeps on one machine before anything runs: an authority, identities, key files. */
export interface Folder {
  readonly dir: string;
  /** The folder of the authority; identities lie below it. */
  readonly certificates: string;
  readonly keys: KeyFiles;
  /** Folder of an identity, made at the first call. */
  identity: (kind: IdentityName["kind"], name: string) => Promise<string>;
}

/**
 * Makes in `dir`, for its owner alone, what is not there yet. What has ended there is `renewDue`'s to mend.
 *
 * @throws Problem CONFIG_INVALID where something was there that nothing new can stand for: keys, the authority.
 */
export async function prepareFolder(dir: string): Promise<Folder> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const certificates = join(dir, "certificates");
  refuseLost(dir, certificates);
  if (!existsSync(join(certificates, "ca.pem"))) await createAuthority(certificates);
  return { dir, certificates, identity: identities(certificates), keys: await createKeys(join(dir, "keys")) };
}

function refuseLost(dir: string, certificates: string): void {
  const lost = lostKeys(join(dir, "keys"), entriesOf(join(dir, "stores")).length > 0);
  if (lost.length > 0) {
    const why = "another in its place opens nothing, recognises nothing, and nobody hears of it";
    const mend = `Bring back what was there; for a key that is lost for good make an empty file, ${lost[0]}.lost: it is made anew.`;
    throw new Problem("CONFIG_INVALID", `Keys are gone (${why}): ${lost.join(", ")}. ${mend}`);
  }
  const ca = join(certificates, "ca.pem");
  const known = entriesOf(certificates).find((name) => existsSync(join(certificates, name, "ca.pem")));
  if (known === undefined || existsSync(ca)) return;
  throw new Problem(
    "CONFIG_INVALID",
    `${ca} is gone: a new authority would disown everybody's certificates. Bring it back; a copy is ${join(certificates, known, "ca.pem")}.`,
  );
}

const entriesOf = (dir: string) => (existsSync(dir) ? readdirSync(dir) : []);

// Each identity is issued once, also when it is asked for twice at the same time.
function identities(certificates: string): Folder["identity"] {
  const issued = new Map<string, Promise<string>>();
  const found = async (kind: IdentityName["kind"], name: string) => {
    const dir = join(certificates, `${kind}-${name}`);
    return existsSync(dir) ? dir : (await issueIdentity(certificates, { kind, name })).dir;
  };
  return (kind, name) => {
    const key = `${kind}-${name}`;
    const promise = issued.get(key) ?? found(kind, name);
    issued.set(key, promise);
    return promise;
  };
}
