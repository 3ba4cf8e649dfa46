import { globSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { sharedAccess } from "@ntd/host";
import type { Access } from "@ntd/rpc";
import { accessPage } from "./access-page.ts";

// Renders who may call what, every services/*/src/access.ts and what libs/host says for all of them, into proto/ACCESS.md; with --check it writes nothing and
// fails when the committed page differs.
const root = join(import.meta.dirname, "../..");
const page = join(root, "proto/ACCESS.md");
const tables: Record<string, Access> = {};
for (const file of globSync("services/*/src/access.ts", { cwd: root }).toSorted()) {
  const { access } = (await import(pathToFileURL(join(root, file)).href)) as { access: Access };
  tables[file.split("/")[1] ?? file] = access;
}
const fresh = accessPage(tables, sharedAccess);
if (!process.argv.includes("--check")) writeFileSync(page, fresh);
else if (readFileSync(page, "utf8") !== fresh) throw new Error("proto/ACCESS.md is stale: npm run access");
