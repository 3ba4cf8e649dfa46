interface Entry {
  code:
    | "INVALID_ARGUMENT"
    | "NOT_FOUND"
    | "ALREADY_EXISTS"
    | "PERMISSION_DENIED"
    | "UNAUTHENTICATED"
    | "FAILED_PRECONDITION"
    | "ABORTED"
    | "RESOURCE_EXHAUSTED"
    | "UNAVAILABLE"
    | "DEADLINE_EXCEEDED"
    | "INTERNAL";
  handling: "retry" | "terminal" | "unknown";
  sentence: string;
}

/** Every error that may leave a process: gRPC code, what a reader of events does with it, and its sentence. */
export const catalogue = {
  FIELD_INVALID: { code: "INVALID_ARGUMENT", handling: "terminal", sentence: "A field is not as it must be." },
  NOT_FOUND: { code: "NOT_FOUND", handling: "terminal", sentence: "There is no such thing, or it is not yours." },
  REQUEST_ID_REUSED: {
    code: "ALREADY_EXISTS",
    handling: "terminal",
    sentence: "This request_id was used with another body. Draw a new one for a new request.",
  },
  ALREADY_EXISTS: { code: "ALREADY_EXISTS", handling: "terminal", sentence: "It exists already." },
  NOT_ALLOWED: {
    code: "PERMISSION_DENIED",
    handling: "terminal",
    sentence: "This identity may not call this method. The kind of identity decides; use one of a kind that may.",
  },
  IDENTITY_DENIED: { code: "PERMISSION_DENIED", handling: "terminal", sentence: "This identity is on the deny-list." },
  IDENTITY_WITHOUT_PROVIDER: {
    code: "PERMISSION_DENIED",
    handling: "terminal",
    sentence: "No provider names this identity. An operator adds it to one: ntd provider edit ID --add-identity NAME.",
  },
  IDENTITY_UNKNOWN: {
    code: "UNAUTHENTICATED",
    handling: "terminal",
    sentence: "The client certificate carries no identity of the form spiffe://{trust domain}/{kind}/{name}.",
  },
  IDENTITY_EXPIRED: {
    code: "UNAUTHENTICATED",
    handling: "retry",
    sentence: "The certificate of this connection has ended. Bring a new one, and connect again.",
  },
  WRONG_STATE: { code: "FAILED_PRECONDITION", handling: "terminal", sentence: "Its state does not allow this now." },
  SAME_PERSON: {
    code: "FAILED_PRECONDITION",
    handling: "terminal",
    sentence: "This takes a second person: who uploaded it cannot approve it.",
  },
  VERSION_CONFLICT: {
    code: "ABORTED",
    handling: "retry",
    sentence: "It changed since it was read. Read it again and decide again.",
  },
  EVIDENCE_CHANGED: {
    code: "ABORTED",
    handling: "terminal",
    sentence: "The evidence changed since this version. Read the case again and decide again.",
  },
  DECISION_CHANGED: {
    code: "ABORTED",
    handling: "terminal",
    sentence: "Another decision is in force than the one that you name. Read the case again and decide again.",
  },
  GONE: {
    code: "FAILED_PRECONDITION",
    handling: "terminal",
    sentence: "Machines call the target gone. Decide with despite_gone if it is there all the same.",
  },
  NO_ADDRESS: {
    code: "FAILED_PRECONDITION",
    handling: "terminal",
    sentence: "It has no address, so nobody can be asked to remove anything. Report the address: ntd report submit",
  },
  VIEW_BUDGET_SPENT: {
    code: "FAILED_PRECONDITION",
    handling: "terminal",
    sentence: "You have viewed as many pictures today as one person may. Go on tomorrow.",
  },
  TOO_LARGE: { code: "RESOURCE_EXHAUSTED", handling: "terminal", sentence: "It is larger than the limit." },
  RATE_LIMITED: { code: "RESOURCE_EXHAUSTED", handling: "retry", sentence: "Too many at once. Try again later." },
  STORE_UNAVAILABLE: { code: "UNAVAILABLE", handling: "retry", sentence: "The store does not answer. Try again." },
  STORE_FULL: {
    code: "UNAVAILABLE",
    handling: "retry",
    sentence: "The disk of the store is full: nothing new is taken. Make room; what waits is tried again by itself.",
  },
  STORE_COPIED_ELSEWHERE: {
    code: "FAILED_PRECONDITION",
    handling: "terminal",
    sentence:
      "This store is a MongoDB: back it up with its own tools (mongodump --oplog, or a snapshot of its disks), all databases at one moment.",
  },
  STORE_LOCKED: {
    code: "FAILED_PRECONDITION",
    handling: "terminal",
    sentence: "Another process holds this SQLite file. One process per file; replicas need a mongodb:// store.",
  },
  BUS_UNAVAILABLE: { code: "UNAVAILABLE", handling: "retry", sentence: "The event bus does not answer. Try again." },
  BUS_BROKEN: {
    code: "UNAVAILABLE",
    handling: "retry",
    sentence:
      "nats-server refuses every write since its disk was full. Make room and restart it; what waits leaves by itself.",
  },
  BUS_TOO_OLD: {
    code: "FAILED_PRECONDITION",
    handling: "terminal",
    sentence: "nats-server is older than 2.10, which ignores sync_interval. Install 2.10 or newer.",
  },
  BUS_NOT_APPLIED: {
    code: "UNAVAILABLE",
    handling: "retry",
    sentence: "A stream or consumer of the catalogue is missing. Run: ntd bus apply",
  },
  STREAM_FULL: {
    code: "UNAVAILABLE",
    handling: "retry",
    sentence: "A stream is full. Events wait in the outbox; make room or raise its limit.",
  },
  PEER_UNAVAILABLE: {
    code: "UNAVAILABLE",
    handling: "retry",
    sentence: "Another service does not answer. Try again.",
  },
  TIMED_OUT: { code: "DEADLINE_EXCEEDED", handling: "retry", sentence: "It took longer than its time limit." },
  SHUTTING_DOWN: { code: "UNAVAILABLE", handling: "retry", sentence: "The service is stopping. Try again." },
  EVENT_UNREADABLE: {
    code: "INVALID_ARGUMENT",
    handling: "terminal",
    sentence: "The event's headers or payload cannot be read.",
  },
  EVENT_KILLED_ITS_HANDLER: {
    code: "INTERNAL",
    handling: "terminal",
    sentence: "Handling this message ended the process or failed without a name five times.",
  },
  SEALING_KEY_MISSING: {
    code: "FAILED_PRECONDITION",
    handling: "terminal",
    sentence: "The key that sealed this text is not in the key file: it was retired, and the text with it.",
  },
  SEALING_KEY_NEWER: {
    code: "UNAVAILABLE",
    handling: "retry",
    sentence:
      "The key that sealed this text is newer than any in the key file here. Bring the new file; it is tried again.",
  },
  SIGNATURE_INVALID: { code: "INVALID_ARGUMENT", handling: "terminal", sentence: "The signature does not verify." },
  CONFIG_INVALID: { code: "FAILED_PRECONDITION", handling: "terminal", sentence: "The configuration is not valid." },
  INTERNAL: { code: "INTERNAL", handling: "unknown", sentence: "Internal error. The operator's log has its cause." },
} as const satisfies Record<string, Entry>;

/** Name of an entry of the catalogue; `ErrorInfo.reason` on the wire. */
export type Reason = keyof typeof catalogue;
