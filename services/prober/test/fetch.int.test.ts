import { createServer } from "node:http";
import { createServer as createTcpServer } from "node:net";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { publicOrIn } from "@ntd/wayout";
import { fetchAddress } from "../src/fetch/fetch.ts";
import { headerLines } from "../src/fetch/profile.ts";
import { deadPort, fetched, listening, nameless, rules, web } from "./fetch-bed.ts";

const forbidden = { is: "no_answer", reason: "ADDRESS_FORBIDDEN" };

test("the bytes come back as they are", async () => {
  const port = await web((request, response) => void response.end(`hello ${request.url}`));
  const answer = await fetched(`http://127.0.0.1:${port}/x?y#z`, rules(port));
  expect(answer).toMatchObject({ is: "body", ip: "127.0.0.1" });
  expect(answer.is === "body" && Buffer.from(answer.bytes).toString()).toBe("hello /x?y");
});

test.each(["browser", "declared"] as const)(
  "a %s eye's header lines go out as they are, over redirects too",
  async (profile) => {
    const heard: string[][] = [];
    const port = await web((request, response) => {
      heard.push(request.rawHeaders);
      if (request.url === "/") response.writeHead(302, { location: "/end", "set-cookie": "a=b" });
      response.end();
    });
    const given = rules(port);
    const eye = { ...given.eye, profile };
    await fetched(`http://127.0.0.1:${port}/`, { ...given, eye });
    const lines = (path: string, cookie: string) =>
      headerLines(eye, given.asWhom, { url: new URL(`http://127.0.0.1:${port}${path}`), cookie }).flat();
    expect(heard).toEqual([lines("/", ""), lines("/end", "a=b")]);
  },
);

describe("addresses that are not public are never connected to", () => {
  test.each([
    "http://127.0.0.1/",
    "http://2130706433/",
    "http://0x7f.1/",
    "http://0177.0.0.1/",
    "http://0/",
    "http://10.0.0.1/",
    "http://172.16.0.1/",
    "http://192.168.0.1/",
    "http://169.254.1.1/",
    "http://169.254.169.254/latest/meta-data/",
    "http://100.100.100.200/",
    "http://[::1]/",
    "http://[fe80::1]/",
    "http://[fd00:ec2::254]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:169.254.169.254]/",
    "http://[::127.0.0.1]/",
    "http://[64:ff9b::127.0.0.1]/",
    "http://[64:ff9b::a9fe:a9fe]/",
    "http://[2002:7f00:1::]/",
  ])("%s", async (url) => {
    expect(await fetched(url, rules(80, { allowed: publicOrIn([]) }))).toMatchObject(forbidden);
  });

  test("an exception for loopback does not open its disguises", async () => {
    const port = await web((_, response) => void response.end("secret"));
    for (const host of ["[::ffff:127.0.0.1]", "[64:ff9b::127.0.0.1]"]) {
      expect(await fetched(`http://${host}:${port}/`, rules(port))).toMatchObject(forbidden);
    }
  });

  test("of a name with an allowed and a private address the allowed one is asked, of one with private ones none", async () => {
    const port = await web((_, response) => void response.end("x"));
    for (const priv of ["10.0.0.1", "0.0.0.0", "169.254.169.254"]) {
      const dns = { resolve4: async () => [priv, "127.0.0.1"], resolve6: async () => ["::ffff:10.0.0.1", "fd00::1"] };
      expect(await fetched(`http://mixed.example:${port}/`, rules(port, { dns }))).toMatchObject({ ip: "127.0.0.1" });
    }
    const dns = { resolve4: async () => ["10.0.0.1"], resolve6: async () => ["::ffff:10.0.0.1"] };
    expect(await fetched(`http://mixed.example:${port}/`, rules(port, { dns }))).toMatchObject(forbidden);
  });

  test("of several addresses the next is asked when one does not take the connection", async () => {
    const port = await listening(
      createServer((_, response) => void response.end("x")),
      "127.0.0.3",
    );
    const dns = { ...nameless, resolve4: async () => ["127.0.0.1", "127.0.0.2", "127.0.0.3"] };
    expect(await fetched(`http://two.example:${port}/`, rules(port, { dns }))).toMatchObject({ ip: "127.0.0.3" });
  });

  test.each(["http://127.0.0.1:22/", "http://a.example:25/", "https://a.example:8443/"])("port of %s", async (url) => {
    expect(await fetched(url, rules(80))).toMatchObject(forbidden);
  });

  test.each(["ftp://a.example/", "file:///etc/passwd", "http://user:secret@127.0.0.1/", "nonsense"])(
    "%s",
    async (url) => {
      expect(await fetched(url, rules(80))).toMatchObject(forbidden);
    },
  );
});

