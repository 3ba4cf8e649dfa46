import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deflateSync } from "node:zlib";
import { FFMPEG, generatedFilm } from "./film-bed.ts";

/** A film that no honest sender would send, by what is wrong with it. */
export type Crafted = [what: string, film: () => Buffer];

const SMALL = "testsrc2=size=160x120:rate=10:duration=1";

/** @param address of somebody on this machine, whom no film may reach. @param file a film that none may open. */
export function craftedFilms(address: string, file: string): Crafted[] {
  return [...ofIsoMedia(address, file), ...ofOthers(address, file)];
}

function ofIsoMedia(address: string, file: string): Crafted[] {
  let made: Buffer | undefined;
  const film = () => Buffer.from((made ??= generatedFilm("film.mp4", SMALL)));
  /** Each number is written over what stands so many bytes behind the name of a box. */
  const over =
    (box: string, ...numbers: [at: number, value: number][]) =>
    () => {
      const bytes = film();
      // Its first bytes name some of them, too.
      const at = bytes.lastIndexOf(box) + 4;
      for (const [behind, value] of numbers) bytes.writeUInt32BE(value, at + behind);
      return bytes;
    };
  const most = 0xffffffff;
  return [
    ["lasts for ever, as a whole", over("mvhd", [16, most])],
    ["lasts for ever, as its track", over("tkhd", [20, most])],
    ["lasts for ever, as its media", over("mdhd", [16, most])],
    ["has seconds of no parts", over("mdhd", [12, 0])],
    ["has a whole of no parts", over("mvhd", [12, 0])],
    ["has seconds of billions of parts", over("mdhd", [12, most])],
    ["has frames that last for ever", over("stts", [12, most])],
    ["has frames that last no time", over("stts", [12, 0])],
    ["has billions of times", over("stts", [4, most])],
    ["has billions of frames", over("stsz", [8, 0x7fffffff])],
    ["has frames of billions of bytes", over("stsz", [4, 0x7fffffff])],
    ["has billions of pieces", over("stco", [4, 0x3fffffff])],
    ["has its pieces beyond its end", over("stco", [8, 0x7fffffff])],
    ["has pieces of billions of frames", over("stsc", [12, most])],
    ["is a million pixels wide, it says", over("avc1", [24, most])],
    ["is shown at another time", over("elst", [8, most], [12, 0x7fffffff])],
    ["is turned by no matrix", over("tkhd", [40, most], [44, most], [56, most])],
    ["is coded by what nobody knows", renamed(film, "avc1", "zzzz")],
    ["is coded as pictures in a library", renamed(film, "avc1", "jp2c")],
    ["lies in another file", () => referring(film(), `file://${file}`)],
    ["lies at another address", () => referring(film(), `${address}/film.mp4`)],
    [
      "is a list of other films",
      () => Buffer.concat([box("ftyp", Buffer.from("qt  \0\0\0\0qt  ")), referenceMovie(`${address}/x.mov`)]),
    ],
    ["is boxes in boxes", () => Buffer.concat([ftyp(), nested("moov", 20_000)])],
    ["is tracks in tracks", () => Buffer.concat([ftyp(), box("moov", nested("trak", 20_000))])],
    ["is a packed head of a gigabyte", () => Buffer.concat([ftyp(), packedHead(2 ** 30)])],
    [
      "has a box that is longer than all files",
      () => Buffer.concat([ftyp(), Buffer.from("\0\0\0\x01moov\x7f\xff\xff\xff\xff\xff\xff\xff", "latin1")]),
    ],
    [
      "is a hundred thousand empty boxes",
      () => Buffer.concat([ftyp(), ...Array<Buffer>(100_000).fill(box("free", Buffer.alloc(0)))]),
    ],
    ["has a head, and nothing behind it", () => headAlone(film())],
    [
      "has fragments without end",
      () =>
        Buffer.concat([
          generatedFilm("film.mp4", SMALL, FRAGMENTED),
          ...Array<Buffer>(2000).fill(box("moof", box("traf", Buffer.alloc(16)))),
        ]),
    ],
    ["is sound alone", () => generatedSound("sound.mp4")],
    ["has fifty tracks", () => generatedFilm("film.mp4", SMALL, mapped(50))],
    ["is a page behind its first bytes", () => Buffer.concat([ftyp(), Buffer.from("<html><img src=x>".repeat(1000))])],
    [
      "is a playlist behind its first bytes",
      () => Buffer.concat([ftyp(), Buffer.from(`#EXTM3U\n#EXTINF:1,\n${address}/a.ts\n`)]),
    ],
  ];
}

