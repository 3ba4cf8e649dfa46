import { counter } from "@ntd/service";

const requests = counter("ntd_hma_requests", "Requests in HMA's form, by path and status.");

export function countRequest(path: string, status: number): void {
  requests({ path, status: String(status) });
}
