/** An enum's value as people say it: LANE_LIFE_AT_RISK of LANE is "life at risk". What is not told is "not told". */
export function wordOf(value: string, prefix: string): string {
  const word = value
    .slice(prefix.length + 1)
    .toLowerCase()
    .replaceAll("_", " ");
  return word === "unspecified" ? "not told" : word;
}
