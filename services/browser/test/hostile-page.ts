/** Where a page tries to go. */
export interface Targets {
  /** On this machine, where the browser may not ask. */
  loopback: string;
  /** A name that leads there. */
  named: string;
  metadata: string;
  /** host:port of a STUN server, reached by UDP. */
  stun: string;
  requests: number;
}

/** A page that tries all that a page may try, and shows by its title when it has tried each. */
export function hostilePage({ loopback, named, metadata, stun, requests }: Targets): string {
  return `<title>trying</title><img src="${loopback}/img"><iframe src="${loopback}/frame"></iframe>
<link rel=prefetch href="${loopback}/prefetch"><link rel=preconnect href="${loopback}"><link rel=dns-prefetch href="${named}">
<a id=download download href="/download">x</a>
<script type=module>
const all = [];
const trying = (what) => all.push(Promise.race([what().catch(() => undefined), new Promise((over) => setTimeout(over, 4000))]));
for (const url of ["${loopback}", "${named}", "${metadata}"]) {
  trying(() => fetch(url + "/fetch", { mode: "no-cors" }));
  trying(() => fetch(url + "/post", { method: "POST", mode: "no-cors", body: "x" }));
  trying(async () => navigator.sendBeacon(url + "/beacon", "x"));
  trying(async () => void new Worker(URL.createObjectURL(new Blob(["fetch('" + url + "/worker', { mode: 'no-cors' })"]))));
  trying(() => new Promise((over) => { const s = new WebSocket(url.replace("http", "ws") + "/socket"); s.onopen = s.onerror = over; }));
}
trying(() => fetch("/post", { method: "POST", body: "x" }));
trying(() => new Promise((over) => { const s = new WebSocket("ws://" + location.host + "/socket"); s.onopen = s.onerror = over; }));
trying(async () => (await navigator.serviceWorker.register("/worker.js")).scope);
trying(async () => {
  const peer = new RTCPeerConnection({ iceServers: [{ urls: "stun:${stun}" }] });
  peer.createDataChannel("x");
  await peer.setLocalDescription(await peer.createOffer());
  await new Promise((over) => setTimeout(over, 2000));
});
trying(async () => document.querySelector("#download").click());
trying(async () => void open("${loopback}/popup"));
await Promise.all(all);
document.title = "tried";
let next = 0;
const more = async () => { while (next < ${requests}) await fetch("/n?" + next++).catch(() => undefined); };
await Promise.all(Array.from({ length: 20 }, more));
document.title = "done";
</script><img src="/held">`;
}
