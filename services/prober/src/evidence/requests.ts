/** One request of ours: when, by which eye, and to whom, as the keyed digest of the host's name. */
export interface Request {
  time: Date;
  eye: string;
  /** 16 bytes as hex. */
  host: string;
}

/** Requests of one process, of a minute at most, packed: one document for a second's worth of them. */
export interface RequestPage {
  schemaVersion: 1;
  begin: Date;
  end: Date;
  /** Names of the eyes that the rows count. */
  eyes: string[];
  /** ROW_BYTES for each: milliseconds since `begin`, number of the eye, digest of the host. */
  rows: Uint8Array;
}

/** No page spans more: whoever looks for an instant knows how far behind it to look. */
export const PAGE_MS = 60_000;
const MOST_ROWS = 10_000;
const ROW_BYTES = 22;
const EYE_AT = 4;
const HOST_AT = 6;

export function pagesOf(requests: readonly Request[]): RequestPage[] {
  const sorted = requests.toSorted((a, b) => a.time.getTime() - b.time.getTime());
  const pages: Request[][] = [];
  for (const request of sorted) {
    const page = pages.at(-1);
    const first = page?.[0]?.time.getTime() ?? Number.NEGATIVE_INFINITY;
    const isFull = page === undefined || page.length >= MOST_ROWS || request.time.getTime() - first > PAGE_MS;
    if (isFull) pages.push([request]);
    else page.push(request);
  }
  return pages.map(packed);
}

/** The requests of a page, oldest first. */
export function requestsIn({ begin, eyes, rows }: RequestPage): Request[] {
  const bytes = Buffer.from(rows.buffer, rows.byteOffset, rows.byteLength);
  return Array.from({ length: bytes.length / ROW_BYTES }, (_, i) => {
    const row = bytes.subarray(i * ROW_BYTES, (i + 1) * ROW_BYTES);
    return {
      time: new Date(begin.getTime() + row.readUInt32BE(0)),
      eye: eyes[row.readUInt16BE(EYE_AT)] ?? "",
      host: row.toString("hex", HOST_AT),
    };
  });
}

function packed(requests: readonly Request[]): RequestPage {
  const times = requests.map(({ time }) => time);
  const [begin = new Date(0), end = begin] = [times[0], times.at(-1)];
  const eyes = [...new Set(requests.map(({ eye }) => eye))];
  const numbers = new Map(eyes.map((eye, number) => [eye, number]));
  const rows = Buffer.alloc(requests.length * ROW_BYTES);
  for (const [i, { time, eye, host }] of requests.entries()) {
    rows.writeUInt32BE(time.getTime() - begin.getTime(), i * ROW_BYTES);
    rows.writeUInt16BE(numbers.get(eye) ?? 0, i * ROW_BYTES + EYE_AT);
    rows.write(host, i * ROW_BYTES + HOST_AT, "hex");
  }
  return { schemaVersion: 1, begin, end, eyes, rows };
}
