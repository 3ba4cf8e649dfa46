import type { Socket } from "node:net";

/** Of everybody together; one of these costs about ten kilobytes. */
const MOST = 500;

/**
 * Connections of which nobody knows yet whose they are. When there are too many, the oldest of the address that has the
 * most gives way: who only holds places open loses them, and whoever means it needs one for milliseconds.
 */
export class Handshakes {
  readonly #open = new Map<string, Set<Socket>>();
  readonly #most: number;
  #size = 0;

  constructor(most = MOST) {
    this.#most = most;
  }

  /** How many there may be. */
  get most(): number {
    return this.#most;
  }

  /** Notes one that was taken, until it ends or is `known`. */
  begin(socket: Socket): void {
    const { remoteAddress = "" } = socket;
    const own = this.#open.get(remoteAddress) ?? new Set();
    this.#open.set(remoteAddress, own.add(socket));
    this.#size += 1;
    socket.once("close", () => this.#forget(remoteAddress, socket));
    if (this.#size > this.#most) this.#giveWay();
  }

  /** Its handshake is over. */
  known({ remoteAddress = "", remotePort }: Pick<Socket, "remoteAddress" | "remotePort">): void {
    for (const socket of this.#open.get(remoteAddress) ?? []) {
      if (socket.remotePort === remotePort) this.#forget(remoteAddress, socket);
    }
  }

  #giveWay(): void {
    const [address, sockets] = [...this.#open].reduce((most, one) => (one[1].size > most[1].size ? one : most));
    const [oldest] = sockets;
    if (oldest === undefined) return;
    this.#forget(address, oldest);
    oldest.destroy();
  }

  #forget(address: string, socket: Socket): void {
    const own = this.#open.get(address);
    if (own?.delete(socket) !== true) return;
    this.#size -= 1;
    if (own.size === 0) this.#open.delete(address);
  }
}
