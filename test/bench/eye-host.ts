// A process of its own: web hosts on thousands of loopback addresses, one a /24, and the DNS server that knows them. What a
// host does tells its name: fast-12 answers at once, slow-12 after two seconds, hang-12 never. What begins with /gone/ is
// a 404. Each request for something that begins with /new/ is told to the parent.
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type AddressInfo, type Socket } from "node:net";

const SLOW_MS = 2000;
const picture = readFileSync(process.argv[2] ?? "");
const notFound = Buffer.from("<!doctype html><title>Not Found</title><h1>Not Found</h1><p>It is not here.</p>");
const answer = (status: string, type: string, body: Uint8Array) =>
  Buffer.concat([
    Buffer.from(
      `HTTP/1.1 ${status}\r\nContent-Type: ${type}\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n`,
    ),
    body,
  ]);
const shown = answer("200 OK", "image/jpeg", picture);
const gone = answer("404 Not Found", "text/html", notFound);

function serve(socket: Socket): void {
  let head = "";
  socket.on("error", () => undefined);
  socket.on("data", (chunk: Buffer) => {
    head += chunk.toString("latin1");
    if (!head.includes("\r\n\r\n")) return;
    const [, path = "", host = ""] = /^GET (\S+)[^]*?\r\nHost: (\S+)/i.exec(head) ?? [];
    if (path.startsWith("/new/")) process.send?.(path);
    if (host.startsWith("hang-")) return;
    const say = () => socket.end(path.startsWith("/gone/") ? gone : shown);
    if (host.startsWith("slow-")) setTimeout(say, SLOW_MS);
    else say();
  });
}

/** RFC 1035: the address of the nth host is 127.{1 + n/256}.{n%256}.7; of IPv6 it knows none. */
function answered(query: Buffer): Buffer {
  const end = query.indexOf(0, 12) + 5;
  const question = query.subarray(12, end);
  const label = question.subarray(1, 1 + (question[0] ?? 0)).toString("latin1");
  const nth = Number(/\d+$/.exec(label)?.[0]);
  const isV4 = question.readUInt16BE(question.length - 4) === 1;
  const head = Buffer.from(query.subarray(0, 12));
  head.writeUInt16BE(0x8580, 2);
  for (const [i, count] of [1, isV4 ? 1 : 0, 0, 0].entries()) head.writeUInt16BE(count, 4 + 2 * i);
  if (!isV4) return Buffer.concat([head, question]);
  const address = [127, 1 + (nth >> 8), nth & 255, 7];
  return Buffer.concat([head, question, Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, ...address])]);
}

const web = createServer(serve).listen({ port: 0, host: "0.0.0.0", backlog: 4096 });
await once(web, "listening");
const dns = createSocket("udp4", (query, { port, address }) => dns.send(answered(query), port, address));
dns.bind(0, "127.0.0.1");
await once(dns, "listening");
process.on("disconnect", () => process.exit());
process.send?.({ port: (web.address() as AddressInfo).port, dnsPort: dns.address().port });
