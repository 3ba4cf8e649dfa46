import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { createAuthority } from "./certificates/authority.ts";
import { issueIdentity, type IdentityName } from "./certificates/identity.ts";
import { createKeys, type KeyFiles } from "./keys.ts";

/** What a platform keeps on one machine before anything runs: an authority, identities, key files. */
export interface Folder {
  readonly dir: string;
  /** The folder of the authority; identities lie below it. */
  readonly certificates: string;
  readonly keys: KeyFiles;
  /** Folder of an identity, made at the first call. */
  identity: (kind: IdentityName["kind"], name: string) => Promise<string>;
}

/** Makes in `dir`, for its owner alone, what is not there yet. What has ended there is `renewDue`'s to mend. */
export async function prepareFolder(dir: string): Promise<Folder> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const certificates = join(dir, "certificates");
  if (!existsSync(join(certificates, "ca.pem"))) await createAuthority(certificates);
  return { dir, certificates, identity: identities(certificates), keys: await createKeys(join(dir, "keys")) };
}

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