test("a name that changes between look-ups is looked up once, and that address is used", async () => {
  const port = await web((request, response) => void response.end(request.headers.host));
  let lookUps = 0;
  // 127.0.0.1 stands for the first, acceptable address; 10.0.0.1 is where the second look-up would lead.
  const dns = { ...nameless, resolve4: async () => (++lookUps === 1 ? ["127.0.0.1"] : ["10.0.0.1"]) };
  const answer = await fetched(`http://turning.example:${port}/`, rules(port, { dns }));
  expect(lookUps).toBe(1);
  expect(answer).toMatchObject({ is: "body", ip: "127.0.0.1" });
  expect(answer.is === "body" && Buffer.from(answer.bytes).toString()).toBe(`turning.example:${port}`);
  expect(await fetched(`http://turning.example:${port}/`, rules(port, { dns }))).toMatchObject(forbidden);
});

test("an address that the host had before is kept while it has it", async () => {
  const port = await listening(
    createServer((_, response) => void response.end("x")),
    "127.0.0.2",
  );
  const dns = { ...nameless, resolve4: async () => ["127.0.0.1", "127.0.0.2"] };
  const answer = await fetchAddress(
    `http://two.example:${port}/`,
    rules(port, { dns }),
    "127.0.0.2",
    new AbortController().signal,
  );
  expect(answer).toMatchObject({ is: "body", ip: "127.0.0.2" });
});

describe("redirects", () => {
  const redirecting = (to: (port: number) => string, status = 302) =>
    listening(
      createServer((request, response) => {
        if (request.url === "/end") response.end("end");
        else response.writeHead(status, { location: to(request.socket.localPort ?? 0) }).end("not this");
      }),
    );

  test.each([301, 302, 303, 307, 308])("%i is followed", async (status) => {
    const port = await redirecting(() => "/end", status);
    expect(await fetched(`http://127.0.0.1:${port}/`, rules(port))).toMatchObject({ is: "body" });
  });

  test.each([
    "http://10.0.0.1/",
    "http://169.254.169.254/latest/",
    "http://[::ffff:127.0.0.1]/",
    "http://[64:ff9b::127.0.0.1]/",
    "http://127.0.0.1:1/",
    "file:///etc/passwd",
    "http://user:secret@127.0.0.1/",
    "//private.example/",
  ])("to %s is refused", async (to) => {
    const port = await redirecting(() => to);
    const dns = { ...nameless, resolve4: async () => ["192.168.0.1"] };
    expect(await fetched(`http://127.0.0.1:${port}/`, rules(port, { dns }))).toMatchObject(forbidden);
  });

  test("without end stop after twenty", async () => {
    let hops = 0;
    const port = await redirecting(() => `/${++hops}`);
    expect(await fetched(`http://127.0.0.1:${port}/`, rules(port))).toMatchObject({ reason: "TOO_MANY_REDIRECTS" });
    expect(hops).toBe(21);
  });

  test("to a place that is not there is a miss", async () => {
    const port = await redirecting(() => "http://nowhere.example/");
    expect(await fetched(`http://127.0.0.1:${port}/`, rules(port))).toEqual({
      is: "miss",
      reason: "NAME_NOT_FOUND",
      ip: "127.0.0.1",
    });
  });
});

describe("what a server answers", () => {
  test.each([
    [404, "miss", "HTTP_NOT_FOUND"],
    [410, "miss", "HTTP_GONE"],
    [451, "miss", "HTTP_LEGAL"],
    [401, "no_answer", "HTTP_REFUSED"],
    [403, "no_answer", "HTTP_REFUSED"],
    [429, "no_answer", "HTTP_REFUSED"],
    [500, "no_answer", "SERVER_ERROR"],
    [503, "no_answer", "SERVER_ERROR"],
    [206, "no_answer", "SERVER_ERROR"],
    [304, "no_answer", "SERVER_ERROR"],
    [302, "no_answer", "SERVER_ERROR"],
  ])("%i is %s %s", async (status, is, reason) => {
    const port = await web((_, response) => void response.writeHead(status).end());
    expect(await fetched(`http://127.0.0.1:${port}/`, rules(port))).toMatchObject({ is, reason });
  });

  test("a compressed body is unpacked, as far as may be kept", async () => {
    const [small, bomb] = [gzipSync("hello"), gzipSync(Buffer.alloc(10_000_000))];
    const port = await web((request, response) => {
      response.setHeader("content-encoding", "gzip").end(request.url === "/bomb" ? bomb : small);
    });
    const answer = await fetched(`http://127.0.0.1:${port}/`, rules(port));
    expect(answer.is === "body" && Buffer.from(answer.bytes).toString()).toBe("hello");
    const large = await fetched(`http://127.0.0.1:${port}/bomb`, rules(port, { maxBytes: 100_000 }));
    expect(large).toMatchObject({ is: "no_answer", reason: "BODY_TOO_LARGE" });
  });

  test("the body of a refusal comes with it: browsers show a picture whatever the status", async () => {
    const port = await web((_, response) => void response.writeHead(404).end("picture"));
    const answer = await fetched(`http://127.0.0.1:${port}/`, rules(port));
    expect(answer).toMatchObject({ is: "miss", reason: "HTTP_NOT_FOUND" });
    expect(answer.is === "miss" && Buffer.from(answer.bytes ?? []).toString()).toBe("picture");
  });

  test("a body over the limit is refused, announced or not", async () => {
    const port = await web((request, response) => {
      if (request.url === "/announced") response.setHeader("content-length", 5000);
      response.end(Buffer.alloc(5000));
    });
    for (const path of ["announced", "streamed"]) {
      expect(await fetched(`http://127.0.0.1:${port}/${path}`, rules(port))).toMatchObject({
        reason: "BODY_TOO_LARGE",
      });
    }
    expect(await fetched(`http://127.0.0.1:${port}/`, rules(port, { maxBytes: 5000 }))).toMatchObject({ is: "body" });
  });

  test("a body that never ends is cut at the limit, not when the server likes", async () => {
    const port = await web((_, response) => {
      const more = () => void (response.destroyed || (response.write(Buffer.alloc(64)), setImmediate(more)));
      more();
    });
    expect(await fetched(`http://127.0.0.1:${port}/`, rules(port))).toMatchObject({ reason: "BODY_TOO_LARGE" });
  });

  test("a body that was cut counts as far as it came", async () => {
    const port = await web((_, response) => {
      response.writeHead(200, { "content-length": 500 }).write("half");
      setImmediate(() => response.destroy());
    });
    const answer = await fetched(`http://127.0.0.1:${port}/`, rules(port));
    expect(answer).toMatchObject({ is: "body", short: true });
    expect(answer.is === "body" && Buffer.from(answer.bytes).toString()).toBe("half");
  });
});

