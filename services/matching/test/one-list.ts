import { createHash } from "node:crypto";
import type { Entry } from "@ntd/proto/hashlists/v1/hash_list_service";
import { derivedId } from "@ntd/service";
import { LoadedSet } from "../src/lists/loaded-set.ts";
import { ReleaseBuilder } from "../src/entries/release-builder.ts";
import { policy, thresholds } from "./bed.ts";

/** The hashes, by number, that a list had at each counter, from 1 on. */
export type History = readonly (readonly number[])[];

const md5 = (n: number) => createHash("md5").update(`${n}`).digest();

export function entryOf(n: number): Entry {
  const fingerprint = { algorithm: "ALGORITHM_MD5", value: md5(n), quality: 0 } as const;
  return { entryId: derivedId("entry", n), fingerprint, classification: undefined, votes: 1 };
}

/** The list as it is searched at a counter. */
export async function loaded(history: History, counter: number, setId = "a"): Promise<LoadedSet> {
  using builder = new ReleaseBuilder(thresholds);
  for (const n of history[counter - 1] ?? []) builder.add(entryOf(n));
  const counts = { entryCount: builder.size, counter, version: counter };
  const known = { schemaVersion: 1, setId, policy, activeReleaseId: `r${counter}`, ...counts } as const;
  return new LoadedSet(known, await builder.build());
}

/** Tells that a target was seen that has one hash. */
export function targetEvent({ target, version, hash }: { target: string; version: number; hash: number }) {
  const fingerprints = [{ algorithm: "ALGORITHM_MD5", value: md5(hash), quality: 0 }];
  const content = {
    recipe: "exact-1",
    fingerprints,
    pdqForms: [],
    renditions: [],
    tooLittleDetail: false,
    revision: version,
  };
  return { version, data: { targetId: target, episode: 1, content } };
}
