import Table from "cli-table3";

export interface Row {
  number: number;
  what: string;
  host: string;
  where: string;
  expected: string;
  ended: boolean;
}

/** A table that is drawn over itself on a terminal; elsewhere only what changed is printed. */
export function liveTable(out: NodeJS.WriteStream): (rows: readonly Row[]) => void {
  let drawn = 0;
  let last: readonly Row[] = [];
  return (rows) => {
    if (!out.isTTY) {
      for (const row of rows) {
        if (last.find((r) => r.number === row.number)?.where === row.where) continue;
        out.write(`  ${String(row.number).padStart(2)} ${row.what.padEnd(34)} ${row.host.padEnd(7)} ${row.where}\n`);
      }
    } else {
      const text = render(rows);
      out.write(`${drawn > 0 ? `\u001B[${drawn}A\u001B[J` : ""}${text}\n`);
      drawn = text.split("\n").length;
    }
    last = rows.map((row) => ({ ...row }));
  };
}

function render(rows: readonly Row[]): string {
  const table = new Table({
    head: ["#", "report", "host", "where it is", "must end", ""],
    style: { head: [], border: [], compact: true },
  });
  for (const row of rows) table.push([row.number, row.what, row.host, row.where, row.expected, row.ended ? "yes" : ""]);
  return table.toString();
}
