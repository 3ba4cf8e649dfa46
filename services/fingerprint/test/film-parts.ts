import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deflateSync } from "node:zlib";
import { FFMPEG, generatedFilm } from "./film-bed.ts";

// Parts of films, and films that are written over.

export const SMALL = "testsrc2=size=160x120:rate=10:duration=1";

export function box(type: string, body: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(8 + body.length);
  head.write(type, 4, "latin1");
  return Buffer.concat([head, body]);
}

export const ftyp = () => box("ftyp", Buffer.from("isom\0\0\x02\0isomiso2avc1mp41", "latin1"));

/** So deep that whoever calls himself for each has no stack left. */
export function nested(type: string, deep: number): Buffer {
  const bytes = Buffer.alloc(8 * deep);
  for (let at = 0; at < deep; at++) {
    bytes.writeUInt32BE(8 * (deep - at), 8 * at);
    bytes.write(type, 8 * at + 4, "latin1");
  }
  return bytes;
}

export function renamed(film: () => Buffer, from: string, to: string): () => Buffer {
  return () => {
    const bytes = film();
    bytes.write(to, bytes.lastIndexOf(from), "latin1");
    return bytes;
  };
}

/** Its frames are elsewhere: here are none, and the reference to itself becomes another. */
export function referring(film: Buffer, to: string): Buffer {
  const data = film.indexOf("mdat") + 4;
  film.fill(0, data, data + film.readUInt32BE(data - 8) - 8);
  const at = film.indexOf("dref") - 4;
  const length = film.readUInt32BE(at);
  const where = box("url ", Buffer.concat([Buffer.alloc(4), Buffer.from(`${to}\0`)]));
  const dref = box("dref", Buffer.concat([Buffer.from([0, 0, 0, 0, 0, 0, 0, 1]), where]));
  // What it stands in grows with it.
  for (const outer of ["moov", "trak", "mdia", "minf", "dinf"]) {
    const start = film.indexOf(outer) - 4;
    film.writeUInt32BE(film.readUInt32BE(start) + dref.length - length, start);
  }
  return Buffer.concat([film.subarray(0, at), dref, film.subarray(at + length)]);
}

export function referenceMovie(url: string): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(url.length + 1);
  const rdrf = box("rdrf", Buffer.concat([Buffer.from("\0\0\0\0url ", "latin1"), length, Buffer.from(`${url}\0`)]));
  return box("moov", box("rmra", box("rmda", rdrf)));
}

export function packedHead(says: number): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(says);
  const packed = deflateSync(Buffer.alloc(20_000_000), { level: 9 });
  return box(
    "moov",
    box("cmov", Buffer.concat([box("dcom", Buffer.from("zlib")), box("cmvd", Buffer.concat([length, packed]))])),
  );
}

export function headAlone(film: Buffer): Buffer {
  const at = film.indexOf("moov") - 4;
  return Buffer.concat([ftyp(), film.subarray(at, at + film.readUInt32BE(at))]);
}

export function written(name: string, words: string[], chunk: string, [behind, value]: [number, number]): Buffer {
  const bytes = generatedFilm(name, SMALL, words);
  bytes.writeUInt32LE(value, bytes.indexOf(chunk) + 4 + behind);
  return bytes;
}

/** The duration of a Matroska file is an element of eight bytes behind the number 0x4489. */
export function float(name: string, seconds: number): Buffer {
  const bytes = generatedFilm(name, SMALL);
  bytes.writeDoubleBE(seconds, bytes.indexOf(Buffer.from("448988", "hex")) + 3);
  return bytes;
}

export function flashData(body: string): Buffer {
  const bytes = Buffer.from(body, "latin1");
  const head = Buffer.alloc(11);
  head.writeUInt8(18);
  head.writeUIntBE(bytes.length, 1, 3);
  return Buffer.concat([head, bytes, Buffer.alloc(4)]);
}

export function packet(at: number): Buffer {
  const bytes = Buffer.alloc(188, at & 0xff);
  bytes.writeUInt8(0x47);
  bytes.writeUInt16BE((at * 7) & 0x1fff, 1);
  return bytes;
}

export const generatedSound = (name: string) => muxed(name, ["-f", "lavfi", "-i", "sine=duration=1"]);

export const attached = (content: string, type: string) =>
  muxed("film.mkv", ["-f", "lavfi", "-i", SMALL, "-attach", "FILE", "-metadata:s:t", `mimetype=${type}`], content);

export const withSubtitles = (words: string) =>
  muxed(
    "film.mkv",
    ["-f", "lavfi", "-i", SMALL, "-f", "srt", "-i", "FILE"],
    `1\n00:00:00,000 --> 00:00:01,000\n${words}\n`,
  );

/** By these words of ffmpeg, with a file of this content where they say FILE. */
function muxed(name: string, words: readonly string[], content = ""): Buffer {
  const folder = mkdtempSync(join(tmpdir(), "ntd-film-"));
  try {
    const [file, beside] = [join(folder, name), join(folder, "beside")];
    writeFileSync(beside, content);
    const given = words.map((word) => (word === "FILE" ? beside : word));
    execFileSync(FFMPEG ?? "ffmpeg", ["-nostdin", "-loglevel", "error", ...given, file]);
    return readFileSync(file);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
