import { spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { generatePicture } from "../generated/picture.ts";
import { sharp } from "../decode/guarded-sharp.ts";
import { hashPicture } from "../hashes/hash-picture.ts";

const LARGEST = [
  ["jpeg", 8160, 6120, {}],
  ["jpeg progressive", 5760, 4320, { progressive: true }],
  ["png", 8160, 6120, { palette: true, colours: 8, effort: 1, dither: 0 }],
  ["webp", 8160, 6120, { effort: 0 }],
  ["gif", 5760, 4320, { effort: 1 }],
  ["avif", 4600, 3450, { effort: 0 }],
] as const;

// Prints what the largest allowed picture of each format costs, each hashed in a process of its own.
const [, , path] = process.argv;
if (path === undefined) await measureAll();
else await measureOne(path);

async function measureAll(): Promise<void> {
  process.stdout.write("format, megapixels | bytes | seconds | most resident MB\n");
  const folder = await mkdtemp(join(tmpdir(), "imagehash-"));
  try {
    const scene = await generatePicture(1, { format: "png" });
    for (const [name, width, height, options] of LARGEST) {
      const file = join(folder, "picture");
      const [format] = name.split(" ");
      const large = sharp(scene)
        .resize(width, height, { fit: "fill" })
        .toFormat(format as "jpeg", options);
      await writeFile(file, await large.toBuffer());
      process.stdout.write(`${name}, ${((width * height) / 1e6).toFixed(0)} | `);
      spawnSync(process.execPath, [fileURLToPath(import.meta.url), file], { stdio: "inherit" });
    }
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function measureOne(file: string): Promise<void> {
  const bytes = await readFile(file);
  const start = performance.now();
  const hashed = await hashPicture(bytes);
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  const resident = Math.round(process.resourceUsage().maxRSS / 1024);
  process.stdout.write(`${bytes.length} | ${hashed.ok ? seconds : hashed.reason} | ${resident}\n`);
}
