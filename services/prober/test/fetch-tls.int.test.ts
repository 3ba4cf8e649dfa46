import { createHash, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type ServerOptions } from "node:https";
import { createServer as createTcpServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { createAuthority, issueIdentity } from "@ntd/embedded";
import { describe, expect, onTestFinished, test } from "vitest";
import { by, fetched, listening, proxy, rules } from "./fetch-bed.ts";
import { selfSigned } from "./self-signed.ts";

const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000);

/** A host with a certificate (for localhost and 127.0.0.1, of 90 days) by an authority that this test trusts, or not. */
async function host(given: { issued?: Date; trusted?: boolean; tls?: ServerOptions } = {}) {
  const dir = await mkdtemp(join(tmpdir(), "ntd-tls-"));
  onTestFinished(() => rm(dir, { recursive: true }));
  await createAuthority(dir, given.issued);
  const identity = await issueIdentity(dir, { kind: "service", name: "web" }, given.issued);
  const ca = join(dir, "ca.pem");
  if (given.trusted !== false) {
    const before = getCACertificates("default");
    setDefaultCACertificates([readFileSync(ca, "utf8")]);
    onTestFinished(() => setDefaultCACertificates(before));
  }
  const [cert, key] = ["cert.pem", "key.pem"].map((file) => readFileSync(join(identity.dir, file)));
  const names: string[] = [];
  const SNICallback: ServerOptions["SNICallback"] = (name, done) => (names.push(name), done(null));
  const secured = { cert, key, SNICallback, ...given.tls };
  const port = await listening(
    createServer(secured, (_, response) => void response.end("x")),
    "0.0.0.0",
  );
  const head = async (name: string, more = {}) => {
    const answer = await fetched(
      `https://${name}:${port}/`,
      rules(port, { hosts: async () => ["127.0.0.1"], ...more }),
    );
    expect(answer.is).toBe("body");
    return answer.is === "body" ? answer.head : undefined;
  };
  const look = async (name: string, more = {}) => (await head(name, more))?.tls;
  return { look, head, names };
}

describe("a certificate is looked at, and whatever it is the fetch goes on", () => {
  test("one that is right has no flaw, for a name and for an address", async () => {
    const { look, names } = await host();
    expect([await look("localhost"), await look("127.0.0.1")]).toEqual([undefined, undefined]);
    expect(names).toEqual(["localhost"]);
  });

  test("of another name, and of another address", async () => {
    const { look } = await host();
    expect([await look("other.example"), await look("127.0.0.2")]).toEqual(["name", "name"]);
  });

  test("expired", async () => expect(await (await host({ issued: daysAgo(100) })).look("localhost")).toBe("expired"));

  test("of tomorrow", async () =>
    expect(await (await host({ issued: daysAgo(-1) })).look("localhost")).toBe("expired"));

  test("of an authority that nobody trusts, or without what lies between", async () => {
    expect(await (await host({ trusted: false })).look("localhost")).toBe("chain");
  });

  test("self-signed", async () => {
    expect(await (await host({ tls: selfSigned })).look("self.example")).toBe("self_signed");
  });

  test("its digest is told, whatever is wrong with it", async () => {
    const { head } = await host({ tls: selfSigned });
    const digest = createHash("sha256").update(new X509Certificate(selfSigned.cert).raw).digest("hex");
    expect(await head("other.example")).toMatchObject({ certificate: digest });
  });

  test("with no TLS but the old one", async () => {
    const old = { minVersion: "TLSv1", maxVersion: "TLSv1.1", ciphers: "DEFAULT@SECLEVEL=0" } as const;
    expect(await (await host({ tls: old })).look("localhost")).toBe("legacy");
  });

  test.each(["http", "socks5"] as const)("by a %s proxy it is the host's all the same", async (is) => {
    const { look, names } = await host();
    const { way } = await proxy(is);
    expect(await look("localhost", by(way))).toBeUndefined();
    expect(await look("other.example", by(way))).toBe("name");
    expect(names).toEqual(["localhost", "other.example"]);
  });
});

test("TLS that is none at all is no answer", async () => {
  const port = await listening(createTcpServer((socket) => void socket.end("HTTP/1.1 200 OK\r\n")));
  const answer = await fetched(`https://127.0.0.1:${port}/`, rules(port));
  expect(answer).toMatchObject({ is: "no_answer", reason: "TLS_FAILED" });
});
