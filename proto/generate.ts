// Regenerates proto/gen from the .proto files; with --check it writes nothing and fails when the committed code differs.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const proto = import.meta.dirname;
const buf = (...args: string[]) =>
  execFileSync("node", [join(proto, "../node_modules/@bufbuild/buf/bin/buf"), ...args], {
    cwd: proto,
    stdio: "inherit",
  });

if (process.argv.includes("--check")) {
  const fresh = mkdtempSync(join(tmpdir(), "ntd-proto-"));
  try {
    buf("generate", "--output", fresh);
    execFileSync("diff", ["-r", join(proto, "gen"), join(fresh, "gen")], { stdio: "inherit" });
  } finally {
    rmSync(fresh, { recursive: true });
  }
} else {
  buf("generate");
}
