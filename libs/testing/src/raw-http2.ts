import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { connect } from "node:tls";

/** A connection on which a test says what no library would: frames of HTTP/2 made by hand (RFC 9113). */
export interface RawHttp2 extends Disposable {
  /** False once either end has closed it. */
  readonly isOpen: boolean;
  /** Frames that came, by type. */
  readonly received: ReadonlyMap<number, number>;
  /** Reads no more of what comes. */
  deafen(): void;
  /** Resolves when the frames have left this process, or never will. */
  write(...frames: readonly Buffer[]): Promise<void>;
}

/** What `frame` takes: types and flags. */
export const FRAME = { data: 0, headers: 1, reset: 3, settings: 4, ping: 6, windowUpdate: 8, continuation: 9 } as const;
export const END_STREAM = 1;
export const END_HEADERS = 4;

const PREFACE = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
const HEAD_BYTES = 9;

/**
 * Connects with the certificate in `identityDir` and begins to speak HTTP/2.
 *
 * @param settings payload of the first SETTINGS frame.
 */
export async function openRawHttp2(
  address: string,
  identityDir: string,
  settings: Buffer = Buffer.alloc(0),
): Promise<RawHttp2> {
  const port = Number(address.split(":")[1]);
  const [ca, cert, key] = ["ca", "cert", "key"].map((name) => readFileSync(join(identityDir, `${name}.pem`)));
  const socket = connect({ host: "localhost", port, ca, cert, key, ALPNProtocols: ["h2"] });
  socket.on("error", () => undefined);
  await once(socket, "secureConnect");
  const received = new Map<number, number>();
  socket.on("data", counting(received));
  socket.write(Buffer.concat([PREFACE, frame(FRAME.settings, 0, 0, settings)]));
  return {
    get isOpen() {
      return socket.writable;
    },
    received,
    deafen: () => void socket.pause(),
    async write(...frames) {
      if (!socket.writable) return;
      await new Promise<void>((resolve) => {
        socket.once("close", resolve);
        socket.write(Buffer.concat(frames), () => {
          socket.off("close", resolve);
          resolve();
        });
      });
    },
    [Symbol.dispose]: () => void socket.destroy(),
  };
}

export function frame(type: number, flags: number, stream: number, payload: Buffer = Buffer.alloc(0)): Buffer {
  const head = Buffer.alloc(HEAD_BYTES);
  head.writeUIntBE(payload.length, 0, 3);
  head.writeUInt8(type, 3);
  head.writeUInt8(flags, 4);
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

/** RFC 7541: each a literal that is not indexed, with a new name. */
export function headerBlock(headers: Iterable<readonly [name: string, value: string]>): Buffer {
  const texts = [...headers].flatMap(([name, value]) => [Buffer.from([0]), text(name), text(value)]);
  return Buffer.concat(texts);
}

/** The headers of a gRPC call. */
export function callHeaders(path: string, ...more: (readonly [name: string, value: string])[]): Buffer {
  return headerBlock([
    [":method", "POST"],
    [":scheme", "https"],
    [":path", path],
    [":authority", "localhost"],
    ["content-type", "application/grpc"],
    ["te", "trailers"],
    ...more,
  ]);
}

/** A string literal: its length by seven bits, then as varint. */
function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  if (bytes.length < 127) return Buffer.concat([Buffer.from([bytes.length]), bytes]);
  const length = [127];
  let rest = bytes.length - 127;
  for (; rest >= 128; rest >>= 7) length.push((rest & 127) | 128);
  return Buffer.concat([Buffer.from([...length, rest]), bytes]);
}

function counting(received: Map<number, number>): (bytes: Buffer) => void {
  let rest = Buffer.alloc(0);
  return (bytes) => {
    rest = Buffer.concat([rest, bytes]);
    let at = 0;
    while (rest.length - at >= HEAD_BYTES) {
      const end = at + HEAD_BYTES + rest.readUIntBE(at, 3);
      if (end > rest.length) break;
      const type = rest.readUInt8(at + 3);
      received.set(type, (received.get(type) ?? 0) + 1);
      at = end;
    }
    rest = rest.subarray(at);
  };
}
