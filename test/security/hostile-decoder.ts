// Stands in for the decoder of pictures, as if a picture had taken it over: in the place of pixels it gets what is to be
// reached, tries all of it, and tells in the hash of a picture what it reached, a bit each. Nothing but types is
// imported that is not Node's own.
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import type { PictureHashes } from "@ntd/imagehash";
import type { DecoderMessage, DecoderTask } from "../../services/fingerprint/src/decoding.ts";

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

process.on("message", ({ bytes, recipe }: DecoderTask) => {
  void reached(JSON.parse(Buffer.from(bytes).toString()) as Aim).then((bits) => {
    const hash = new Uint8Array(32).fill(0);
    hash.set(bits.map(Number));
    const forms = { original: hash } as PictureHashes["pdq"]["forms"];
    say({
      kind: "decoded",
      ok: true,
      recipe: { name: recipe, version: 1 },
      pdq: { forms, quality: 100 },
      blockhash: { hash, transitions: 0 },
      renditions: [],
      frameCount: 0,
      degraded: false,
      format: "png",
      width: 1,
      height: 1,
    });
  });
});
say({ kind: "ready", differing: [] });

function say(message: DecoderMessage): void {
  process.send?.(message);
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
