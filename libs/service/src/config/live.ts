type Environment = Readonly<Record<string, string | undefined>>;

/** What LIVE refuses of a store's URL: how the setting goes on after its name. */
export function storeUrlFaults(url: string): string[] {
  if (url.startsWith("file:")) return [];
  const [scheme = ""] = /^[^:]*/.exec(url) ?? [];
  if (scheme !== "mongodb" && scheme !== "mongodb+srv")
    return ["is neither file:… nor mongodb://…, which LIVE demands"];
  const [where = "", query = ""] = url.slice(scheme.length + 3).split(/\?(.*)/s);
  // The driver takes names of options in any case, and encoded.
  const options = [...new URLSearchParams(query)].map(([name, value]) => [name.toLowerCase(), value] as const);
  const valuesOf = (...names: string[]) => options.filter(([name]) => names.includes(name)).map(([, value]) => value);
  const faults = options.flatMap(([name, value]) => optionFault(name, value));
  const tls = valuesOf("tls", "ssl");
  if (tls.some((value) => value !== "true"))
    faults.push("switches TLS off or says neither true nor false of it, which LIVE refuses; say tls=true");
  // Of names that are looked up, TLS is the default.
  if (tls.length === 0 && scheme === "mongodb") faults.push("has no tls=true, which LIVE demands");
  if (!where.includes("@") && valuesOf("authmechanism").length === 0) {
    faults.push("names no user, which LIVE refuses: whoever reaches the database would read it");
  }
  return faults;
}

/** They believe any certificate, or any name in it. */
const credulous = /^(tlsinsecure|tlsallowinvalid.*|sslallowinvalid.*)$/;
/** Those say the same the other way round. */
const doubting = /^(sslvalidate|checkserveridentity)$/;

function optionFault(name: string, value: string): string[] {
  if (credulous.test(name) && value !== "false")
    return [`has ${name}, which LIVE refuses: any server would be believed`];
  if (doubting.test(name) && value !== "true")
    return [`has ${name}=false, which LIVE refuses: any server would be believed`];
  if (name === "w" && value === "0") return ["has w=0, which LIVE refuses: what is lost would not be noticed"];
  if (name === "journal" && value !== "true")
    return ["has journal=false, which LIVE refuses: a power cut would lose writes"];
  return [];
}

/** What LIVE refuses of the bus's URL; its value is not repeated, since it may hold a password. */
export function busUrlFaults(url: string): string[] {
  const servers = url.split(",").map((server) => server.trim());
  const faults: string[] = [];
  if (servers.some((server) => !server.startsWith("tls://"))) {
    faults.push("names a server otherwise than as tls://host:port, which LIVE demands");
  }
  if (servers.some((server) => server.includes("@"))) {
    faults.push("holds a password, which LIVE refuses: the certificate says who we are");
  }
  return faults;
}

/** Settings of Node and of libraries that undo what ours promise. */
const undoing: readonly (readonly [name: RegExp, value: RegExp, why: string])[] = [
  [/^NODE_TLS_REJECT_UNAUTHORIZED$/, /^0$/, "any server would be believed"],
  [
    /^NODE_OPTIONS$/,
    /--(inspect|debug|tls-keylog|tls-min-v1\.[01]|insecure|trace-tls|heapsnapshot|report-on|cpu-prof|heap-prof)/,
    "who reaches this machine could read its memory or its traffic",
  ],
  [/^NODE_DEBUG(_NATIVE)?$/, /./, "it writes addresses and traffic to the log"],
  [/^MONGODB_LOG_/, /^(?!off$|0$)./, "it writes what is stored to the log"],
  [/^GRPC_(TRACE|NODE_TRACE)$/, /./, "it writes calls to the log"],
  [/^SSLKEYLOGFILE$/, /./, "who reads that file reads all traffic"],
  [
    /^OTEL_EXPORTER_OTLP(_TRACES)?_ENDPOINT$/,
    /^http:\/\/(?!(localhost|127\.[\d.]+|\[::1\])(:|\/|$))/i,
    "traces would go out in the clear; use https://, or a collector on this machine",
  ],
];

/** What LIVE refuses of an environment besides the settings of ours, each with its name. */
export function environmentFaults(environment: Environment): string[] {
  return Object.entries(environment).flatMap(([name, value = ""]) =>
    undoing
      .filter(([names, values]) => names.test(name) && values.test(value))
      .map(([, , why]) => `${name}: is refused in LIVE: ${why}`),
  );
}

/** What LIVE refuses of the mode of a file that holds secrets. Its group may read it: services of one machine share some. */
export function modeFault(mode: number): string | undefined {
  if ((mode & 0o007) !== 0)
    return "can be read or written by everybody on this machine, which LIVE refuses; chmod o-rwx";
  return (mode & 0o020) === 0 ? undefined : "can be written by its group, which LIVE refuses; chmod g-w";
}
