import { setImmediate } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { ReleaseReader } from "../src/reading/release-reader.ts";

// Reads a list that takes entries back, `different` of them or the same ones again and again, and prints how many of them
// it knows, and the most that was resident of this process: node takes-back.ts <count> <different>
const [, , count = "0", different = "0"] = process.argv;
const AT_ONCE = 100;
/** How much garbage lies about is nothing that is measured here. */
const COLLECTED = 20_000;
setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

const reader = new ReleaseReader({ pdqQuality: 50, isNegative: false });
const push = (text: string) => reader.push(Buffer.from(text));
push(`<queryResult xmlns="https://hashsharing.ncmec.org/hashsharing/v2"><images count="${count}">`);
for (let n = 0; n < Number(count); n += AT_ONCE) {
  const some = Array.from({ length: AT_ONCE }, (_, i) => (n + i) % Number(different));
  push(some.map((id) => `<deletedImage><member id="42"/><id>image${id}</id></deletedImage>\n`).join(""));
  if (n % COLLECTED === 0) collect();
  await setImmediate();
}
push("</images></queryResult>");
reader.end();
const mostResidentMb = process.resourceUsage().maxRSS / 1024;
process.stdout.write(JSON.stringify({ known: reader.withdrawn.size, mostResidentMb }));
