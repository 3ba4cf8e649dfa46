/** Text that drives no terminal; it may have several lines. */
export interface Shown {
  text: string;
  /** It must not be overlooked. */
  isAlarm: boolean;
}

const BETWEEN = "  ";

/**
 * Rows as columns, as wide as what is in them; on a narrower line the widest give way, and what is in them is broken, at a
 * space where there is one.
 *
 * @param columns how wide a line may be.
 * @param styled how a piece of text looks, which takes no room.
 */
export function columned(
  rows: readonly (readonly Shown[])[],
  columns: number,
  styled: (shown: Shown) => string,
): string {
  const widths: number[] = [];
  for (const row of rows)
    for (const [at, { text }] of row.entries())
      for (const line of text.split("\n")) widths[at] = Math.max(widths[at] ?? 0, widthOf(line));
  const narrow = fitted(widths, BETWEEN.length, columns);
  return rows.flatMap((row) => linesOf(row, narrow, styled)).join("\n");
}

function linesOf(row: readonly Shown[], widths: readonly number[], styled: (shown: Shown) => string): string[] {
  const cells = row.map(({ text }, at) => text.split("\n").flatMap((line) => broken(line, widths[at] ?? 0)));
  const height = cells.reduce((most, { length }) => Math.max(most, length), 1);
  return Array.from({ length: height }, (_, at) => {
    const line = row.map((shown, column) => {
      const text = cells[column]?.[at] ?? "";
      const room = " ".repeat(Math.max(0, (widths[column] ?? 0) - widthOf(text)));
      return (text === "" ? "" : styled({ ...shown, text })) + room;
    });
    return line.join(BETWEEN).replace(/ +$/, "");
  });
}

const letters = new Intl.Segmenter();

function broken(line: string, width: number): string[] {
  if (widthOf(line) <= width) return [line];
  const pieces: string[] = [];
  let piece = "";
  let wide = 0;
  for (const { segment } of letters.segment(line)) {
    const own = widthOf(segment);
    if (piece !== "" && wide + own > width) {
      const space = segment === " " ? piece.length : piece.lastIndexOf(" ");
      const end = space > 0 ? space : piece.length;
      pieces.push(piece.slice(0, end));
      piece = piece.slice(end).trimStart();
      wide = widthOf(piece);
      if (segment === " ") continue;
    }
    piece += segment;
    wide += own;
  }
  return [...pieces, piece];
}

const PLAIN = /^[\x20-\x7e]*$/;
/** They stand on others, or show nothing. */
const NARROW = /[\p{M}\p{Cf}]/u;
const WIDE =
  /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}\p{Emoji_Presentation}\u3000-\u303e\uff01-\uff60\uffe0-\uffe6]/u;

/** How many columns of a terminal a line takes. */
function widthOf(line: string): number {
  if (PLAIN.test(line)) return line.length;
  let width = 0;
  for (const one of line) width += NARROW.test(one) ? 0 : WIDE.test(one) ? 2 : 1;
  return width;
}

const LEAST = 8;

/**
 * How wide columns may be so that a line of them fits: the widest give way first, none below eight.
 *
 * @param between so much stands between two of them.
 */
export function fitted(widths: readonly number[], between: number, columns: number): number[] {
  const room = columns - between * (widths.length - 1);
  const capped = (cap: number) => widths.map((width) => Math.min(width, cap));
  const sum = (cap: number) => capped(cap).reduce((all, width) => all + width, 0);
  let cap = widths.reduce((most, width) => Math.max(most, width), LEAST);
  while (cap > LEAST && sum(cap) > room) cap -= 1;
  return capped(cap);
}
