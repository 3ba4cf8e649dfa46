import { listPage } from "@ntd/host";
import type { ListRequestsRequest, ListRequestsResponse } from "@ntd/proto/prober/v1/probe_service";
import { requirePage } from "@ntd/rpc";
import { gather, Problem } from "@ntd/service";
import type { Register, Requests } from "./register.ts";
import { PAGE_MS, requestsIn } from "./requests.ts";

interface ListDeps {
  requests: Requests;
  register: Register;
  hostDigest: (hostname: string) => string;
}

/** When we asked a host, and by which eye: for whoever says that we did. */
export function listRequests({ requests, register, hostDigest }: ListDeps) {
  return async (request: ListRequestsRequest): Promise<ListRequestsResponse> => {
    const { range } = gather({ range: () => valid(request), page: () => requirePage(request) });
    const { host, from, to } = range;
    // What this process has noted is answered for, too.
    await register.write();
    const end = { gte: from, lt: new Date(to.getTime() + PAGE_MS) };
    const page = await listPage(requests, request, { where: { end }, orderBy: "end" }, (state) => state.end);
    const digest = hostDigest(host);
    const found = page.documents
      .flatMap(({ state }) => requestsIn(state))
      .filter((made) => made.host === digest && made.time >= from && made.time < to)
      .toSorted((a, b) => a.time.getTime() - b.time.getTime());
    return { requests: found.map(({ time, eye }) => ({ time, eye })), nextPageToken: page.nextPageToken };
  };
}

function valid({ host, fromTime, toTime }: ListRequestsRequest): { host: string; from: Date; to: Date } {
  const faults = [];
  const url = `http://${host}/`;
  const name = URL.canParse(url) ? new URL(url) : undefined;
  if (host === "" || name === undefined || name.href !== `http://${name.hostname}/`) {
    faults.push({ field: "host", description: "is no name of a host such as pictures.example; leave out the rest" });
  }
  if (fromTime === undefined || toTime === undefined || toTime <= fromTime) {
    faults.push({ field: "to_time", description: "is not behind from_time, or one is missing; say both" });
  }
  if (name === undefined || fromTime === undefined || toTime === undefined || faults.length > 0) {
    throw Problem.fields(...faults);
  }
  return { host: name.hostname, from: fromTime, to: toTime };
}
