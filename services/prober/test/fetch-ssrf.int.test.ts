import { createServer, type RequestListener } from "node:http";
import { createServer as createTcp } from "node:net";
import { describe, expect, test } from "vitest";
import type { FetchRules } from "../src/fetch/fetch.ts";
import { by, fetched, listening, nameless, proxy, rules } from "./fetch-bed.ts";

// PUBLIC stands for a public address; a server of ours that nobody outside may reach is at every other address of this
// machine, on the same port. Whatever leads there by whatever way: no connection comes, and no proxy is told of it.

const PUBLIC = "127.5.5.5";
const INSIDE = "127.9.9.9";
const spellings = [
  INSIDE,
  "2131298569",
  "0x7f090909",
  "0177.9.9.9",
  "127.9.2313",
  "127.9.9.9.",
  "%31%32%37.9.9.9",
  "１２７.9.9.9",
  "127。9。9。9",
  "[::ffff:127.9.9.9]",
  "[::ffff:7f09:909]",
  "[::127.9.9.9]",
  "[64:ff9b::127.9.9.9]",
  "[2002:7f09:909::]",
  "[::1]",
  "[::]",
  "0.0.0.0",
  "0",
  "localhost",
  "a.localhost",
  "169.254.169.254",
  "[fd00:ec2::254]",
  "inside.example",
];

const ways = ["direct", "http", "socks5"] as const;
const byKind = async (kind: (typeof ways)[number]) =>
  kind === "direct" ? { way: { is: kind }, told: [] as string[] } : await proxy(kind);

/** What the public server answers, and how it is asked. */
interface Scene {
  listener?: (port: number) => RequestListener;
  url: (port: number) => string;
  given?: Partial<FetchRules>;
}

/** The servers of one test; a scene played before them tells what became of it, and who was reached. */
async function stage(kind: (typeof ways)[number]) {
  const { way, told } = await byKind(kind);
  let answering: RequestListener = (_, response) => void response.end();
  const count = { asked: 0, inside: 0 };
  const open = createServer((request, response) => {
    count.asked++;
    answering(request, response);
  });
  const port = await listening(open, PUBLIC);
  for (const address of [INSIDE, "::1", "127.0.0.1"]) {
    await listening(
      createTcp((socket) => void (count.inside++, socket.end())),
      address,
      port,
    );
  }
  const dns = {
    resolve4: async (name: string) => (name === "inside.example" ? [INSIDE] : [PUBLIC]),
    resolve6: async (name: string) => (name === "inside.example" ? ["::1", "::ffff:127.9.9.9"] : []),
  };
  return async ({ listener, url, given }: Scene) => {
    answering = listener?.(port) ?? ((_, response) => void response.end());
    Object.assign(count, { asked: 0, inside: 0 });
    told.length = 0;
    const answer = await fetched(url(port), rules(port, { dns, ...by(way), ...given }, `${PUBLIC}/32`));
    return { answer, ...count, toldOther: told.filter((one) => one !== `${PUBLIC}:${port}`) };
  };
}

/** Another test may have the same port at one of the other addresses. */
async function staged(kind: (typeof ways)[number]): ReturnType<typeof stage> {
  for (let left = 20; ; left--) {
    try {
      return await stage(kind);
    } catch (error) {
      if (left === 0 || (error as { code?: string }).code !== "EADDRINUSE") throw error;
    }
  }
}

const forbidden = { is: "no_answer", reason: "ADDRESS_FORBIDDEN" };
const untouched = { inside: 0, toldOther: [] };
const known = { sha256: "0".repeat(64) };
const latin1 = (text: string) => Buffer.from(text).toString("latin1");