const FRAGMENTED = ["-movflags", "frag_keyframe+empty_moov"];
const mapped = (count: number) => Array.from({ length: count }, () => ["-map", "0:v"]).flat();

function ofOthers(address: string, file: string): Crafted[] {
  const playlist = `#EXTM3U\n#EXTINF:1,\n${address}/a.ts\nfile://${file}\n`;
  const concat = `ffconcat version 1.0\nfile '${file}'\nfile '${address}/a.ts'\n`;
  return [
    ["Matroska: lasts not a number of seconds", () => float("film.mkv", Number.NaN)],
    ["Matroska: lasts for ever", () => float("film.mkv", Number.POSITIVE_INFINITY)],
    ["Matroska: has subtitles that name files", () => withSubtitles(`Dialogue: {\\\\img(${file})}`)],
    ["Matroska: carries a playlist", () => attached(playlist, "application/vnd.apple.mpegurl")],
    ["Matroska: carries a font", () => attached("OTTO".repeat(1000), "application/x-truetype-font")],
    [
      "Matroska: has elements of unknown length",
      () => Buffer.concat([Buffer.from("1a45dfa3ff", "hex"), Buffer.from("18538067ff".repeat(20_000), "hex")]),
    ],
    ["Matroska: has an element longer than all files", () => Buffer.from("1a45dfa3017fffffffffffff00", "hex")],
    ["AVI: is wider than all screens", () => written("film.avi", ["-c:v", "mjpeg"], "strf", [8, 0x7fffffff])],
    ["AVI: has frames of no time", () => written("film.avi", ["-c:v", "mjpeg"], "strh", [24, 0])],
    ["AVI: has a rate of no parts", () => written("film.avi", ["-c:v", "mjpeg"], "strh", [28, 0])],
    ["AVI: is a list behind its first bytes", () => Buffer.from(`RIFF\xff\xff\xff\x7fAVI ${concat}`, "latin1")],
    [
      "AVI: is lists in lists",
      () =>
        Buffer.concat([
          Buffer.from("RIFF\xff\xff\xff\x7fAVI ", "latin1"),
          Buffer.from("LIST\xff\xff\xff\x7fhdrl".repeat(20_000), "latin1"),
        ]),
    ],
    [
      "Flash: is a playlist behind its first bytes",
      () => Buffer.from(`FLV\x01\x05\0\0\0\x09\0\0\0\0${playlist}`, "latin1"),
    ],
    [
      "Flash: has words in words",
      () =>
        Buffer.concat([
          Buffer.from("FLV\x01\x05\0\0\0\x09\0\0\0\0", "latin1"),
          flashData(`\x02\0\nonMetaData${"\x03\0\x01a".repeat(20_000)}`),
        ]),
    ],
    ["MPEG: is nothing but beginnings", () => Buffer.from("000001ba".repeat(50_000), "hex")],
    ["a transport stream without streams", () => Buffer.concat(Array.from({ length: 5000 }, (_, at) => packet(at)))],
    [
      "changes its size on the way",
      () =>
        Buffer.concat([
          generatedFilm("film.ts", SMALL),
          generatedFilm("film.ts", "color=red:size=2040x1080:rate=2:duration=1"),
        ]),
    ],
    ["a thousand frames a second", () => generatedFilm("film.mkv", "testsrc2=size=64x48:rate=1000:duration=2")],
    [
      "a scene change at each frame",
      () => generatedFilm("film.mkv", "nullsrc=size=64x48:rate=50:duration=4,geq=lum='255*mod(N,2)':cb=128:cr=128"),
    ],
    ["a playlist", () => Buffer.from(playlist)],
    ["a list of files", () => Buffer.from(concat)],
    ["a session", () => Buffer.from(`v=0\no=- 0 0 IN IP4 127.0.0.1\nm=video 5004 RTP/AVP 96\n`)],
    ["nothing", () => Buffer.alloc(0)],
  ];
}

