import { writeFileSync, rmSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { applyBus, connectBus, permissions, type Bus } from "@ntd/bus";
import { createLog } from "@ntd/service";
import { eventually } from "@ntd/testing";
import { mountSmallDisk } from "@ntd/testing/small-disk";
import { afterAll, afterEach, beforeEach, expect, test } from "vitest";
import { createAuthority, issueIdentity, startNats, type Nats } from "../src/index.ts";
import { roomFor } from "../src/nats-room.ts";
import { diskUse, watchNats } from "../src/nats-watch.ts";

const MIB = 2 ** 20;
const top = await mkdtemp(join(tmpdir(), "ntd-nats-watch-"));
const disk = mountSmallDisk(join(top, "disk"), 300);
const missing = typeof disk === "string" ? disk : undefined;
const small = typeof disk === "string" ? undefined : disk;
const dir = join(top, "disk", "nats");
const log = createLog("test", "silent");
let stack: AsyncDisposableStack;
let nats: Nats;
let bus: Bus;
let said: string[];

beforeEach(async () => {
  stack = new AsyncDisposableStack();
  said = [];
  const certificates = join(top, "ca");
  await createAuthority(certificates);
  const { dir: identityDir } = await issueIdentity(certificates, { kind: "operator", name: "admin" });
  const room = async () => roomFor(await diskUse(dir));
  const options = { dir, certificates, permissions: permissions("ntd.test", ["admin"]), room };
  nats = stack.use(await startNats({ ...options, onRevive: (how) => said.push(how) }));
  bus = stack.use(await connectBus({ name: "admin", natsUrl: nats.url, identityDir, log }));
  await applyBus(bus.manager);
});
afterEach(async () => {
  small?.clear();
  rmSync(join(top, "disk", "others"), { force: true });
  await stack.disposeAsync();
  await rm(dir, { recursive: true, force: true });
});
afterAll(async () => {
  small?.[Symbol.dispose]();
  await rm(top, { recursive: true, force: true });
});

const watched = (silentMs = 30_000) =>
  stack.use(watchNats({ dir, nats, bus, say: (line) => said.push(line), periodMs: 100, silentMs }));

/** Whether the bus took it. */
function taken(id: string): Promise<boolean> {
  const payload = new Uint8Array(100_000);
  const sent = bus.jetstream.publish("intake.report.received", payload, { msgID: id, timeout: 500 });
  return sent.then(
    () => true,
    () => false,
  );
}

const messages = async () => (await bus.manager.streams.info("INTAKE")).state.messages;

test.skipIf(missing !== undefined)(
  `a full disk heals without a hand once there is room, and all that was accepted is there ${missing ?? ""}`,
  async () => {
    watched();
    const accepted = new Set<string>();
    for (let i = 0; i < 20; i++) if (await taken(`before-${i}`)) accepted.add(`before-${i}`);
    expect(accepted.size).toBe(20);
    const { pid } = nats;
    small?.fill();
    let refused = "";
    for (let i = 0; refused === ""; i++) {
      if (await taken(`full-${i}`)) accepted.add(`full-${i}`);
      else refused = `full-${i}`;
    }
    expect(await taken(refused)).toBe(false);
    expect(nats.pid).toBe(pid);

    small?.clear();
    await eventually("taken again", () => taken(refused), 30_000);
    accepted.add(refused);
    expect(nats.pid).not.toBe(pid);
    expect(said).toEqual([
      expect.stringMatching(/^nats-server refuses every write to INTAKE since .* it is restarted$/),
    ]);
    expect(await messages()).toBe(accepted.size);
  },
  90_000,
);

test.skipIf(missing !== undefined)(
  `its bound falls with the disk, so that it refuses with a reason and takes again when there is room ${missing ?? ""}`,
  async () => {
    watched();
    expect(nats.room).toBeGreaterThan(200 * MIB);
    const { pid } = nats;
    writeFileSync(join(top, "disk", "others"), new Uint8Array(200 * MIB));
    await eventually("a lower bound", () => nats.pid !== pid && (nats.room ?? Infinity) < 120 * MIB, 30_000);
    expect(said[0]).toMatch(/may take more than the disk has left; it is restarted$/);
    // While it restarts a publish fails without a code; a stream that meets its own bound does so with another.
    const code = (subject: string) =>
      bus.jetstream.publish(subject, new Uint8Array(900_000), { timeout: 2000 }).then(
        () => 0,
        (error: { code?: number }) => error.code ?? -1,
      );
    const subjects = [
      "intake.report.received",
      "prober.target.added",
      "casework.case.opened",
      "takedown.notice.issued",
    ];
    const refused = await eventually("the bound of all is met", async () => {
      for (const subject of subjects) if ((await code(subject)) === 10_023) return subject;
      return undefined;
    });
    expect((await diskUse(dir)).free).toBeGreaterThan(10 * MIB);
    // What was set aside before is above the bound of now: that is no fault.
    await applyBus(bus.manager);

    const lower = nats.pid;
    rmSync(join(top, "disk", "others"));
    await eventually("taken again", async () => (await code(refused)) === 0, 30_000);
    expect(nats.pid).toBe(lower);
  },
  90_000,
);

test.skipIf(missing !== undefined)(
  "one that hangs is ended and started again",
  async () => {
    watched(500);
    const { pid } = nats;
    process.kill(pid, "SIGSTOP");
    await eventually("another process", () => nats.pid !== 0 && nats.pid !== pid, 30_000);
    expect(said).toEqual(["nats-server has answered nothing for 0.5 s; it is restarted"]);
    await eventually("taken", () => taken("after"), 30_000);
  },
  60_000,
);
