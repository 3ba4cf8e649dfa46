import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from "node:http";
import { setTimeout as pause } from "node:timers/promises";

/** A web host that answers what `pages` says (see `ProberBed.pages`), and tells what it was asked. */
export async function openWeb(
  { pages, files }: { pages: ReadonlyMap<string, string | number>; files: ReadonlyMap<string, RequestListener> },
  hit: (path: string) => void,
  connected: (ip: string) => void,
  referers: Map<string, string | undefined>,
): Promise<Server> {
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const path = request.url ?? "";
    hit(path);
    referers.set(path, request.headers.referer);
    const file = files.get(path);
    if (file !== undefined) return file(request, response);
    while (pages.get(path) === "wait") await pause(10);
    const [, asked = "", shown] = /^only from (\S+) (.*)$/s.exec(String(pages.get(path) ?? "")) ?? [];
    const isLed = shown === undefined || request.headers.referer === asked;
    const page = (isLed ? shown : 403) ?? pages.get(path) ?? 404;
    if (page === "hang") return;
    const [, to] = /^to (.*)$/.exec(String(page)) ?? [];
    if (to !== undefined) return void response.writeHead(302, { location: to }).end();
    const [, status = page, body = ""] = /^(\d{3})(?: (.*))?$/s.exec(String(page)) ?? [];
    await pause(path.startsWith("/slow/") ? 200 : 0);
    void (/^\d{3}$/.test(String(status)) ? response.writeHead(Number(status)).end(body) : response.end(page));
  };
  const web = createServer((request, response) => void answer(request, response));
  web.on("connection", ({ localAddress = "" }) => connected(localAddress));
  await new Promise<void>((resolve) => web.listen(0, "0.0.0.0", resolve));
  return web;
}

export async function closed(web: Server): Promise<void> {
  web.closeAllConnections();
  await new Promise((resolve) => web.close(resolve));
}
