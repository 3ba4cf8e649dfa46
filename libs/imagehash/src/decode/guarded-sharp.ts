import sharp from "sharp";

// Process-wide on purpose: whoever imports this library can no longer decode SVG or a file by its path.
sharp.block({ operation: ["VipsForeignLoad"] });
sharp.unblock({
  operation: [
    "VipsForeignLoadJpegBuffer",
    "VipsForeignLoadPngBuffer",
    "VipsForeignLoadWebpBuffer",
    "VipsForeignLoadNsgifBuffer",
    "VipsForeignLoadHeifBuffer",
    "VipsForeignLoadTiffBuffer",
  ],
});
// Pictures are processed beside each other, not in pieces; and nothing decoded may linger in a cache.
sharp.concurrency(1);
sharp.cache(false);

export { sharp };
