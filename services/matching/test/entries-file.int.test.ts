import { mkdtemp, readFile, rm, stat, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readEntriesFile, writeEntriesFile } from "../src/snapshots/entries-file.ts";

let dir: string;
let file: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "ntd-entries-"));
  file = join(dir, "entries.bin");
});
afterEach(() => rm(dir, { recursive: true }));

const parts = [Uint8Array.of(1, 2, 3), new Uint8Array(100_000).fill(7)];
const read = () =>
  readEntriesFile(file, (about) => {
    const given = parts.map(({ length }) => new Uint8Array(length));
    return { value: { about, given }, parts: given };
  });

test("what was written is read, and nobody else may read it", async () => {
  await writeEntriesFile(file, { set: "set-a", counter: 7 }, parts);
  expect(await read()).toEqual({ ok: true, value: { about: { set: "set-a", counter: 7 }, given: parts } });
  expect((await stat(file)).mode & 0o777).toBe(0o600);
});

test("what is there is not written over", async () => {
  await writeEntriesFile(file, {}, parts);
  await expect(writeEntriesFile(file, {}, parts)).rejects.toMatchObject({ code: "EEXIST" });
});

describe("it says why a file is not what was written:", () => {
  beforeEach(() => writeEntriesFile(file, { set: "set-a" }, parts));

  test("it is not there", async () => {
    await rm(file);
    expect(await read()).toEqual({ ok: false, reason: "missing" });
  });

  test("it is cut short, wherever", async () => {
    const { size } = await stat(file);
    for (const length of [size - 1, size - 40, 70, 60, 20, 0]) {
      await truncate(file, length);
      expect(await read(), `${length} bytes`).toEqual({ ok: false, reason: "truncated" });
    }
  });

  test("a bit is another one, wherever but in the version", async () => {
    const bytes = await readFile(file);
    for (const at of [0, 20, 50, 62, 70, 500, bytes.length - 1]) {
      const changed = Buffer.from(bytes);
      changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
      await writeFile(file, changed);
      expect(await read(), `byte ${at}`).toEqual({ ok: false, reason: "corrupt" });
    }
  });

  test("there is more than was written", async () => {
    await writeFile(file, Buffer.concat([await readFile(file), Buffer.alloc(1)]));
    expect(await read()).toEqual({ ok: false, reason: "corrupt" });
  });

  test("it has another layout", async () => {
    const bytes = await readFile(file);
    bytes.writeUInt32BE(1, 8);
    await writeFile(file, bytes);
    expect(await read()).toEqual({ ok: false, reason: "other_version" });
  });
});
