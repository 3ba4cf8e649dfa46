// What nobody could do without: reads a list with the parser that the service has for its format, whatever it says, and
// writes a row for each hash into SQLite, on disk as safely as the services' stores. It checks nothing, knows no hash
// again, and keeps no index to find one by. Prints what it took: node test/bench/hashlists-bare.ts <format> <file> <store>
import { createReadStream } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { pipeline } from "node:stream/promises";
import { JSONParser } from "@streamparser/json";
import { parse } from "csv-parse";
import { SaxesParser } from "saxes";
import type { Format } from "./hashlists-files.ts";

const [, , format = "", file = "", store = ""] = process.argv;
/** As many as the service writes at once. */
const AT_ONCE = 8000;

const begun = performance.now();
const db = new DatabaseSync(store);
db.exec("PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL");
db.exec(
  "CREATE TABLE rows (algorithm TEXT, value BLOB, quality INTEGER, scheme TEXT, code TEXT, votes INTEGER, source TEXT)",
);
const insert = db.prepare("INSERT INTO rows VALUES (?, ?, ?, ?, ?, ?, ?)");
let rows = 0;

interface Told {
  quality?: number;
  scheme: string;
  code: string;
  votes?: number;
  source: string;
}

function write(algorithm: string, hex: string, { quality = 50, scheme, code, votes = 1, source }: Told): void {
  if (rows++ % AT_ONCE === 0) db.exec(rows === 1 ? "BEGIN" : "COMMIT; BEGIN");
  insert.run(algorithm, Buffer.from(hex, "hex"), algorithm === "pdq" ? quality : 0, scheme, code, votes, source);
}

const READ: Record<Format, () => Promise<void>> = {
  "ntd-csv": async () => {
    const records = parse({ from_line: 2, trim: true });
    records.on("data", ([algorithm = "", hex = "", quality, scheme = "", code = "", votes, source = ""]: string[]) =>
      write(algorithm, hex, { quality: Number(quality), scheme, code, votes: Number(votes), source }),
    );
    await pipeline(createReadStream(file), records);
  },
  "vics-json": async () => {
    const parser = new JSONParser({ paths: ["$.value.*"], keepStack: false, stringBufferSize: 64 * 1024 });
    parser.onValue = ({ value }) => takeMedia(value as unknown as Media);
    for await (const text of createReadStream(file, "utf8") as AsyncIterable<string>) parser.write(text);
  },
  "ncmec-xml": async () => {
    const parser = new SaxesParser({ xmlns: true });
    const listed = new Map<string, string>();
    let [member, text] = ["", ""];
    parser.on("opentag", (tag) => {
      text = "";
      if (tag.local === "member") member = tag.attributes["id"]?.value ?? "";
    });
    parser.on("text", (some) => (text += some));
    parser.on("closetag", ({ local }) => {
      listed.set(local, text.trim());
      if (local !== "image") return;
      const told = {
        scheme: "ncmec",
        code: listed.get("classification") ?? "",
        source: `${member}-${listed.get("id")}`,
      };
      for (const kind of ["md5", "sha1", "pdq"]) if (listed.has(kind)) write(kind, listed.get(kind) ?? "", told);
      listed.clear();
    });
    for await (const some of createReadStream(file, "utf8") as AsyncIterable<string>) parser.write(some);
    parser.close();
  },
};

interface Media {
  MD5: string;
  SHA1?: string;
  Category: number;
  AlternativeHashes?: { HashName: string; HashValue: string }[];
}

function takeMedia({ MD5, SHA1, Category, AlternativeHashes = [] }: Media): void {
  const told = { scheme: "vics-uk", code: String(Category), source: `md5:${MD5}` };
  write("md5", MD5, told);
  if (SHA1 !== undefined) write("sha1", SHA1, told);
  for (const { HashName, HashValue } of AlternativeHashes) write(HashName.toLowerCase(), HashValue, told);
}

await READ[format as Format]();
db.exec("COMMIT");
db.close();
const { user, system } = process.cpuUsage();
console.log(JSON.stringify({ rows, ms: performance.now() - begun, cpuMs: (user + system) / 1000 }));
