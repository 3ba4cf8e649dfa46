// Stands in for the decoder of pictures, as if a picture had taken it over: in the place of pixels it gets what is to be
// reached, tries all of it, and tells in the hash of a picture what it reached, a bit each. Nothing but types is
// imported that is not Node's own.
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { connect, Socket } from "node:net";
import type { Form } from "@ntd/imagehash";

interface Aim {
  keyFile: string;
  port: number;
  folder: string;
  service: number;
}

const attempts: ((aim: Aim) => unknown)[] = [
  ({ keyFile }) => readFileSync(keyFile),
  ({ service }) => readFileSync(`/proc/${service}/environ`),
  () => required(process.env["NTD_IDENTITY_DIR"] !== undefined),
  async ({ port }) => {
    const socket = connect(port, "127.0.0.1");
    await once(socket, "connect");
    socket.destroy();
  },
  () => required(spawnSync(process.execPath, ["--version"]).status === 0),
  ({ folder }) => writeFileSync(`${folder}/written-from-inside`, ""),
  () => writeFileSync("/tmp/written-from-inside", ""),
  ({ service }) => process.kill(service, 0),
];

const pipe = new Socket({ fd: Number(process.argv.at(-1)) });
pipe.on("error", () => pipe.destroy());
pipe.write("ready []\n");

// A line that says how many bytes a picture has, and then those.
let [heard, length]: [string, number | undefined] = ["", undefined];
pipe.setEncoding("latin1").on("data", (chunk) => {
  heard += chunk;
  const end = heard.indexOf("\n");
  if (length === undefined && end < 0) return;
  if (length === undefined) {
    ({ length } = JSON.parse(heard.slice(0, end)) as { length: number });
    heard = heard.slice(end + 1);
  }
  if (heard.length < length) return;
  const aim = JSON.parse(heard) as Aim;
  [heard, length] = ["", undefined];
  void reached(aim).then(tell);
});

const TURNED = ["rotate90", "rotate180", "rotate270", "flipX", "flipY", "flipPlus1", "flipMinus1"] as const;
const FORMS: readonly Form[] = ["original", ...TURNED];

function tell(bits: readonly boolean[]): void {
  const hash = Buffer.concat([Buffer.from(bits.map(Number)), Buffer.alloc(32)], 32).toString("hex");
  const answer = {
    kind: "decoded",
    ok: true,
    recipe: { name: "exact", version: 1 },
    pdq: { forms: Object.fromEntries(FORMS.map((form) => [form, hash])), quality: 100 },
    blockhash: { hash, transitions: 0 },
    renditions: [],
    frameCount: 0,
    degraded: false,
    format: "png",
    width: 1,
    height: 1,
  };
  pipe.write(`answer ${JSON.stringify(answer)}\n`);
}

async function reached(aim: Aim): Promise<boolean[]> {
  const bits: boolean[] = [];
  for (const attempt of attempts) {
    try {
      await attempt(aim);
      bits.push(true);
    } catch {
      bits.push(false);
    }
  }
  return bits;
}

function required(isThere: boolean): void {
  if (!isThere) throw new Error("is not there");
}