describe.each(ways)("by the way %s nothing inside is reached", (kind) => {
  test("however it is spelled", async () => {
    const played = await staged(kind);
    for (const host of spellings) {
      const outcome = await played({ url: (port) => `http://${host}:${port}/` });
      expect(outcome, host).toMatchObject({ ...untouched, answer: forbidden, asked: 0 });
    }
  });

  test.each<[string, (url: string) => { status: number; headers: Record<string, string> }]>([
    ["a redirect", (location) => ({ status: 302, headers: { location } })],
    ["a Refresh", (url) => ({ status: 200, headers: { refresh: `0;url=${url}` } })],
  ])("behind %s with a cookie, however it is spelled", async (_, leading) => {
    const played = await staged(kind);
    for (const host of spellings) {
      const listener =
        (port: number): RequestListener =>
        (_request, response) => {
          const { status, headers } = leading(latin1(`http://${host}:${port}/`));
          response.writeHead(status, { ...headers, "set-cookie": "a=b" }).end("moving");
        };
      const outcome = await played({ listener, url: (port) => `http://public.example:${port}/` });
      expect(outcome, host).toMatchObject({ ...untouched, answer: forbidden, asked: 1 });
    }
  });

  test.each(["file:///etc/passwd", "ftp://inside.example/", "gopher://inside.example/", "http://u:p@inside.example/"])(
    "by %s behind a redirect",
    async (location) => {
      const played = await staged(kind);
      const listener = (): RequestListener => (_, response) => void response.writeHead(302, { location }).end();
      const scene = { listener, url: (port: number) => `http://public.example:${port}/` };
      expect(await played(scene)).toMatchObject({ ...untouched, answer: forbidden, asked: 1 });
    },
  );

  test.each<[string, Partial<FetchRules>]>([
    ["asked for its beginning", { opening: known }],
    ["asked again with its host as Referer", { referer: "host" }],
  ])("%s", async (_, given) => {
    const played = await staged(kind);
    const listener =
      (port: number): RequestListener =>
      (request, response) => {
        const isOdd = request.headers.range !== undefined || request.headers.referer !== undefined;
        if (isOdd) response.writeHead(302, { location: `http://inside.example:${port}/` });
        response.end("x");
      };
    const url = (port: number) => `http://public.example:${port}/`;
    expect(await played({ listener, url, given })).toMatchObject(untouched);
    const inside = { url: (port: number) => `http://inside.example:${port}/`, given };
    expect(await played(inside)).toMatchObject({ ...untouched, answer: forbidden, asked: 0 });
  });

  test("a name that turns to the inside between two requests of one look, or between two looks", async () => {
    const played = await staged(kind);
    let lookUps = 0;
    const turning = { ...nameless, resolve4: async () => [++lookUps === 1 ? PUBLIC : INSIDE] };
    const url = (port: number) => `http://turning.example:${port}/`;
    const again = (): RequestListener => (_, response) => void response.writeHead(302, { location: "/again" }).end();
    const turned = { ...untouched, answer: forbidden, asked: 1 };
    expect(await played({ listener: again, url, given: { dns: turning } })).toMatchObject(turned);
    lookUps = 0;
    const part = (): RequestListener => (_, response) =>
      void response.writeHead(206, { "content-range": "bytes 0-0/9" }).end("x");
    expect(await played({ listener: part, url, given: { dns: turning, opening: known } })).toMatchObject(turned);
    expect(await played({ url, given: { dns: turning } })).toMatchObject({ ...untouched, answer: forbidden });
  });

  test("a name with addresses on both sides is asked outside alone, also when it refuses there", async () => {
    const played = await staged(kind);
    const dns = { resolve4: async () => [INSIDE, PUBLIC, "127.0.0.1"], resolve6: async () => ["::1"] };
    const url = (port: number) => `http://both.example:${port}/`;
    const listener = (): RequestListener => (request) => void request.socket.destroy();
    const answer = { is: "no_answer", reason: "REFUSED", ip: PUBLIC };
    expect(await played({ listener, url, given: { dns } })).toMatchObject({ ...untouched, answer, asked: 1 });
  });

  test("a port of another service, though the address may be asked", async () => {
    const played = await staged(kind);
    const other = await listening(
      createTcp((socket) => void socket.end()),
      PUBLIC,
    );
    const listener = (): RequestListener => (_, response) =>
      void response.writeHead(302, { location: `http://public.example:${other}/` }).end();
    const scene = { listener, url: (port: number) => `http://public.example:${port}/` };
    expect(await played(scene)).toMatchObject({ ...untouched, answer: forbidden });
  });
});

test("a cookie of the public host goes to no other", async () => {
  const heard: (string | undefined)[] = [];
  const port = await listening(
    createServer((request, response) => {
      heard.push(request.headers.cookie);
      if (request.url === "/") {
        response.setHeader("set-cookie", ["a=b", "c=d; Domain=other.example", "e=f; Domain=example"]);
        response.writeHead(302, { location: `http://other.example:${port}/end` });
      }
      response.end();
    }),
  );
  const dns = { ...nameless, resolve4: async () => ["127.0.0.1"] };
  expect(await fetched(`http://one.example:${port}/`, rules(port, { dns }))).toMatchObject({ is: "body" });
  expect(heard).toEqual([undefined, undefined]);
});
