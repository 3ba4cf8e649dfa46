// HMA's own index for PDQ (python-threatexchange over faiss), in a process that answers as many queries as it is told to.
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";

export interface Hma extends AsyncDisposable {
  readonly buildSeconds: number;
  /** Looks up the next so many queries. */
  run(count: number): Promise<{ cpuSeconds: number; milliseconds: number[]; found: boolean[] }>;
}

// As HMA's `query_index` calls it, hash by hash; without its HTTP and its database, which is in its favour.
const PROGRAM = `
import json, sys, time, warnings
warnings.simplefilter("ignore")
import faiss
from threatexchange.signal_type.pdq.signal import PdqSignal
faiss.omp_set_num_threads(1)

def hashes(path):
    with open(path, "rb") as file:
        while value := file.read(32):
            yield value.hex()

began = time.time()
index = PdqSignal.get_index_cls().build((value, nth) for nth, value in enumerate(hashes(sys.argv[1])))
print(json.dumps({"build": time.time() - began}), flush=True)
queries = hashes(sys.argv[2])
for line in sys.stdin:
    asked = [next(queries) for _ in range(int(line))]
    times, found = [], []
    cpu = time.process_time()
    for query in asked:
        at = time.perf_counter()
        found.append(len(index.query(query)) > 0)
        times.append((time.perf_counter() - at) * 1000)
    print(json.dumps({"cpu": time.process_time() - cpu, "times": times, "found": found}), flush=True)
`;

/** A python that has threatexchange and faiss: the one that is named, or a new one in the folder; undefined: none. */
export async function pythonWithHma(dir: string): Promise<string | undefined> {
  const given = process.env["NTD_BENCH_HMA_PYTHON"];
  if (given !== undefined) return given;
  const python = join(dir, "hma", "bin", "python");
  try {
    await promisify(execFile)("python3", ["-m", "venv", join(dir, "hma")]);
    await promisify(execFile)(python, ["-m", "pip", "install", "--quiet", "threatexchange", "faiss-cpu"]);
    return python;
  } catch (error) {
    console.log(
      `HMA's index is not measured: ${error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error)}`,
    );
    return undefined;
  }
}

/** Builds the index of the hashes in one file; queries come from the other. */
export async function startHma(python: string, dir: string, rows: string, queries: string): Promise<Hma> {
  const program = join(dir, "hma.py");
  await writeFile(program, PROGRAM);
  const child = spawn(python, [program, rows, queries], { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async () => {
    const { value, done } = await lines.next();
    if (done === true) throw new Error("HMA's process ended");
    return JSON.parse(value) as Record<string, unknown>;
  };
  const { build } = await answer();
  return {
    buildSeconds: Number(build),
    async run(count) {
      child.stdin.write(`${count}\n`);
      const { cpu, times, found } = await answer();
      return { cpuSeconds: Number(cpu), milliseconds: times as number[], found: found as boolean[] };
    },
    async [Symbol.asyncDispose]() {
      const ended = once(child, "exit");
      child.stdin.end();
      await ended;
    },
  };
}
