import { presented, table } from "../cli/output.ts";
import { PLAIN } from "../cli/presentation.ts";

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
      const text = render(rows, out.columns);
      out.write(`${drawn > 0 ? `\u001B[${drawn}A\u001B[J` : ""}${text}\n`);
      drawn = text.split("\n").length;
    }
    last = rows.map((row) => ({ ...row }));
  };
}

// A line that the terminal itself would wrap is two to it, and one to whoever draws over it.
function render(rows: readonly Row[], columns: number): string {
  const head = ["#", "report", "host", "where it is", "must end", ""];
  const lines = rows.map((row) => [row.number, row.what, row.host, row.where, row.expected, row.ended ? "yes" : ""]);
  return presented({ ...PLAIN, columns: columns || Infinity }, () => table(head, lines));
}
