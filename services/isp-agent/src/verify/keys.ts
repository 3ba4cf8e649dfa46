import { readFileSync } from "node:fs";
import type { NoticeServiceService } from "@ntd/proto/takedown/v1/notice_service";
import type { RpcClient } from "@ntd/rpc";
import { Problem, type JSONWebKeySet, type Logger } from "@ntd/service";
import { writeWhole } from "../file.ts";
import { pinned } from "./pin.ts";

/** The keys that notices are verified by, kept in a file. */
export interface Keys {
  readonly set: JSONWebKeySet;
  /** Asks the platform; new keys are added, a known one is never replaced. */
  refresh(): Promise<void>;
}

/** @throws Problem CONFIG_INVALID when the file is there and holds no key set. */
export function openKeys(path: string, client: RpcClient<typeof NoticeServiceService>, log: Logger): Keys {
  let set = readKeys(path);
  let asked: Promise<void> | undefined;
  async function ask(): Promise<void> {
    const { jwksJson } = await client.listSigningKeys({});
    const { keys, added, changed } = pinned(set, jwksJson);
    for (const kid of changed) log.error({ kid }, "the platform offers another key under a known id; it is refused");
    if (added.length === 0) return;
    await writeWhole(path, `${JSON.stringify(keys, undefined, 2)}\n`);
    set = keys;
    log.info({ kids: added }, "signing keys of the platform are pinned");
  }
  return {
    get set() {
      return set;
    },
    // Many notices of a new key come at once; one question answers for all of them.
    refresh: () => (asked ??= ask().finally(() => (asked = undefined))),
  };
}

function readKeys(path: string): JSONWebKeySet {
  const text = textOf(path);
  if (text === undefined) return { keys: [] };
  const { keys } = pinned({ keys: [] }, text);
  if (keys.keys.length > 0) return keys;
  throw new Problem("CONFIG_INVALID", `${path} is no JSON Web Key Set of Ed25519 keys; mend it or move it away.`);
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
