const SPACE = String.raw`[ \f]*`;

const records = new Map<string, RegExp>();

/** Whether the quotation marks of a line stand where CSV has them: around whole fields, doubled within. */
export function isWellQuoted(line: string, delimiter = ","): boolean {
  const known = records.get(delimiter);
  if (known !== undefined) return known.test(line);
  const record = recordOf(delimiter);
  records.set(delimiter, record);
  return record.test(line);
}

// Behind a closing quotation mark comes a delimiter or the end, so there is one way to read a line: linear in its length.
function recordOf(delimiter: string): RegExp {
  const cut = delimiter === "\t" ? String.raw`\t` : `\\${delimiter}`;
  const space = delimiter === "\t" ? SPACE : String.raw`[ \t\f]*`;
  const field = `(?:${space}"(?:[^"]|"")*"${space}|[^"${cut}]*)`;
  return new RegExp(`^${field}(?:${cut}${field})*$`);
}
