import type { IncomingHttpHeaders, RequestListener } from "node:http";
import { describe, expect, test } from "vitest";
import type { FetchRules } from "../src/fetch/fetch.ts";
import { fetched, nameless, rules, textOf, web } from "./fetch-bed.ts";

const dns = { ...nameless, resolve4: async () => ["127.0.0.1"] };

/** Asks http://a.example/x of a server that answers by path; what came out, and which requests it heard. */
async function asking(answers: Record<string, RequestListener>, given: Partial<FetchRules> = {}) {
  const heard: { url: string; headers: IncomingHttpHeaders }[] = [];
  const port = await web((request, response) => {
    heard.push({
      url: `http://${request.headers.host}${request.url}`.replace(`:${port}`, ""),
      headers: request.headers,
    });
    const to = answers[request.url ?? ""];
    if (to === undefined) response.end("end");
    else to(request, response);
  });
  const answer = await fetched(`http://a.example:${port}/x`, rules(port, { dns, ...given }));
  return { answer, heard, referers: heard.map(({ headers }) => headers.referer?.replace(`:${port}`, "")) };
}

/** To a path, on another host if it has one. */
const redirect =
  (to: string): RequestListener =>
  (request, response) =>
    void response.writeHead(302, { location: `${elsewhere(to, request.headers.host)}` }).end();
const refresh =
  (to: string, status = 200, type?: string): RequestListener =>
  (request, response) =>
    void response
      .writeHead(status, {
        refresh: `0;url=${elsewhere(to, request.headers.host)}`,
        "set-cookie": "known=1",
        ...(type !== undefined && { "content-type": type }),
      })
      .end("before");
const elsewhere = (to: string, host = "") => to.replace(/^\/\/([a-z0-9.]+)/, `http://$1:${host.split(":")[1]}`);

test("an address that was typed has no Referer, nor has what it is redirected to", async () => {
  const { answer, referers } = await asking({ "/x": redirect("/y"), "/y": redirect("//b.example/z") });
  expect([textOf(answer), referers]).toEqual(["end", [undefined, undefined, undefined]]);
});

test("asked as a picture of its host's front page, the page is the Referer; behind another host its origin alone", async () => {
  const { answer, referers } = await asking(
    { "/x": redirect("/y"), "/y": redirect("//b.example/z") },
    { referer: "host" },
  );
  expect(textOf(answer)).toBe("end");
  expect(referers).toEqual(["http://a.example/", "http://a.example/", "http://a.example/"]);
});

test("a host that shows its pictures to its own pages alone shows them to the second question", async () => {
  const guarded: RequestListener = (request, response) => {
    const isOwn = request.headers.referer?.startsWith(`http://${request.headers.host}/`) === true;
    response.writeHead(isOwn ? 200 : 403).end(isOwn ? "picture" : "no hot links");
  };
  expect((await asking({ "/x": guarded })).answer).toMatchObject({ is: "no_answer", reason: "HTTP_REFUSED" });
  expect(textOf((await asking({ "/x": guarded }, { referer: "host" })).answer)).toBe("picture");
});

test("what a host is told of the context is true of it, where a browser tells it", async () => {
  const port = await web((request, response) => {
    const { referer, "sec-fetch-site": site, "sec-fetch-dest": dest } = request.headers;
    response.end([referer?.replace(`:${port}`, ""), site, dest].join(" "));
  });
  const url = `http://127.0.0.1:${port}/x`;
  expect(textOf(await fetched(url, rules(port)))).toBe(" none document");
  expect(textOf(await fetched(url, rules(port, { referer: "host" })))).toBe("http://127.0.0.1/ same-origin image");
});

describe("a Refresh", () => {
  test("is followed, with its cookies and from the page that it leaves", async () => {
    const { answer, heard, referers } = await asking({ "/x": refresh("/y"), "/y": refresh("//b.example/z") });
    expect(textOf(answer)).toBe("end");
    expect(heard.map(({ url }) => url)).toEqual(["http://a.example/x", "http://a.example/y", "http://b.example/z"]);
    expect(heard.map(({ headers }) => headers.cookie)).toEqual([undefined, "known=1", undefined]);
    expect(referers).toEqual([undefined, "http://a.example/x", "http://a.example/"]);
  });

  test("to itself is followed once its cookie comes, and twenty times in all", async () => {
    const page: RequestListener = (request, response) => {
      if (request.headers.cookie === undefined) refresh("/x")(request, response);
      else response.end("picture");
    };
    expect(textOf((await asking({ "/x": page })).answer)).toBe("picture");
    const { answer, heard } = await asking({ "/x": refresh("/x") });
    expect(answer).toMatchObject({ is: "no_answer", reason: "TOO_MANY_REDIRECTS" });
    expect(heard).toHaveLength(21);
  });

  test("of a picture is of no matter: it has been shown", async () => {
    const { answer, heard } = await asking({ "/x": refresh("/y", 200, "image/png") });
    expect([textOf(answer), heard.length]).toEqual(["before", 1]);
  });

  test("under a status that refuses is followed, since a browser would show what is there", async () => {
    expect(textOf((await asking({ "/x": refresh("/y", 404) })).answer)).toBe("end");
    expect((await asking({ "/x": refresh("/", 404) })).answer).toMatchObject({ is: "miss", reason: "HTTP_NOT_FOUND" });
  });

  test("to what is never followed is of no matter", async () => {
    const { answer, heard } = await asking({ "/x": refresh("/logout") });
    expect([textOf(answer), heard.length]).toEqual(["before", 1]);
  });
});

test("a redirect that is never followed is the end, and is shown as it was", async () => {
  const { answer, heard } = await asking({ "/x": redirect("//login.example/?back=http://a.example/x") });
  expect(answer).toMatchObject({ is: "no_answer", reason: "TOO_MANY_REDIRECTS", head: { status: 302 } });
  expect(heard).toHaveLength(1);
});

test.each(["a.onion", "b.i2p", "printer.local"])("%s is not asked for, also behind a redirect", async (name) => {
  const none = { is: "no_answer", reason: "NOT_FROM_HERE", ip: "" };
  expect(await fetched(`http://${name}/`, rules(80, { dns }))).toEqual(none);
  expect((await asking({ "/x": redirect(`//${name}/`) })).answer).toEqual({ ...none, ip: "127.0.0.1" });
});
