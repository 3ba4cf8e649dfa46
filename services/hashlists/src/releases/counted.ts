/** So many of something that is named in the plural by its first word, as "records without a category". */
export function counted(count: number | bigint, what: string): string {
  if (Number(count) !== 1) return `${count} ${what}`;
  return `1 ${what.replace(/^\w+/, (word) => ONE[word] ?? word)}`;
}

const ONE: Readonly<Record<string, string>> = {
  columns: "column",
  entries: "entry",
  fingerprints: "fingerprint",
  hashes: "hash",
  lines: "line",
  records: "record",
  removals: "removal",
  rows: "row",
};
