import { join } from "node:path";
import { packageFiles, prepareSandbox, systemBrowser, type Sandbox } from "@ntd/sandbox";
import type { BrowserConfig } from "../config.ts";
import { ROOM } from "./room.ts";

/** Of each process; what they hold together is looked at from outside. */
const DATA_MB = 1536;
/** Of each process in the life of a browser, which is one look. */
const CPU_SECONDS = 300;

const inside = join(import.meta.dirname, "../inside");

/** A sandbox that browsers run in, or why there is none: then the eye is absent, and the platform is as well as before. */
export async function browserSandbox({ program: named }: Pick<BrowserConfig, "program">): Promise<Sandbox | string> {
  const browser = systemBrowser(named);
  if (browser === undefined) return named === "" ? "no Chromium is installed" : `there is no program ${named}`;
  const module = join(inside, "browser-process.ts");
  try {
    return await prepareSandbox(
      {
        command: [process.execPath, module, browser.program],
        env: { HOME: "/tmp", TMPDIR: "/tmp" },
        files: [
          module,
          join(inside, "in-the-page.ts"),
          join(inside, "../../package.json"),
          ...browser.files,
          ...packageFiles(["playwright-core"], inside),
        ],
        limits: { dataMb: DATA_MB, cpuSeconds: CPU_SECONDS },
        room: ROOM,
        ipc: true,
      },
      "bwrap",
    );
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
