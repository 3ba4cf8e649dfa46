import { EventEmitter } from "node:events";
import type { Socket } from "node:net";
import { expect, test } from "vitest";
import { Handshakes } from "./handshakes.ts";

let port = 1000;

function socketFrom(remoteAddress: string) {
  const socket = Object.assign(new EventEmitter(), { remoteAddress, remotePort: (port += 1), isDestroyed: false });
  return Object.assign(socket, { destroy: () => ((socket.isDestroyed = true), socket.emit("close")) });
}
type TestSocket = ReturnType<typeof socketFrom>;

function begun(handshakes: Handshakes, address: string): TestSocket {
  const socket = socketFrom(address);
  handshakes.begin(socket as unknown as Socket);
  return socket;
}

test("beyond the most, the oldest of the address that has the most gives way, and nobody else", () => {
  const handshakes = new Handshakes(3);
  const other = begun(handshakes, "10.0.0.1");
  const held = [1, 2, 3, 4].map(() => begun(handshakes, "10.0.0.2"));
  expect(held.map(({ isDestroyed }) => isDestroyed)).toEqual([true, true, false, false]);
  expect(other.isDestroyed).toBe(false);
});

test("who has shown a certificate, or has gone, takes no place", () => {
  const handshakes = new Handshakes(2);
  const known = begun(handshakes, "10.0.0.1");
  handshakes.known(known);
  begun(handshakes, "10.0.0.1").destroy();
  const later = [1, 2].map(() => begun(handshakes, "10.0.0.1"));
  expect([known, ...later].map(({ isDestroyed }) => isDestroyed)).toEqual([false, false, false]);
});
