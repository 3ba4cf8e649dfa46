import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { main } from "assemblyscript/asc";

// Compiles every kernel, libs/*/kernel/index.ts, to the kernel.wasm beside it; with --check it writes nothing and fails
// when a committed one differs. What is compiled how stands in each kernel's asconfig.json.
const root = join(import.meta.dirname, "../..");
const checkOnly = process.argv.includes("--check");

for (const config of globSync("libs/*/kernel/asconfig.json", { cwd: root }).toSorted()) {
  const folder = dirname(config);
  const committed = join(root, folder, "kernel.wasm");
  const fresh = await compiled(folder);
  if (!checkOnly) writeFileSync(committed, fresh);
  else if (!readFileSync(committed).equals(fresh)) throw new Error(`${folder}/kernel.wasm is stale: npm run wasm`);
  console.log(`${folder}/kernel.wasm: ${fresh.length} bytes`);
}

async function compiled(folder: string): Promise<Buffer> {
  const into = mkdtempSync(join(tmpdir(), "ntd-wasm-"));
  const file = join(into, "kernel.wasm");
  const config = join(root, folder, "asconfig.json");
  try {
    const args = [join(root, folder, "index.ts"), "--config", config, "--baseDir", root, "--outFile", file];
    const { error } = await main(args, { stderr: process.stderr });
    if (error !== null) throw error;
    return readFileSync(file);
  } finally {
    rmSync(into, { recursive: true });
  }
}
