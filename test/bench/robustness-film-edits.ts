import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { blur, contrast, generatePicture, saturate } from "@ntd/imagehash/generated";

const run = promisify(execFile);

/** What becomes of a film, or of a short animation: filters and coding, and which part of it is left (from, to; 0 to 1). */
export interface FilmEdit {
  readonly name: string;
  readonly filter?: string;
  readonly part?: readonly [number, number];
  readonly coding?: readonly string[];
  readonly container?: "mp4" | "avi" | "webp";
  /** Stands in a film three times as long, the rest of which is another's. */
  readonly inLonger?: true;
}

/** Coded in a hurry: what that costs is size. */
const H264 = ["-pix_fmt", "yuv420p", "-c:v", "libx264", "-preset", "ultrafast"];
const LOGO = "drawbox=x=iw*0.76:y=ih*0.06:w=iw*0.2:h=ih*0.15:color=white@0.85:t=fill";
const SHARED: readonly FilmEdit[] = [
  { name: "half size", filter: "scale=iw/2:-2" },
  { name: "the first 20 % alone", part: [0, 0.2] },
  { name: "the middle third alone", part: [1 / 3, 2 / 3] },
  { name: "a logo over 3 % of the area", filter: LOGO },
];

export const FILM_EDITS: readonly FilmEdit[] = [
  { name: "H.264 again, at rate factor 35", coding: [...H264, "-crf", "35"] },
  { name: "MPEG-4 in AVI, coarse", coding: ["-c:v", "mpeg4", "-q:v", "12"], container: "avi" },
  { name: "H.264 at 80 kbit/s", coding: [...H264, "-b:v", "80k"] },
  { name: "160 pixels wide", filter: "scale=160:-2" },
  { name: "12 frames a second of 25", filter: "fps=12" },
  ...SHARED,
  { name: "in a film three times as long", inLonger: true },
  { name: "crop 5 % a side", filter: "crop=iw*0.9:ih*0.9" },
  { name: "letterbox of a quarter", filter: "pad=iw:iw*3/4:0:(oh-ih)/2" },
  { name: "mirrored", filter: "hflip" },
];

export const ANIMATION_EDITS: readonly FilmEdit[] = [
  { name: "WebP 50", coding: ["-c:v", "libwebp_anim", "-quality", "50", "-loop", "0"], container: "webp" },
  { name: "4 frames a second of 8", filter: "fps=4" },
  ...SHARED,
];

/** So many pixels a film has, and so many an animation. */
const SIZE = "480:270";
const SHOTS = 10;
/** An animation is the film's middle, over a cut. */
export const ANIMATION = { seconds: 4, filter: "fps=8,scale=240:-2" };

/** A folder in memory or on disk, as the machine has it, in which films are made and edited. */
export class FilmStudio implements AsyncDisposable {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async open(): Promise<FilmStudio> {
    return new FilmStudio(await mkdtemp(join(tmpdir(), "ntd-robustness-")));
  }

  /** A film of ten shots of generated scenes, 1.5 to 4 s each; two of three move, one of five is out of focus and dim. */
  async film(nth: number): Promise<string> {
    const words: string[] = [];
    const shots = await Promise.all(Array.from({ length: SHOTS }, (_, shot) => this.#shot(nth, shot)));
    for (const { file, seconds } of shots) words.push("-loop", "1", "-framerate", "25", "-t", `${seconds}`, "-i", file);
    const cuts = shots.map(({ seconds }, shot) => `[${shot}]${cropped(shot, seconds)},setsar=1[s${shot}]`);
    const graph = `${cuts.join(";")};${shots.map((_, shot) => `[s${shot}]`).join("")}concat=n=${SHOTS}[out]`;
    const film = this.#path(`film-${nth}.mp4`);
    await ffmpeg([...words, "-filter_complex", graph, "-map", "[out]", ...H264, film]);
    return film;
  }

  /** The film's middle as a GIF. */
  async animation(film: string): Promise<string> {
    const gif = `${film}.gif`;
    const from = ["-ss", `${(await secondsOf(film)) / 2 - ANIMATION.seconds / 2}`, "-t", `${ANIMATION.seconds}`];
    await ffmpeg([...from, "-i", film, "-vf", ANIMATION.filter, gif]);
    return gif;
  }

  /** @param other what stands around a film that is put into a longer one. */
  async edited(file: string, edit: FilmEdit, other: string): Promise<Buffer> {
    const isAnimation = file.endsWith(".gif");
    const to = this.#path(`edited.${edit.container ?? (isAnimation ? "gif" : "mp4")}`);
    const filters = edit.filter === undefined ? [] : ["-vf", edit.filter];
    const coding = edit.coding ?? (isAnimation ? [] : H264);
    if (edit.inLonger === true) {
      const graph = ["-filter_complex", "[0][1][2]concat=n=3[out]", "-map", "[out]"];
      await ffmpeg(["-i", other, "-i", file, "-i", other, ...graph, ...coding, to]);
    } else {
      const [from, until] = edit.part ?? [0, 1];
      const seconds = edit.part === undefined ? 0 : await secondsOf(file);
      const part = edit.part && ["-ss", `${from * seconds}`, "-t", `${(until - from) * seconds}`];
      await ffmpeg([...(part ?? []), "-i", file, ...filters, ...coding, to]);
    }
    return readFile(to);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #shot(film: number, shot: number) {
    const seed = 60_000 + film * SHOTS + shot;
    const scene = await saturate(await generatePicture(seed, { width: 560, height: 316 }), 0.4);
    const file = this.#path(`shot-${seed}.jpg`);
    await writeFile(file, shot % 5 === 4 ? await contrast(await blur(scene, 10), 0.7) : scene);
    return { file, seconds: 1.5 + ((seed * 7) % 6) / 2 };
  }

  #path(name: string): string {
    return join(this.#folder, name);
  }
}

function cropped(shot: number, seconds: number): string {
  const way = shot % 3 === 2 ? "0.5" : `t/${seconds}`;
  return `crop=${SIZE}:(iw-ow)*${way}:(ih-oh)*${way}`;
}

async function secondsOf(file: string): Promise<number> {
  const words = ["-v", "error", "-show_entries", "format=duration", "-of", "csv=p=0", file];
  return Number((await run("ffprobe", words)).stdout);
}

async function ffmpeg(words: readonly string[]): Promise<void> {
  await run("ffmpeg", ["-nostdin", "-loglevel", "error", "-y", ...words]);
}
