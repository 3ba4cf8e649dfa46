import { generatedFilm } from "./film-bed.ts";
import {
  attached,
  box,
  flashData,
  float,
  ftyp,
  generatedSound,
  headAlone,
  nested,
  packedHead,
  packet,
  referenceMovie,
  referring,
  renamed,
  SMALL,
  withSubtitles,
  written,
} from "./film-parts.ts";

/** A film that no honest sender would send, by what is wrong with it. */
export type Crafted = [what: string, film: () => Buffer];

/** @param address of somebody on this machine, whom no film may reach. @param file a film that none may open. */
export function craftedFilms(address: string, file: string): Crafted[] {
  return [...ofIsoMedia(address, file), ...ofNumbers(), ...ofOthers(address, file)];
}

/** Of ISO media, with other numbers in its boxes. */
function ofNumbers(): Crafted[] {
  const film = small();
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
  ];
}

/** Of ISO media, of other boxes. */
function ofIsoMedia(address: string, file: string): Crafted[] {
  const film = small();
  return [
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

/** The same small film, as often as it is written over. */
function small(): () => Buffer {
  let made: Buffer | undefined;
  return () => Buffer.from((made ??= generatedFilm("film.mp4", SMALL)));
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
