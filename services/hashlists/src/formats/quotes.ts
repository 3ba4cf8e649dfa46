const SPACE = String.raw`[ \t\f\r]*`;
const FIELD = `(?:${SPACE}"(?:[^"]|"")*"${SPACE}|[^",]*)`;
/** Behind a closing quotation mark comes a comma or the end, so there is one way to read a line: linear in its length. */
const RECORD = new RegExp(`^${FIELD}(?:,${FIELD})*$`);

/** Whether the quotation marks of a line stand where CSV has them: around whole fields, doubled within. */
export function isWellQuoted(line: string): boolean {
  return RECORD.test(line);
}
