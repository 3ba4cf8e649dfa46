import { MarkServiceService, type AskMarksRequest } from "@ntd/proto/casework/v1/mark_service";
import { service, startRpcServer, type RpcServer } from "@ntd/rpc";
import { createLog, Health, openAddress, Problem, sealerFromFile } from "@ntd/service";
import { freePort } from "@ntd/embedded";
import { readProberConfig } from "../src/config.ts";
import type { ProberBed } from "./bed.ts";

/** The side of casework, played by the test: what it was asked, opened, and what it answers. */
export async function aCasework(at: ProberBed, stack: AsyncDisposableStack) {
  const listen = `127.0.0.1:${await freePort()}`;
  const identityDir = await at.bed.identity("service", "casework");
  const log = createLog("casework", "silent");
  const health = stack.use(new Health(log));
  const { sealingKeysFile } = readProberConfig(at.environment);
  const sealer = sealerFromFile(sealingKeysFile);
  const asked: (Pick<AskMarksRequest, "targetId" | "episode" | "resolvedIps"> & { url: string })[] = [];
  const casework = { asked, isHeld: (_url: string) => false, fault: undefined as Problem | undefined, start, stop };
  let server: RpcServer | undefined;
  async function start(serves = true): Promise<void> {
    const access = { "/ntd.casework.v1.MarkService/AskMarks": ["service/prober"] };
    const askMarks = async ({ targetId, episode, address, resolvedIps }: AskMarksRequest) => {
      if (casework.fault !== undefined) throw casework.fault;
      const url = address === undefined ? "" : openAddress(sealer, address).fetch;
      asked.push({ targetId, episode, resolvedIps, url });
      return { isHeld: casework.isHeld(url) };
    };
    const missing = () => Promise.reject(new Problem("NOT_FOUND"));
    const methods = { askMarks, setMark: missing, removeMark: missing, listMarks: missing };
    const services = serves ? [service(MarkServiceService, methods)] : [];
    server = await startRpcServer({ listen, identityDir, access: serves ? access : {}, health, log }, services);
  }
  async function stop(): Promise<void> {
    await server?.[Symbol.asyncDispose]();
    server = undefined;
  }
  stack.defer(stop);
  await start();
  return { ...casework, address: listen.replace("127.0.0.1", "localhost"), set: casework };
}
