import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { hashPicture } from "@ntd/imagehash";
import { generatePicture } from "@ntd/imagehash/generated";
import type { RunCommand } from "./command-line.ts";
import { EXACT_SEED, NATIONAL_SEEDS, PARTNER_SEEDS } from "./plan.ts";

/** What is listed of one picture. */
export interface Listed {
  seed: number;
  sha256: string;
  md5: string;
  pdq: string;
}

/**
 * Uploads the two hash sets as their maintainers would: one uploads, another approves and activates.
 *
 * @param films rows of the national set.
 */
export async function seedSets(dir: string, run: RunCommand, films: readonly string[]): Promise<Listed[]> {
  const national = await listedPictures(NATIONAL_SEEDS);
  const partner = await listedPictures(PARTNER_SEEDS);
  const exact = await listedPicture(EXACT_SEED);
  const rows = [...national.map(perceptualRow), `sha256,${exact.sha256},,national,csam,3,seed-${EXACT_SEED}`];
  await seedSet(dir, run, "national", [...rows, ...films], ["--auto-issue", "--min-votes", "2"]);
  await seedSet(dir, run, "partner", partner.map(perceptualRow), []);
  return [...national, ...partner, exact];
}

// Hashing keeps the processor to itself: whoever waits for a line has a turn between two pictures.
async function listedPictures(seeds: readonly number[]): Promise<Listed[]> {
  const listed: Listed[] = [];
  for (const seed of seeds) {
    await setImmediate();
    listed.push(await listedPicture(seed));
  }
  return listed;
}

async function listedPicture(seed: number): Promise<Listed> {
  const hashed = await hashPicture(await generatePicture(seed));
  if (!hashed.ok) throw new Error(`the generated picture ${seed} could not be hashed: ${hashed.reason}`);
  const pdq = Buffer.from(hashed.pdq.forms.original).toString("hex");
  return { seed, pdq, sha256: hashed.cryptographic.sha256, md5: hashed.cryptographic.md5 };
}

function perceptualRow({ seed, pdq }: Listed): string {
  return `pdq,${pdq},100,national,csam,3,seed-${seed}`;
}

async function seedSet(dir: string, run: RunCommand, id: string, rows: string[], options: string[]): Promise<void> {
  const file = join(dir, `${id}.csv`);
  await writeFile(file, ["algorithm,value,quality,scheme,code,votes,source_id", ...rows, ""].join("\n"));
  const about = ["--owner", `${id} hotline`, "--role", "positive", ...options];
  if (id === "national") {
    // It is not any maintainer's: an operator names approvers of two organisations.
    const members = ["--member", "amina:owner,contributor,approver", "--member", "budi:owner,approver@Police"];
    await run("operator", "admin", "set", "create", id, ...about, ...members);
  } else {
    const members = ["--member", "amina:owner,contributor", "--member", "budi:owner,approver"];
    await run("maintainer", "amina", "set", "create", id, ...about, ...members);
  }
  const uploaded = (await run("maintainer", "amina", "set", "upload", id, file)) as { release: { releaseId: string } };
  await run("maintainer", "budi", "set", "approve", uploaded.release.releaseId);
  await run("maintainer", "budi", "set", "activate", uploaded.release.releaseId);
}
