import { X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { UsageError } from "./failure.ts";

/** @throws UsageError for a file that is not there or holds none. */
export async function certificateIn(file: string): Promise<X509Certificate> {
  try {
    return new X509Certificate(await readFile(file));
  } catch (cause) {
    throw new UsageError(`${file} is no certificate that can be read; name your identity's folder`, { cause });
  }
}