describe("the time limit holds for", () => {
  const soon = { timeoutMs: 200 };
  const timedOut = { is: "no_answer", reason: "TIMED_OUT" };

  test("a server that takes the connection and says nothing", async () => {
    const port = await listening(createTcpServer((socket) => void socket.on("error", () => undefined).resume()));
    expect(await fetched(`http://127.0.0.1:${port}/`, rules(port, soon))).toMatchObject(timedOut);
  });

  test("headers that drip", async () => {
    const drip = createTcpServer((socket) => {
      socket.on("error", () => undefined).write("HTTP/1.1 200 OK\r\n");
      const timer = setInterval(() => socket.write("x-a: b\r\n"), 20);
      socket.on("close", () => clearInterval(timer));
    });
    const port = await listening(drip);
    expect(await fetched(`http://127.0.0.1:${port}/`, rules(port, soon))).toMatchObject(timedOut);
  });

  test("a body that drips", async () => {
    const port = await web((_, response) => {
      const timer = setInterval(() => response.write("x"), 20);
      response.on("close", () => clearInterval(timer));
    });
    expect(await fetched(`http://127.0.0.1:${port}/`, rules(port, soon))).toMatchObject(timedOut);
  });

  test("a resolver that is silent", async () => {
    const dns = {
      resolve4: () => new Promise<never>(() => undefined),
      resolve6: () => new Promise<never>(() => undefined),
    };
    expect(await fetched("http://silent.example/", rules(80, { dns, ...soon }))).toMatchObject(timedOut);
  });
});

test("a refused connection, a name that does not exist, a name without address", async () => {
  const port = await deadPort();
  expect(await fetched(`http://127.0.0.1:${port}/`, rules(port))).toEqual({
    is: "no_answer",
    reason: "REFUSED",
    ip: "127.0.0.1",
  });
  expect(await fetched("http://a.example/", rules(80))).toEqual({
    is: "miss",
    reason: "NAME_NOT_FOUND",
    ip: "",
  });
  const dns = { resolve4: async () => [], resolve6: async () => [] };
  expect(await fetched("http://a.example/", rules(80, { dns }))).toEqual({
    is: "no_answer",
    reason: "NAME_NOT_FOUND",
    ip: "",
  });
});

test("a stopping process ends the fetch without an answer", async () => {
  const stop = new AbortController();
  const port = await web(() => stop.abort(new Error("stopping")));
  await expect(fetchAddress(`http://127.0.0.1:${port}/`, rules(port), "", stop.signal)).rejects.toThrow("stopping");
});

test("who is asked too slowly whether it may is no silence of the host, which is not asked", async () => {
  let hits = 0;
  const port = await web((_request, response) => {
    hits++;
    response.end("x");
  });
  const slowly = () => new Promise<boolean>((resolve) => setTimeout(() => resolve(true), 200));
  const requests: string[] = [];
  const given = rules(port, { timeoutMs: 50, mayConnect: slowly, onRequest: ({ url }) => requests.push(url) });
  await expect(fetched(`http://127.0.0.1:${port}/`, given)).rejects.toMatchObject({ reason: "PEER_UNAVAILABLE" });
  expect([hits, requests]).toEqual([0, []]);
});
