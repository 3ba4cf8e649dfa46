import { relative } from "node:path";

/** A path as it can be typed in the folder `from`, for programs too; from far away the whole of it. */
export function typedPath(from: string, path: string): string {
  const way = relative(from, path);
  if (way.startsWith("../..")) return path;
  return way.startsWith("../") ? way : `./${way}`;
}
