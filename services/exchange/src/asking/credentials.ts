import { readFile, stat } from "node:fs/promises";
import type { NcmecConfig } from "../connectors/connectors-file.ts";
import type { Failed } from "../connectors/fault.ts";

export interface Credentials {
  user: string;
  password: string;
  /** Of the authorities that are named; absent: those of the system. */
  ca?: string;
}

const LOOSE = 0o077;
const MOST = 4096;

/** Reads the files at each pull: who brings new ones need not start anything anew. LIVE refuses one that others may read. */
export async function readCredentials(connector: NcmecConfig, isLive: boolean): Promise<Credentials | Failed> {
  const { userFile, passwordFile, caFile } = connector;
  try {
    if (isLive && ((await stat(passwordFile)).mode & LOOSE) !== 0) {
      return noCredentials("password_file can be read by others; chmod 600 it.");
    }
    const [user, password] = [await lineOf(userFile), await lineOf(passwordFile)];
    if (user === "" || password === "") return noCredentials("user_file or password_file is empty.");
    if (user.includes(":")) return noCredentials("user_file holds a colon, which no user of HTTP has.");
    return { user, password, ...(caFile !== "" && { ca: await readFile(caFile, "utf8") }) };
  } catch (error) {
    const code = String((error as { code?: unknown }).code);
    return noCredentials(`user_file, password_file or ca_file cannot be read (${code}).`);
  }
}

async function lineOf(path: string): Promise<string> {
  return (await readFile(path, "utf8")).trim().slice(0, MOST);
}

const noCredentials = (sentence: string): Failed => ({ fault: "CREDENTIALS", sentence, isPassing: false });
