import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { systemCallFilter } from "./system-call-filter.ts";

const X64 = 0xc000003e;
const ARM64 = 0xc00000b7;
const CLONE_THREAD = 0x10000;

/** What the kernel would do: a machine of the five instructions that the filter is made of. */
function verdict(filter: Buffer, call: { machine: number; number: number; firstArgument?: number }): string {
  const data: Record<number, number> = { 0: call.number, 4: call.machine, 16: call.firstArgument ?? 0 };
  let loaded = 0;
  for (let at = 0; ; at += 8) {
    const [code, operand] = [filter.readUInt16LE(at), filter.readUInt32LE(at + 4)];
    const skip = (holds: boolean) => void (at += 8 * filter.readUInt8(at + (holds ? 2 : 3)));
    if (code === 0x20) loaded = data[operand] ?? 0;
    else if (code === 0x15) skip(loaded === operand);
    else if (code === 0x35) skip(loaded >= operand);
    else if (code === 0x45) skip((loaded & operand) !== 0);
    else if (code === 0x06) return verdicts[operand] ?? "unknown";
    else throw new Error(`no such instruction: ${code}`);
  }
}
const verdicts: Record<number, string> = {
  0x7fff0000: "allowed",
  0x80000000: "killed",
  [0x00050000 + 1]: "not permitted",
  [0x00050000 + 38]: "no such call",
};

describe.each([
  ["x64", X64, { read: 0, mmap: 9, futex: 202, execve: 59, socket: 41, ptrace: 101, clone: 56, unshare: 272 }],
  ["arm64", ARM64, { read: 63, mmap: 222, futex: 98, execve: 221, socket: 198, ptrace: 117, clone: 220, unshare: 97 }],
])("on %s", (arch, machine, calls) => {
  const filter = systemCallFilter(arch) ?? Buffer.of();
  const of = (number: number, firstArgument = 0) => verdict(filter, { machine, number, firstArgument });

  test("what computes is allowed, and the start of the program itself", () => {
    expect([of(calls.read), of(calls.mmap), of(calls.futex), of(calls.execve)]).toEqual(Array(4).fill("allowed"));
  });

  test("connections, other processes' memory, rings and mounts are not", () => {
    expect([of(calls.socket), of(calls.ptrace), of(425), of(428)]).toEqual(Array(4).fill("not permitted"));
  });

  test("threads are, processes are not, whatever other flags there are", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffffffff }), (flags) => {
        const expected = (flags & CLONE_THREAD) === 0 ? "not permitted" : "allowed";
        expect(of(calls.clone, flags)).toBe(expected);
      }),
    );
    expect(of(435)).toBe("no such call");
  });

  test("a household starts processes and connects; it makes no namespace and reads no other's memory", () => {
    const household = systemCallFilter(arch, "household") ?? Buffer.of();
    const its = (number: number, firstArgument = 0) => verdict(household, { machine, number, firstArgument });
    expect([its(calls.socket), its(calls.clone, 17)]).toEqual(Array(2).fill("allowed"));
    expect([its(calls.ptrace), its(calls.unshare), its(425)]).toEqual(Array(3).fill("not permitted"));
    const namespaces = [0x20000, ...[25, 26, 27, 28, 29, 30].map((bit) => 2 ** bit)];
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffffffff }), (flags) => {
        const makesOne = namespaces.some((flag) => Math.floor(flags / flag) % 2 === 1);
        expect(its(calls.clone, flags)).toBe(makesOne ? "not permitted" : "allowed");
      }),
    );
    expect(its(435)).toBe("no such call");
  });

  test("numbers of another machine end the program", () => {
    fc.assert(
      fc.property(fc.nat(500), fc.integer({ min: 0, max: 0xffffffff }), (number, other) => {
        fc.pre(other !== machine);
        expect(verdict(filter, { machine: other, number })).toBe("killed");
      }),
    );
  });
});

test("the second table of x86-64 is closed", () => {
  const filter = systemCallFilter("x64") ?? Buffer.of();
  expect(verdict(filter, { machine: X64, number: 0x40000000 + 41 })).toBe("not permitted");
});

test("where the numbers are not known there is no filter", () => {
  expect(systemCallFilter("riscv64")).toBeUndefined();
});
