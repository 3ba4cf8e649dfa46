/** What to do about a cause or a check, by how it begins; "" where it is as it should be or mends itself. */
const mends: readonly (readonly [beginning: string, mend: string])[] = [
  ["STUB", ""],
  ["icse_off", ""],
  ["store:FILLING", ""],
  ["store:STORE_FULL", "make room on its disk; what waits is tried again by itself"],
  ["store:JOURNAL_DAMAGED", "see to its disk, and take a backup now: an older one may lack what protects"],
  ["check:bus", "ntd bus apply, once nats-server runs"],
  ["check:store", "see to its database or its disk"],
  ["check:index", "it loads its lists; when it does not end, its log says why"],
  ["check:matching", "see to the connection from the platform's gateway to matching, and to the gateway's certificate"],
  ["check:decoder", "see to the sandbox and memory of fingerprint: its log says why no decoder starts"],
  ["bus:BUS_UNAVAILABLE", "see to nats-server; what waits leaves by itself"],
  ["bus:BUS_BROKEN", "make room on the disk of nats-server and start it anew"],
  ["bus:STREAM_UNBOUNDED", "ntd bus apply"],
  ["stream:", "ntd bus usage shows what holds it"],
  ["outbox:STREAM_FULL", "ntd bus usage; make room, or raise the limit: ntd bus apply --max-bytes"],
  ["outbox:TOO_LARGE", "its log names the document; an event of it can never leave"],
  ["outbox:", "see to nats-server; what waits leaves by itself"],
  ["hashlists:UNCHECKED", "see to hashlists: what was revoked may still hit"],
  ["uploads:NOT_KEPT", "what breaks off now begins anew: raise HASHLISTS_MAX_KEPT_MB where its disk has room"],
  ["sets:WEAK_EQUALITY_DECIDES", "a set decides by MD5 or SHA-1 alone: see its policy"],
  ["checks:HELD", "ntd check holds names whose checks wait and why; ask them, then ntd check go-on IDENTITY"],
  ["checks:ALARM", "ntd check uses --alarms names who; ask them, or deny the identity"],
  ["rows:ASIDE", "matching's log names what cannot be searched"],
  ["deny_list:LINES_IGNORED", "a line of the deny-list is no SPIFFE id and denies nobody; its log says which"],
  ["RESTORED", "it keeps still: ntd restore show, then ntd restore lift by two operators"],
  ["clock", "set the clock, or see to what writes its offset"],
  ["browser_eye", "see to browser: pages are collected from their markup alone, without what scripts load"],
  [
    "browser:ABSENT",
    "install Chromium and bubblewrap, and start browser anew: pages are looked at without their scripts",
  ],
  // Films are told by their bytes then, as the operator chose.
  ["films:BYTES_ONLY", ""],
  ["sandbox:NONE", "install bubblewrap, and start fingerprint anew: hostile pictures are decoded unconfined"],
  [
    "kernels:DIFFER",
    "a hash was computed wrongly: look into the machine (memory, processor), then start fingerprint anew",
  ],
  [
    "reports_waiting",
    "told by themselves at the sender's rate; who may send more: reports_per_minute of NTD_QUOTAS_FILE",
  ],
  ["casework", "see to casework: no first look is made until it says what police marked"],
  ["marks_not_asked", "name casework to prober (NTD_CASEWORK_ADDRESS), or bring casework to this release"],
  ["fingerprint", "see to fingerprint: what is fetched is not recognised meanwhile, and looked at again"],
  ["countries", "see to the files of PROBER_COUNTRIES_FILES; prober's log says what cannot be read"],
  ["referrals_unacknowledged", "ask police: ntd referral list shows what waits for their word"],
  ["icse_backlog", "see to icse-link; what waits is asked by itself"],
  ["hotline-link", "see to hotline-link; what waits is sent by itself"],
  ["connector:", "ntd exchange status says what is wrong with this connector, and what to do"],
  ["exit_", "this way out is blocked: see to its network or proxy"],
];

export function mendOf(cause: string): string {
  const found = mends.find(([beginning]) => cause.startsWith(beginning));
  return found === undefined ? "its README says what the cause means" : found[1];
}
