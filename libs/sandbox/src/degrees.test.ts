import { expect, test } from "vitest";
import { WAYS, wrapped, type Surroundings, type Tool } from "./degrees.ts";
import type { Mount } from "./layout.ts";

const tools: Record<Tool, string> = {
  bwrap: "/usr/bin/bwrap",
  setpriv: "/usr/bin/setpriv",
  prlimit: "/usr/bin/prlimit",
  unshare: "/usr/bin/unshare",
  sh: "/bin/sh",
};
const mounts: Mount[] = [{ kind: "file", path: "/a/b" }];
const limits = { dataMb: 1, cpuSeconds: 2 };
const words = (way: (typeof WAYS)[number], at: Partial<Surroundings>) => {
  const found = wrapped(way, ["/node", "x.js"], mounts, limits, { isRoot: true, tools, filterFd: 4, ...at });
  return "argv" in found ? found.argv.join(" ") : found.missing;
};

test("the closest comes first, and of each kind the way that needs no root", () => {
  expect(WAYS.map(({ kind, by }) => `${kind} ${by}`)).toEqual([
    "bwrap user",
    "bwrap root",
    "unshare user",
    "unshare root",
    "none user",
    "none root",
  ]);
});

test("whatever the way, the program comes last, with its limits and without core dumps", () => {
  for (const way of WAYS) {
    expect(words(way, {}), way.kind).toMatch(/^\/usr\/bin\/prlimit --core=0:0 .*--data=1048576:1048576 --cpu=2:2 --/);
    expect(words(way, {}), way.kind).toMatch(/ \/node x\.js$/);
    expect(words(way, {}), way.kind).toContain("--no-new-privs");
  }
});

test("root's program gets a user of its own; only the last resort lets it stay root", () => {
  const stays = WAYS.filter((way) => !words(way, {}).includes("--reuid 65533"));
  expect(stays).toEqual([{ kind: "none", by: "root" }]);
  expect(words({ kind: "bwrap", by: "user" }, { isRoot: false })).not.toContain("--reuid");
});

test("what is missing is named", () => {
  expect(words({ kind: "bwrap", by: "root" }, { isRoot: false })).toBe("this is not root");
  expect(words({ kind: "bwrap", by: "user" }, { tools: { setpriv: "/usr/bin/setpriv" } })).toBe(
    "bwrap, prlimit not installed",
  );
});

test("where no tool is there, the program starts all the same", () => {
  expect(words({ kind: "none", by: "user" }, { tools: {} })).toBe("/node x.js");
});

test("a program of many processes is run by bwrap or not at all, with a bounded /tmp and a bounded number of tasks", () => {
  const shut = WAYS.map((way) =>
    wrapped(way, ["/node"], mounts, limits, { isRoot: true, tools, filterFd: 4 }, { room: { tempMb: 1, tasks: 9 } }),
  );
  expect(shut.slice(2)).toEqual(Array(4).fill({ missing: "takes no program of many processes" }));
  for (const found of shut.slice(0, 2)) {
    const said = "argv" in found ? found.argv.join(" ") : found.missing;
    expect(said).toContain("--fsize=1048576:1048576 --nofile=4096:4096 --nproc=9:9");
    expect(said).toContain("--proc /proc --dev /dev --remount-ro /dev --perms 1777 --size 1048576 --tmpfs /tmp");
    expect(said).toContain("--unshare-net");
  }
});

test("a machine without a filter of system calls gets none", () => {
  expect(words({ kind: "bwrap", by: "user" }, {})).toContain("--seccomp 4");
  expect(words({ kind: "bwrap", by: "user" }, { filterFd: undefined })).not.toContain("--seccomp");
});

test("only bwrap gives a program the /proc of itself, and nothing else with it; with no sandbox it is there anyway", () => {
  const at = { isRoot: true, tools, filterFd: 4 };
  for (const way of WAYS) {
    const found = wrapped(way, ["/node"], mounts, limits, at, { proc: true });
    const plain = wrapped(way, ["/node"], mounts, limits, at);
    if (way.kind === "unshare") expect(found).toEqual({ missing: "gives no /proc" });
    const words = "argv" in found ? found.argv.join(" ") : "";
    if (way.kind !== "unshare") expect({ argv: words.replace(" --proc /proc", "").split(" ") }).toEqual(plain);
    expect(words.includes(" --proc /proc")).toBe(way.kind === "bwrap");
  }
});
