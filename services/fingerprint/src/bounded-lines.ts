import type { Readable } from "node:stream";

/**
 * Tells each line of a stream whose other end nobody trusts, without its end. One longer than `mostBytes` is not told:
 * `tooLong` is, and nothing further.
 */
export function hearLines(
  stream: Readable,
  mostBytes: number,
  hear: (line: string) => void,
  tooLong: () => void,
): void {
  // A text, since a byte may come at a time: the pieces of one are joined only when it is read.
  let begun = "";
  stream.on("data", (chunk: Buffer) => {
    for (let at = 0; at < chunk.length && !stream.destroyed;) {
      const end = chunk.indexOf("\n", at);
      const to = end < 0 ? chunk.length : end;
      if (begun.length + to - at > mostBytes) {
        stream.destroy();
        tooLong();
        return;
      }
      begun += chunk.toString("latin1", at, to);
      at = to + 1;
      if (end < 0) return;
      const line = begun;
      begun = "";
      hear(line);
    }
  });
}
