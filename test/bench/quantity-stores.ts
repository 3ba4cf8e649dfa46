import { existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Where the parts keep what they fill, by names. */
export interface Stores {
  /** The url of a store that `fill` has filled, now or in an earlier run. */
  filled(name: string, fill: (url: string) => Promise<void>): Promise<string>;
  /** The url of a store that holds nothing. */
  empty(name: string): string;
}

/** SQLite files in a folder: made once and kept. One whose filling was cut off is filled anew. */
export function filesIn(dir: string): Stores {
  function fresh(name: string): string {
    for (const end of ["", "-wal", "-shm"]) rmSync(join(dir, `${name}.sqlite${end}`), { force: true });
    return `file:${join(dir, `${name}.sqlite`)}`;
  }
  return {
    async filled(name, fill) {
      const mark = join(dir, `${name}.filled`);
      if (!existsSync(mark)) {
        await fill(fresh(name));
        writeFileSync(mark, "");
      }
      return `file:${join(dir, `${name}.sqlite`)}`;
    },
    empty: (name) => fresh(`${name}-empty`),
  };
}

/** Databases of a server that speaks MongoDB's protocol and holds none of them yet. */
export function databasesAt(server: string): Stores {
  const urlOf = (name: string) => `${server}/${name}`;
  return {
    async filled(name, fill) {
      await fill(urlOf(name));
      return urlOf(name);
    },
    empty: (name) => urlOf(`${name}_empty`),
  };
}
