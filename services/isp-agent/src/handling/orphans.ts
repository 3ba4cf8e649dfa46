import { readdir, readFile } from "node:fs/promises";

/** In a handler's environment: the id of its notice. */
export const HANDLED_NOTICE = "NTD_HANDLED_NOTICE";

/**
 * Ends handlers that outlived an agent that was killed, so that no notice has two at a time. Where there is no /proc
 * (not on Linux) they are left to end by themselves.
 */
export async function killHandlersOf(noticeIds: ReadonlySet<string>): Promise<void> {
  const entries = await readdir("/proc").catch(() => []);
  for (const pid of entries.filter((entry) => /^\d+$/.test(entry)).map(Number)) {
    const noticeId = pid === process.pid ? undefined : await noticeOf(pid);
    if (noticeId !== undefined && noticeIds.has(noticeId)) end(pid);
  }
}

// Other people's processes cannot be read, and any may end while it is looked at.
async function noticeOf(pid: number): Promise<string | undefined> {
  const environment = await readFile(`/proc/${pid}/environ`, "utf8").catch(() => "");
  const entry = environment.split("\0").find((line) => line.startsWith(`${HANDLED_NOTICE}=`));
  return entry?.slice(HANDLED_NOTICE.length + 1);
}

function end(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended meanwhile.
  }
}
