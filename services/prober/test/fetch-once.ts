// One fetch in a process of its own, whose environment is that of the command: url, port[, proxy host, proxy port].
import { parsePrefix } from "@ntd/net";
import { noHosts, publicOrIn } from "@ntd/wayout";
import { fetchAddress } from "../src/fetch/fetch.ts";
import { asked } from "./asked.ts";

const [, , url = "", port, host, proxyPort] = process.argv;
const loopback = parsePrefix("127.0.0.0/8");
const none = () => Promise.reject(new Error("no names"));
const answer = await fetchAddress(
  url,
  {
    asWhom: asked.asWhom,
    eye: {
      ...asked.eye,
      via: host === undefined ? { is: "direct" } : { is: "http", host, port: Number(proxyPort) },
    },
    dns: { resolve4: none, resolve6: none },
    hosts: noHosts,
    allowed: publicOrIn(loopback === undefined ? [] : [loopback]),
    ports: [[Number(port), Number(port)]],
    maxBytes: 1000,
    timeoutMs: 5000,
    enter: () => true,
  },
  "",
  new AbortController().signal,
);
process.stdout.write(answer.is === "body" ? Buffer.from(answer.bytes).toString() : answer.is);
