import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { isRunnable } from "./runnable.ts";

/** A Chromium of this machine, and all that it reads. */
export interface SystemBrowser {
  /** The program itself: what stands in the path of commands is a script around it. */
  program: string;
  files: readonly string[];
}

/** Where distributions and vendors put it: Debian, Ubuntu and Fedora, Alpine, Google. */
const PLACES = [
  "/usr/lib/chromium/chromium",
  "/usr/lib/chromium-browser/chromium-browser",
  "/usr/lib64/chromium-browser/chromium-browser",
  "/opt/google/chrome/chrome",
];
const FONTS = ["/etc/fonts", "/usr/share/fontconfig", "/usr/share/fonts"];

/** The browser that is installed here, or the one that is named; undefined when it is not there or cannot be run. */
export function systemBrowser(named = ""): SystemBrowser | undefined {
  const program = (named === "" ? PLACES : [named]).find(isRunnable);
  if (program === undefined) return undefined;
  return { program, files: [program, dirname(program), ...FONTS.filter((folder) => existsSync(folder))] };
}
