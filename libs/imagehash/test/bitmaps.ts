/** Red, green, blue and alpha of a pixel. */
type PixelAt = (x: number, y: number) => readonly number[];

/** A bitmap of these pixels, stored in so many bits each; in up to 8 their colours are brought to a palette of greys. */
export function bmpOf(width: number, height: number, bits: number, at: PixelAt, fromTop = false): Buffer {
  const body = dibOf(width, height, bits, at, fromTop);
  const head = Buffer.alloc(14);
  head.write("BM");
  head.writeUInt32LE(14 + body.length, 2);
  head.writeUInt32LE(14 + 40 + coloursOf(bits) * 4, 10);
  return Buffer.concat([head, body]);
}

/** An icon of these pixels as a bitmap; below 32 bits a mask says which of them are there. */
export function icoOf(width: number, height: number, bits: number, at: PixelAt): Buffer {
  const pixels = dibOf(width, height, bits, at);
  pixels.writeInt32LE(height * 2, 8);
  const maskBytes = Math.ceil(width / 32) * 4;
  const mask = Buffer.alloc(maskBytes * height);
  each(width, height, (x, y) => {
    const byte = (height - 1 - y) * maskBytes + (x >> 3);
    if ((at(x, y)[3] ?? 0) === 0) mask.writeUInt8(mask.readUInt8(byte) | (0x80 >> (x & 7)), byte);
  });
  return iconOf(width, height, bits, Buffer.concat([pixels, mask]));
}

/** An icon that holds this picture. */
export function iconOf(width: number, height: number, bits: number, data: Buffer): Buffer {
  const head = Buffer.alloc(22);
  head.writeUInt16LE(1, 2);
  head.writeUInt16LE(1, 4);
  head.writeUInt8(width % 256, 6);
  head.writeUInt8(height % 256, 7);
  head.writeUInt16LE(bits, 12);
  head.writeUInt32LE(data.length, 14);
  head.writeUInt32LE(22, 18);
  return Buffer.concat([head, data]);
}

/** The same picture in runs of equal numbers, as the format's own compression has it. */
export function rle8Of(width: number, height: number, at: PixelAt): Buffer {
  const plain = bmpOf(width, height, 8, at);
  const start = plain.readUInt32LE(10);
  const runs: number[] = [];
  for (let row = 0; row < height; row++) {
    const line = plain.subarray(start + row * Math.ceil(width / 4) * 4).subarray(0, width);
    for (let x = 0; x < width;) {
      let run = 1;
      while (x + run < width && run < 255 && line[x + run] === line[x]) run++;
      if (run > 1 || width - x < 4) runs.push(run, line[x] ?? 0);
      else runs.push(0, 3, line[x] ?? 0, line[x + 1] ?? 0, line[x + 2] ?? 0, 0);
      x += run > 1 || width - x < 4 ? run : 3;
    }
    runs.push(0, 0);
  }
  plain.writeUInt32LE(1, 30);
  return Buffer.concat([plain.subarray(0, start), Buffer.from([...runs, 0, 1])]);
}

function dibOf(width: number, height: number, bits: number, at: PixelAt, fromTop = false): Buffer {
  const head = Buffer.alloc(40);
  head.writeUInt32LE(40);
  head.writeInt32LE(width, 4);
  head.writeInt32LE(fromTop ? -height : height, 8);
  head.writeUInt16LE(1, 12);
  head.writeUInt16LE(bits, 14);
  const colours = coloursOf(bits);
  const palette = Buffer.from(
    Array.from({ length: colours }, (_, i) =>
      Array(3)
        .fill(Math.round((i * 255) / (colours - 1)))
        .concat(0),
    ).flat(),
  );
  const rowBytes = Math.ceil((width * bits) / 32) * 4;
  const pixels = Buffer.alloc(rowBytes * height);
  each(width, height, (x, y) => {
    const [red = 0, green = 0, blue = 0, alpha = 0] = at(x, y);
    const row = (fromTop ? y : height - 1 - y) * rowBytes;
    const grey = Math.round(((red + green + blue) / 3 / 255) * (colours - 1));
    if (bits === 32) pixels.set([blue, green, red, alpha], row + x * 4);
    else if (bits === 24) pixels.set([blue, green, red], row + x * 3);
    else if (bits === 16) pixels.writeUInt16LE(((red >> 3) << 10) | ((green >> 3) << 5) | (blue >> 3), row + x * 2);
    else {
      const byte = row + ((x * bits) >> 3);
      pixels.writeUInt8(pixels.readUInt8(byte) | (grey << (8 - bits - ((x * bits) & 7))), byte);
    }
  });
  return Buffer.concat([head, palette, pixels]);
}

function coloursOf(bits: number): number {
  return bits > 8 ? 0 : 2 ** bits;
}

function each(width: number, height: number, work: (x: number, y: number) => void): void {
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) work(x, y);
}
