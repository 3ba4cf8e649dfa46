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
  ["png transparent", 8160, 6120, { effort: 1 }],
  ["webp shrunk", 10_000, 10_000, { effort: 0 }],
  ["jpeg shrunk", 17_300, 17_300, {}],
  ["jpeg progressive, shrunk", 8900, 8900, { progressive: true }],
  ["webp animation of 16", 2000, 1500, { effort: 0 }],
  ["gif animation of 60", 1600, 1000, { effort: 1, colours: 8, dither: 0 }],
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
      const frames = Number(/animation of (\d+)/.exec(name)?.[1] ?? 1);
      const large = (
        await picturesOf(scene, { width, height, frames, hasAlpha: name.includes("transparent") })
      ).toFormat(format as "jpeg", options);
      await writeFile(file, await large.toBuffer());
      process.stdout.write(`${name}, ${((frames * width * height) / 1e6).toFixed(0)} | `);
      spawnSync(process.execPath, [fileURLToPath(import.meta.url), file], { stdio: "inherit" });
    }
  } finally {
    await rm(folder, { recursive: true });
  }
}

type Wanted = { width: number; height: number; frames: number; hasAlpha: boolean };

async function picturesOf(scene: Buffer, { width, height, frames, hasAlpha }: Wanted) {
  const large = sharp(scene, { limitInputPixels: false }).resize(width, height, { fit: "fill" });
  if (frames === 1) return hasAlpha ? large.ensureAlpha(0.6) : large;
  const raw = await large.removeAlpha().raw().toBuffer();
  const each = Array.from({ length: frames }, (_, i) =>
    sharp(raw, { raw: { width, height, channels: 3 } })
      .modulate({ hue: i * 10 })
      .png({ compressionLevel: 1 })
      .toBuffer(),
  );
  return sharp(await Promise.all(each), { join: { animated: true } });
}

async function measureOne(file: string): Promise<void> {
  const bytes = await readFile(file);
  const start = performance.now();
  const hashed = await hashPicture(bytes);
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  const resident = Math.round(process.resourceUsage().maxRSS / 1024);
  process.stdout.write(`${bytes.length} | ${hashed.ok ? seconds : hashed.reason} | ${resident}\n`);
}
