import { parse } from "csv-parse/sync";
import { MAX_LINE } from "../reading/line-splitter.ts";
import { isWellQuoted } from "../reading/quotes.ts";

/** A line as a table has it: undefined for one whose quotation marks are out of place. */
export type Fields = string[] | undefined;

/**
 * The fields of each line; a quotation mark never reaches into the next line. The parser takes a tenth of a millisecond to
 * be begun: it is begun once, with lines alone that it cannot stumble over.
 */
export function fieldsOf(lines: readonly string[], delimiter = ","): Fields[] {
  const quoted: number[] = [];
  const records = lines.map((line, i): Fields => {
    if (line === "") return NOTHING;
    // Nearly all lines have no quotation mark, and this takes a tenth of the parser's time.
    if (!line.includes('"') || line.length > MAX_LINE) return line.split(delimiter).map((field) => field.trim());
    if (isWellQuoted(line, delimiter)) quoted.push(i);
    return undefined;
  });
  if (quoted.length === 0) return records;
  const parsed = parse(quoted.map((i) => lines[i]).join("\n"), {
    delimiter,
    relax_column_count: true,
    trim: true,
    record_delimiter: "\n",
  });
  for (const [nth, i] of quoted.entries()) records[i] = parsed[nth];
  return records;
}

const NOTHING: string[] = [""];
