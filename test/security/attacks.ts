import { once } from "node:events";
import { connect } from "node:net";
import {
  callHeaders,
  END_HEADERS,
  END_STREAM,
  FRAME,
  frame,
  openRawHttp2,
  type RawHttp2,
} from "@ntd/testing/raw-http2";

/** Against whom, with whose certificate. */
export interface Aim {
  address: string;
  identityDir: string;
  /** A method that the identity may call. */
  path: string;
}

/** Frames of the `nth` turn on a connection. */
type Turn = (aim: Aim, nth: number) => Buffer[];

/** One connection, until it is closed; tells of each turn. */
export type Attack = (aim: Aim, onTurn: () => void) => Promise<void>;

export const STRANGER = "handshakes that never begin";

/** What somebody with a certificate does below the calls of gRPC, as fast as one process can; one without, at the end. */
export const attacks: Readonly<Record<string, Attack>> = {
  "calls whose message never comes": turns(({ path }, nth) =>
    many(500, (n) => frame(FRAME.headers, END_HEADERS, id(nth * 500 + n), callHeaders(path))),
  ),
  "calls that are taken back at once": turns(({ path }, nth) =>
    many(500, (n) => {
      const stream = id(nth * 500 + n);
      const call = frame(FRAME.headers, END_HEADERS, stream, callHeaders(path));
      return Buffer.concat([call, frame(FRAME.reset, 0, stream, CANCEL)]);
    }),
  ),
  "a header that never ends": turns(({ path }, nth) => [
    ...(nth === 0 ? [frame(FRAME.headers, 0, 1, callHeaders(path))] : []),
    ...many(500, () => frame(FRAME.continuation, 0, 1, callHeaders(path))),
  ]),
  "headers of a megabyte": turns(({ path }, nth) => inPieces(id(nth), callHeaders(path, ...many(64, () => LONG)))),
  "thousands of small headers": turns(({ path }, nth) =>
    many(50, (n) => {
      const block = callHeaders(path, ...many(1000, (m) => [`x-${m}`, ""] as const));
      return frame(FRAME.headers, END_HEADERS, id(nth * 50 + n), block);
    }),
  ),
  "pings whose answers are not read": turns(() => many(500, () => frame(FRAME.ping, 0, 0, Buffer.alloc(8))), {
    isDeaf: true,
  }),
  "settings that change without end": turns(() => many(500, () => frame(FRAME.settings, 0, 0, window(65_535)))),
  "a message of empty pieces": turns(({ path }, nth) => [
    ...(nth === 0 ? [frame(FRAME.headers, END_HEADERS, 1, callHeaders(path))] : []),
    ...many(500, () => frame(FRAME.data, 0, 1)),
  ]),
  "answers that are not read": turns(
    ({ path }, nth) =>
      many(50, (n) => {
        const stream = id(nth * 50 + n);
        const call = frame(FRAME.headers, END_HEADERS, stream, callHeaders(path));
        return Buffer.concat([call, frame(FRAME.data, END_STREAM, stream, EMPTY_MESSAGE)]);
      }),
    { settings: window(0) },
  ),
  [STRANGER]: stranger,
};

const CANCEL = Buffer.from([0, 0, 0, 8]);
const EMPTY_MESSAGE = Buffer.alloc(5);
const LONG = ["x-more", "x".repeat(16_000)] as const;
const PIECE_BYTES = 16_384;

function many<T>(count: number, make: (n: number) => T): T[] {
  return Array.from({ length: count }, (_, n) => make(n));
}

/** Streams that a client opens have odd numbers. */
function id(nth: number): number {
  return nth * 2 + 1;
}

/** SETTINGS_INITIAL_WINDOW_SIZE. */
function window(bytes: number): Buffer {
  const setting = Buffer.alloc(6);
  setting.writeUInt16BE(4, 0);
  setting.writeUInt32BE(bytes, 2);
  return setting;
}

function inPieces(stream: number, block: Buffer): Buffer[] {
  const count = Math.ceil(block.length / PIECE_BYTES);
  return many(count, (n) => {
    const piece = block.subarray(n * PIECE_BYTES, (n + 1) * PIECE_BYTES);
    return frame(n === 0 ? FRAME.headers : FRAME.continuation, n === count - 1 ? END_HEADERS : 0, stream, piece);
  });
}

function turns(turn: Turn, { settings, isDeaf = false }: { settings?: Buffer; isDeaf?: boolean } = {}): Attack {
  return async (aim, onTurn) => {
    using raw: RawHttp2 = await openRawHttp2(aim.address, aim.identityDir, settings);
    if (isDeaf) raw.deafen();
    for (let nth = 0; raw.isOpen; nth += 1) {
      await raw.write(...turn(aim, nth));
      onTurn();
    }
  };
}

/** Without a certificate: it connects, and says nothing. */
async function stranger({ address }: Aim, onTurn: () => void): Promise<void> {
  const socket = connect(Number(address.split(":")[1]), "127.0.0.1");
  socket.on("error", () => undefined);
  onTurn();
  await once(socket, "close");
}
