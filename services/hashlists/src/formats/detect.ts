import { EXAMINER_CSV } from "./examiner-csv.ts";
import { HASHES } from "./hashes.ts";
import { ICSE_CSV } from "./icse-csv.ts";
import type { FormatName, ListFormat } from "./list-format.ts";
import { NCMEC_XML } from "./ncmec-xml.ts";
import { NTD_CSV } from "./ntd-csv.ts";
import { refusedFile } from "./refused-file.ts";
import { THREATEXCHANGE } from "./threatexchange.ts";
import { unreadFile } from "./unread.ts";
import { VICS_JSON } from "./vics-json.ts";

/** So many characters tell what a file is. */
export const START = 4096;

// What is more particular stands first.
const FORMATS = [NTD_CSV, VICS_JSON, NCMEC_XML, THREATEXCHANGE, ICSE_CSV, EXAMINER_CSV, HASHES];

/**
 * How the file that begins so is written: as who sent it says, else as its first characters say. Its name says nothing.
 *
 * @throws Problem FIELD_INVALID that names what it is instead.
 */
export function formatOf(start: string, said?: FormatName): ListFormat {
  if (start.trim() === "") throw refusedFile("the file is empty");
  const forced = FORMATS.find(({ name }) => name === said);
  if (forced !== undefined) return forced;
  const unread = unreadFile(start);
  const found = FORMATS.find((format) => format.begins(start));
  if (unread !== undefined && !(found === VICS_JSON || found === NCMEC_XML)) throw refusedFile(`the file is ${unread}`);
  if (found !== undefined) return found;
  const titles = FORMATS.map(({ title }) => title).join(", ");
  throw refusedFile(`the file is none that is read: ${titles}; a table is to name its columns in its first line`);
}
