import { spawn } from "node:child_process";
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";

// Each test runs a copy of the script in a folder of its own, on a PATH that has these tools and its stand-ins alone.
const tools = "bash cat chmod dirname flock head mkdir mktemp mv rm sed sort tail".split(" ");
let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "ntd-nats-server-"));
  await mkdir(join(dir, "scripts"));
  await mkdir(join(dir, "bin"));
  await Promise.all(tools.map((name) => symlink(`/usr/bin/${name}`, join(dir, "bin", name))));
  await copyFile(fileURLToPath(new URL("../nats-server", import.meta.url)), join(dir, "scripts", "nats-server"));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

test("a nats-server on PATH that is new enough is used, and nothing is fetched", async () => {
  await tool("nats-server", says("v2.10.0"));
  await goThatBuilds("v2.15.2");
  expect(await run("path cache go")).toMatchObject({ code: 0, path: join(dir, "bin", "nats-server"), told: "" });
  expect(await builds()).toBe(0);
});

test("on a PATH that has this folder too, it does not take itself for a nats-server", async () => {
  await symlink(join(dir, "scripts"), join(dir, "other"));
  await copyFile(join(dir, "scripts", "nats-server"), join(dir, "bin", "nats-server"));
  await goThatBuilds("v2.15.2");
  const path = ["scripts", "other", "bin"].map((folder) => join(dir, folder)).join(":");
  expect(await run("path cache go", { PATH: path })).toMatchObject({ code: 0, path: join(dir, ".ntd", "nats-server") });
});

test("one on PATH that is too old is refused with a sentence, and the next source is used", async () => {
  await tool("nats-server", says("v2.9.10"));
  await goThatBuilds("v2.15.2");
  const { code, path, told } = await run("path cache go");
  expect({ code, path }).toEqual({ code: 0, path: join(dir, ".ntd", "nats-server") });
  expect(told).toContain("bin/nats-server is version 2.9.10, ntd needs 2.10 or newer; it is not used.");
  expect(told).toContain("building nats-server 2.15.2 with go");
});

test("what was fetched is used the next time", async () => {
  await goThatBuilds("v2.15.2");
  await run("path cache go");
  expect(await run("path cache go")).toMatchObject({ code: 0, path: join(dir, ".ntd", "nats-server"), told: "" });
  expect(await builds()).toBe(1);
});

test("what was fetched long ago and is too old by now is replaced", async () => {
  await goThatBuilds("v2.15.2");
  await mkdir(join(dir, ".ntd"));
  await writeFile(join(dir, ".ntd", "nats-server"), says("v2.9.25"), { mode: 0o755 });
  expect(await run("path cache go")).toMatchObject({ code: 0, path: join(dir, ".ntd", "nats-server") });
  expect(await readFile(join(dir, ".ntd", "nats-server"), "utf8")).toContain("v2.15.2");
});

test("two runs at once fetch once, give the same path and leave no half file", async () => {
  await goThatBuilds("v2.15.2");
  const paths = (await Promise.all([run("cache go"), run("cache go"), run("cache go")])).map(({ path }) => path);
  expect(new Set(paths)).toEqual(new Set([join(dir, ".ntd", "nats-server")]));
  expect(await builds()).toBe(1);
  expect((await readdir(join(dir, ".ntd"))).toSorted()).toEqual(["nats-server", "nats-server.lock"]);
});

test("a system package that is too old is refused with a sentence, and nothing is downloaded", async () => {
  await tool("apt-cache", "#!/bin/sh\nprintf 'nats-server:\\n  Installed: (none)\\n  Candidate: 2.9.10-1+b3\\n'\n");
  await tool("apt-get", `#!/bin/sh\necho "$*" >>${dir}/builds\n`);
  await tool("dpkg", "#!/bin/sh\n");
  const { code, told } = await run("apt");
  expect(code).toBe(1);
  expect(told).toContain("the system's package is version 2.9.10, ntd needs 2.10 or newer; it is not used.");
  expect(await builds()).toBe(0);
});

test("a source that fails is named with its reason, and the next one is used", async () => {
  await goThatBuilds("v2.15.2");
  await tool("docker", '#!/bin/sh\n[ "$1" = info ] || { echo "no such image" >&2; exit 1; }\n');
  const { code, told } = await run("docker go");
  expect(code).toBe(0);
  expect(told).toContain("source docker failed:\nno such image");
});

test("a go that is too old is passed over", async () => {
  await tool("go", "#!/bin/sh\necho go version go1.19.8 linux/amd64\n");
  const { code, told } = await run("go");
  expect(code).toBe(1);
  expect(told).not.toContain("building");
});

test("on a machine that has no source at all it says what to do and fails", async () => {
  const { code, path, told } = await run("");
  expect({ code, path }).toEqual({ code: 1, path: "" });
  expect(told).toMatch(/^nats-server: No nats-server 2\.10 or newer was found or could be fetched\. Install one .*\.$/);
});

test("the one that NTD_NATS_SERVER names is used, or refused when it is too old", async () => {
  await tool("named", says("v2.11.4"));
  const env = { NTD_NATS_SERVER: join(dir, "bin", "named") };
  expect(await run("path", env)).toMatchObject({ code: 0, path: env.NTD_NATS_SERVER });
  await tool("named", says("v2.9.10"));
  const { code, told } = await run("path", env);
  expect(code).toBe(1);
  expect(told).toContain("cannot be used. Name a nats-server 2.10 or newer, or unset it.");
});

function says(version: string): string {
  return `#!/bin/sh\necho "nats-server: ${version}"\n`;
}

function tool(name: string, script: string): Promise<void> {
  return writeFile(join(dir, "bin", name), script, { mode: 0o755 });
}

function goThatBuilds(version: string): Promise<void> {
  return tool(
    "go",
    `#!/bin/sh
if [ "$1" = version ]; then echo go version go1.22.0 linux/amd64; exit; fi
echo built >>${dir}/builds
printf '%s\\n' '#!/bin/sh' 'echo nats-server: ${version}' >"$GOBIN/nats-server"
chmod 755 "$GOBIN/nats-server"\n`,
  );
}

async function builds(): Promise<number> {
  return (await readFile(join(dir, "builds"), "utf8").catch(() => "")).split("\n").length - 1;
}

async function run(sources: string, env: Record<string, string> = {}) {
  const child = spawn(join(dir, "scripts", "nats-server"), {
    env: { PATH: join(dir, "bin"), NTD_NATS_SERVER_FROM: sources, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = new Promise<number | null>((settle) => child.once("close", settle));
  const [path, told, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { code, path: path.trim(), told: told.trim() };
}