function box(type: string, body: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(8 + body.length);
  head.write(type, 4, "latin1");
  return Buffer.concat([head, body]);
}

const ftyp = () => box("ftyp", Buffer.from("isom\0\0\x02\0isomiso2avc1mp41", "latin1"));

/** So deep that whoever calls himself for each has no stack left. */
function nested(type: string, deep: number): Buffer {
  const bytes = Buffer.alloc(8 * deep);
  for (let at = 0; at < deep; at++) {
    bytes.writeUInt32BE(8 * (deep - at), 8 * at);
    bytes.write(type, 8 * at + 4, "latin1");
  }
  return bytes;
}

function renamed(film: () => Buffer, from: string, to: string): () => Buffer {
  return () => {
    const bytes = film();
    bytes.write(to, bytes.lastIndexOf(from), "latin1");
    return bytes;
  };
}

/** Its frames are elsewhere: here are none, and the reference to itself becomes another. */
function referring(film: Buffer, to: string): Buffer {
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

function referenceMovie(url: string): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(url.length + 1);
  const rdrf = box("rdrf", Buffer.concat([Buffer.from("\0\0\0\0url ", "latin1"), length, Buffer.from(`${url}\0`)]));
  return box("moov", box("rmra", box("rmda", rdrf)));
}

function packedHead(says: number): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(says);
  const packed = deflateSync(Buffer.alloc(20_000_000), { level: 9 });
  return box(
    "moov",
    box("cmov", Buffer.concat([box("dcom", Buffer.from("zlib")), box("cmvd", Buffer.concat([length, packed]))])),
  );
}

function headAlone(film: Buffer): Buffer {
  const at = film.indexOf("moov") - 4;
  return Buffer.concat([ftyp(), film.subarray(at, at + film.readUInt32BE(at))]);
}

function written(name: string, words: string[], chunk: string, [behind, value]: [number, number]): Buffer {
  const bytes = generatedFilm(name, SMALL, words);
  bytes.writeUInt32LE(value, bytes.indexOf(chunk) + 4 + behind);
  return bytes;
}

/** The duration of a Matroska file is an element of eight bytes behind the number 0x4489. */
function float(name: string, seconds: number): Buffer {
  const bytes = generatedFilm(name, SMALL);
  bytes.writeDoubleBE(seconds, bytes.indexOf(Buffer.from("448988", "hex")) + 3);
  return bytes;
}

function flashData(body: string): Buffer {
  const bytes = Buffer.from(body, "latin1");
  const head = Buffer.alloc(11);
  head.writeUInt8(18);
  head.writeUIntBE(bytes.length, 1, 3);
  return Buffer.concat([head, bytes, Buffer.alloc(4)]);
}

function packet(at: number): Buffer {
  const bytes = Buffer.alloc(188, at & 0xff);
  bytes.writeUInt8(0x47);
  bytes.writeUInt16BE((at * 7) & 0x1fff, 1);
  return bytes;
}

const generatedSound = (name: string) => muxed(name, ["-f", "lavfi", "-i", "sine=duration=1"]);

const attached = (content: string, type: string) =>
  muxed("film.mkv", ["-f", "lavfi", "-i", SMALL, "-attach", "FILE", "-metadata:s:t", `mimetype=${type}`], content);

const withSubtitles = (words: string) =>
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
