import { createHash } from "node:crypto";
import { once } from "node:events";
import { createWriteStream } from "node:fs";

export const HEADER = "algorithm,value,quality,scheme,code,votes,source_id\n";

// As lists are: half of it MD5 and SHA-1 of the same pictures, the rest PDQ and SHA-256, each with a class and a source.
export async function writeList(path: string, lines: number): Promise<void> {
  const out = createWriteStream(path);
  out.write(HEADER);
  for (let n = 0; n < lines; n += 10_000) {
    const some = Array.from({ length: Math.min(10_000, lines - n) }, (_, i) => lineOf(n + i));
    if (!out.write(some.join(""))) await once(out, "drain");
  }
  out.end();
  await once(out, "close");
}

export function lineOf(n: number, votes = 3): string {
  const hash = createHash("sha256").update(`${n}`).digest("hex");
  const [algorithm, digits, quality] =
    (
      [
        ["md5", 32, ""],
        ["sha1", 40, ""],
        ["pdq", 64, "80"],
        ["sha256", 64, ""],
      ] as const
    )[n % 4] ?? [];
  return `${algorithm},${hash.slice(0, digits)},${quality},iwf,${"ABC"[n % 3]},${votes},case-${n}\n`;
}
