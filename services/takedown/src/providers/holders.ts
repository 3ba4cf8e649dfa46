/** Who holds what: the ids of those that share a domain, a prefix or an identity. */
export interface Holders<K> {
  get(key: K): Set<string> | undefined;
  set(key: K, ids: Set<string>): unknown;
  delete(key: K): unknown;
}

export function hold<K>(holders: Holders<K>, key: K, id: string): void {
  const ids = holders.get(key);
  if (ids === undefined) holders.set(key, new Set([id]));
  else ids.add(id);
}

/** Takes an id from a key; a key that nobody holds is forgotten. */
export function release<K>(holders: Holders<K>, key: K, id: string): void {
  const ids = holders.get(key);
  ids?.delete(id);
  if (ids?.size === 0) holders.delete(key);
}
