import { startLoop, type Logger, type Loop } from "@ntd/service";
import type { KnownPictures } from "./known-pictures.ts";

/** All pictures at the start; then what came, so that whoever asks finds little left to read. */
export function startEveryMinuteReadPictures({ pictures, log }: { pictures: KnownPictures; log: Logger }): Loop {
  return startLoop("read pictures", 60_000, log, (stop) => pictures.catchUp(stop));
}
