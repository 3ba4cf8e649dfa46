/** What a table program takes for a formula, and what was guarded against that. */
const FORMULA = /^'*[=+\-@\t\r]/;

/**
 * A text of others as it stands in a cell: a mark before what a table program would compute (OWASP, CSV injection). One
 * that has such marks gets one more, so that what is read again is what was written.
 */
export function guarded(text: string): string {
  return FORMULA.test(text) ? `'${text}` : text;
}

/** The text that a cell means. */
export function unguarded(cell: string): string {
  return cell.startsWith("'") && FORMULA.test(cell) ? cell.slice(1) : cell;
}
