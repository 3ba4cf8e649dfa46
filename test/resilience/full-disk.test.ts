import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { mountSmallDisk } from "@ntd/testing/small-disk";
import { long } from "@ntd/testing/runs";
import { afterAll, expect, test } from "vitest";
import { fullDisk } from "./full-disk.ts";
import { dueEnds, reportsOf } from "./reports.ts";

const dir = mkdtempSync(join(tmpdir(), "ntd-full-"));
const disk = mountSmallDisk(join(dir, "disk"), 300);
const missing = typeof disk === "string" ? disk : undefined;
afterAll(async () => {
  if (typeof disk !== "string") disk[Symbol.dispose]();
  await rm(dir, { recursive: true, force: true });
});

const seed = 20_261_206;
const reports = long ? 200 : 40;
const [forMs, fullMs] = long ? [120_000, 40_000] : [32_000, 12_000];

test.skipIf(missing !== undefined)(
  `a disk that is full while reports come is said to reporters and operators, and heals by itself: each has its end and one notice ${missing ?? ""}`,
  async () => {
    if (typeof disk === "string") return;
    const data = join(dir, "disk", "data");
    const after = await fullDisk({ dir, disk, data, seed, reports, forMs, fullMs });
    expect(after.refusals).toContain("STORE_FULL");
    expect(after.ends).toEqual(dueEnds(reportsOf(reports, seed)));
    expect(after.doubled).toEqual([]);
    expect(after.letters).toEqual([after.poison]);
    expect(after.degraded["intake"]).toContain("store:STORE_FULL");
    // When it was looked at decides: while the disk filled, or once there was room again.
    expect(after.said.join("\n")).toMatch(
      /nats-server (refuses every write to [A-Z, ]+ since its disk was full|may take more than the disk has left).*; it is restarted/,
    );
  },
  long ? 600_000 : 240_000,
);
