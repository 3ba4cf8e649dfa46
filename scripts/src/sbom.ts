import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseData } from "@ntd/service";
import { licenceFaults, licenceOf, policyIn, type Component } from "./licences/policy.ts";

// Writes what the platform is made of: .ntd/sbom.cdx.json (CycloneDX, of the lock file and what is installed, by npm
// itself) and .ntd/licences.tsv; fails when a licence is not one of scripts/licences.yaml.
const root = join(import.meta.dirname, "../..");
const MAX_BYTES = 64 * 1024 * 1024;
const sbom = execFileSync("npm", ["sbom", "--sbom-format", "cyclonedx"], {
  cwd: root,
  encoding: "utf8",
  maxBuffer: MAX_BYTES,
});
const { components } = JSON.parse(sbom) as { components: Component[] };
const lines = components.map((component) => `${component.name}\t${component.version}\t${licenceOf(component)}`);
mkdirSync(join(root, ".ntd"), { recursive: true });
writeFileSync(join(root, ".ntd/sbom.cdx.json"), sbom);
writeFileSync(join(root, ".ntd/licences.tsv"), `${lines.toSorted().join("\n")}\n`);
const policy = parseData(readFileSync(join(root, "scripts/licences.yaml"), "utf8"), "scripts/licences.yaml", policyIn);
const faults = licenceFaults(components, policy);
if (faults.length > 0) {
  console.error(`Licences that scripts/licences.yaml does not allow:\n  ${faults.join("\n  ")}`);
  process.exitCode = 1;
} else console.log(`${components.length} packages in .ntd/sbom.cdx.json, every licence allowed`);
