import { expect, test } from "vitest";
import { startChild, type Child } from "./child.ts";

const service = `
  import { run } from "../src/process/run.ts";
  await run(async () => {
    const timer = setInterval(() => undefined, 1000);
    process.stdout.write("started\\n");
    return {
      async [Symbol.asyncDispose]() {
        process.stdout.write("disposing\\n");
        await new Promise((resolve) => setTimeout(resolve, 50));
        clearInterval(timer);
        process.stdout.write("disposed\\n");
      },
    };
  });
  process.stdout.write("after\\n");
`;

async function said(child: Child, text: string): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (!child.stdout().includes(text)) {
    if (Date.now() > deadline) throw new Error(`never said ${text}: ${child.stdout()}${child.stderr()}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

test.each(["SIGTERM", "SIGINT"] as const)("%s disposes the service and the process ends by itself", async (signal) => {
  await using child = startChild(service);
  await said(child, "started");
  child.kill(signal);
  expect(await child.ended).toBe(0);
  expect(child.stdout()).toBe("started\ndisposing\ndisposed\nafter\n");
});

test("a signal while the service is starting is not lost", async () => {
  await using child = startChild(`
    import { run } from "../src/process/run.ts";
    await run(async () => {
      process.stdout.write("starting\\n");
      await new Promise((resolve) => setTimeout(resolve, 300));
      return { async [Symbol.asyncDispose]() { process.stdout.write("disposed\\n"); } };
    });
  `);
  await said(child, "starting");
  child.kill("SIGTERM");
  expect(await child.ended).toBe(0);
  expect(child.stdout()).toBe("starting\ndisposed\n");
});

test("a configuration fault is printed as sentences, without a stack, and the exit code is 78", async () => {
  await using child = startChild(`
    import { run } from "../src/process/run.ts";
    import { readConfig } from "../src/config/config.ts";
    await run(async () => readConfig("INTAKE", process.env, (own) => ({ a: own.text("A"), b: own.integer("B", {}) })));
  `);
  expect(await child.ended).toBe(78);
  expect(child.stderr()).toBe(
    "The configuration is not valid:\n  INTAKE_A: is missing; set it\n  INTAKE_B: is missing; set it\n",
  );
});

test("a failure that nobody named is printed with its stack, and the exit code is 1", async () => {
  await using child = startChild(`
    import { run } from "../src/process/run.ts";
    await run(async () => { throw new TypeError("no such field"); });
  `);
  expect(await child.ended).toBe(1);
  expect(child.stderr()).toMatch(/Internal error[^]*TypeError: no such field\n +at /);
});

test("a failing dispose is printed and makes the exit code 1", async () => {
  await using child = startChild(`
    import { run } from "../src/process/run.ts";
    const timer = setInterval(() => undefined, 1000);
    await run(async () => {
      process.stdout.write("started\\n");
      return { async [Symbol.asyncDispose]() { clearInterval(timer); throw new Error("bus is gone"); } };
    });
  `);
  await said(child, "started");
  child.kill("SIGTERM");
  expect(await child.ended).toBe(1);
  expect(child.stderr()).toContain("bus is gone");
});

test("a start or a dispose that hangs is ended ten seconds after the signal", async () => {
  await using starting = startChild(`
    import { run } from "../src/process/run.ts";
    await run(() => { setInterval(() => undefined, 1000); process.stdout.write("hangs\\n"); return new Promise(() => {}); });
  `);
  await using stopping = startChild(`
    import { run } from "../src/process/run.ts";
    setInterval(() => undefined, 1000);
    await run(async () => {
      process.stdout.write("hangs\\n");
      return { [Symbol.asyncDispose]: () => new Promise(() => {}) };
    });
  `);
  for (const child of [starting, stopping]) {
    await said(child, "hangs");
    child.kill("SIGTERM");
  }
  const before = Date.now();
  expect(await Promise.all([starting.ended, stopping.ended])).toEqual(["SIGKILL", "SIGKILL"]);
  expect(Date.now() - before).toBeGreaterThan(8000);
});
