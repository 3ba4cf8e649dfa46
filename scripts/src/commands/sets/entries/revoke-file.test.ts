import { mkdtempDisposable, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { filmText, filmValue } from "@ntd/imagehash/films";
import { expect, test } from "vitest";
import { readRevokeFile } from "./revoke-file.ts";

test("a film is named by its line of a list", async () => {
  await using dir = await mkdtempDisposable(join(tmpdir(), "revoke-"));
  const file = join(dir.path, "gone.csv");
  const frames = [0, 1500].map((timeMs) => ({ pdq: Buffer.alloc(32, 7), quality: 80, timeMs }));
  await writeFile(file, `algorithm,value\nvpdq,${filmText(frames)},,,,,\n`);
  const fingerprint = { algorithm: "ALGORITHM_VPDQ", value: filmValue(frames), quality: 0 };
  expect(await readRevokeFile(file)).toEqual([{ where: `${file} line 2`, fingerprint }]);
  await writeFile(file, `vpdq,${filmText(frames)} 07:1:2,,,,,\n`);
  await expect(readRevokeFile(file)).rejects.toThrow("line 1: neither an entry id");
});
