import { X509Certificate } from "node:crypto";
import { open, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { ServingAnswer } from "@ntd/rpc";
import { lastWords } from "./last-words.ts";
import type { ManagedProcess } from "./process.ts";

/** A sentence that tells why a service does not say SERVING: whether it runs, its certificate, its checks, its log. */
export async function whyNotServing(service: ManagedProcess, answer: ServingAnswer): Promise<string> {
  const { failed, complaint } = lastWords(await endOf(service.logFile));
  const told = [
    service.pid === 0 ? "it does not run" : spoken(answer),
    await certificateFault(service.environment),
    failed.length > 0 ? `its checks fail: ${failed.join(", ")}` : "",
    complaint === "" ? "" : `its log last complains: ${complaint}`,
  ];
  return `${service.name} does not say SERVING: ${told.filter((part) => part !== "").join("; ")} (log: ${service.logFile})`;
}

function spoken(answer: ServingAnswer): string {
  if (answer.says === "refuses") return `it does not tell (${answer.why})`;
  return answer.says === "silent" ? `it does not answer (${answer.why})` : "it says NOT_SERVING";
}

async function certificateFault(environment: Readonly<Record<string, string>>): Promise<string> {
  const [, dir] = Object.entries(environment).find(([key]) => key.endsWith("_IDENTITY_DIR")) ?? [];
  if (dir === undefined) return "";
  try {
    const { validToDate, validFromDate } = new X509Certificate(await readFile(join(dir, "cert.pem")));
    if (validToDate < new Date()) return `its certificate ended on ${validToDate.toISOString()} (${dir})`;
    if (validFromDate > new Date()) return `its certificate begins only on ${validFromDate.toISOString()} (${dir})`;
    return "";
  } catch {
    return `its certificate cannot be read (${dir})`;
  }
}

const MOST_BYTES = 64 * 1024;

async function endOf(path: string): Promise<string> {
  try {
    await using file = await open(path);
    const { size } = await file.stat();
    const from = Math.max(0, size - MOST_BYTES);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(Math.min(size, MOST_BYTES)), { position: from });
    return buffer.toString("utf8", 0, bytesRead);
  } catch {
    return "";
  }
}
