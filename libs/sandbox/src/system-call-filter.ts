// Of include/uapi/linux: classic BPF over struct seccomp_data.
const LOAD = 0x20;
const EQUALS = 0x15;
const AT_LEAST = 0x35;
const HAS_BITS = 0x45;
const RETURN = 0x06;
const ALLOW = 0x7fff0000;
const KILL = 0x80000000;
const refuse = (errno: number) => 0x00050000 | errno;
const NOT_PERMITTED = refuse(1);
const NO_SUCH_CALL = refuse(38);
const CALL_OFFSET = 0;
const MACHINE_OFFSET = 4;
const FIRST_ARGUMENT_OFFSET = 16;
const CLONE_THREAD = 0x10000;

/** What is refused, by its number on x64 and on arm64 (include/uapi/asm-generic/unistd.h). */
const REFUSED: Readonly<Record<string, readonly [x64: number, arm64: number | undefined]>> = {
  accept: [43, 202],
  accept4: [288, 242],
  acct: [163, 89],
  add_key: [248, 217],
  bind: [49, 200],
  bpf: [321, 280],
  chroot: [161, 51],
  clock_settime: [227, 112],
  connect: [42, 203],
  delete_module: [176, 106],
  execveat: [322, 281],
  finit_module: [313, 273],
  fork: [57, undefined],
  fsconfig: [431, 431],
  fsmount: [432, 432],
  fsopen: [430, 430],
  fspick: [433, 433],
  init_module: [175, 105],
  io_uring_enter: [426, 426],
  io_uring_register: [427, 427],
  io_uring_setup: [425, 425],
  ioperm: [173, undefined],
  iopl: [172, undefined],
  kcmp: [312, 272],
  kexec_file_load: [320, 294],
  kexec_load: [246, 104],
  keyctl: [250, 219],
  listen: [50, 201],
  mount: [165, 40],
  mount_setattr: [442, 442],
  move_mount: [429, 429],
  name_to_handle_at: [303, 264],
  open_by_handle_at: [304, 265],
  open_tree: [428, 428],
  perf_event_open: [298, 241],
  personality: [135, 92],
  pidfd_getfd: [438, 438],
  pidfd_open: [434, 434],
  pivot_root: [155, 41],
  process_madvise: [440, 440],
  process_vm_readv: [310, 270],
  process_vm_writev: [311, 271],
  ptrace: [101, 117],
  quotactl: [179, 60],
  reboot: [169, 142],
  request_key: [249, 218],
  setdomainname: [171, 162],
  sethostname: [170, 161],
  setns: [308, 268],
  socket: [41, 198],
  swapoff: [168, 225],
  swapon: [167, 224],
  syslog: [103, 116],
  umount2: [166, 39],
  unshare: [272, 97],
  userfaultfd: [323, 282],
  vfork: [58, undefined],
};
const CLONE3 = 435;

/** What a household does beside: start processes, and talk among them. */
const OF_A_HOUSEHOLD: ReadonlySet<string> = new Set("accept accept4 bind connect fork listen socket vfork".split(" "));
/** Flags of clone that make namespaces. */
const CLONE_NEW = 0x7e020000;

interface Machine {
  audit: number;
  clone: number;
  /** Which of the two numbers of a call is its own. */
  column: 0 | 1;
}

const machines: Readonly<Record<string, Machine>> = {
  x64: { audit: 0xc000003e, clone: 56, column: 0 },
  arm64: { audit: 0xc00000b7, clone: 220, column: 1 },
};

/**
 * A filter of system calls for a program that computes and talks over the channels that it was given: no connection, no
 * process (threads are), no other process's memory, no mounts, no part of the kernel that such a program does not need.
 * A household of processes may start further ones and talk by sockets, and makes no namespaces. It must not refuse
 * execve, by which the program itself is started. Undefined on a machine whose numbers are not here.
 */
export function systemCallFilter(arch: string, of: "alone" | "household" = "alone"): Buffer | undefined {
  const machine = machines[arch];
  if (machine === undefined) return undefined;
  const { audit, clone, column } = machine;
  const refused = Object.entries(REFUSED).flatMap(([name, numbers]) =>
    of === "household" && OF_A_HOUSEHOLD.has(name) ? [] : (numbers[column] ?? []),
  );
  return Buffer.concat([
    step(LOAD, MACHINE_OFFSET),
    step(EQUALS, audit, 1, 0),
    step(RETURN, KILL),
    step(LOAD, CALL_OFFSET),
    // The second table of numbers that x86-64 has.
    ...(arch === "x64" ? [step(AT_LEAST, 0x40000000, 0, 1), step(RETURN, NOT_PERMITTED)] : []),
    // Its flags lie in memory, where no filter sees them; the C library then takes clone.
    step(EQUALS, CLONE3, 0, 1),
    step(RETURN, NO_SUCH_CALL),
    ...refused.flatMap((call) => [step(EQUALS, call, 0, 1), step(RETURN, NOT_PERMITTED)]),
    step(EQUALS, clone, 0, 3),
    step(LOAD, FIRST_ARGUMENT_OFFSET),
    ...(of === "household" ? [step(HAS_BITS, CLONE_NEW, 0, 1)] : [step(HAS_BITS, CLONE_THREAD, 1, 0)]),
    step(RETURN, NOT_PERMITTED),
    step(RETURN, ALLOW),
  ]);
}

/** One instruction: code, how many to skip if it holds and if it does not, operand. */
function step(code: number, operand: number, ifSo = 0, ifNot = 0): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt16LE(code, 0);
  bytes.writeUInt8(ifSo, 2);
  bytes.writeUInt8(ifNot, 3);
  bytes.writeUInt32LE(operand, 4);
  return bytes;
}
