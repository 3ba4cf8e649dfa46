/** Where a report must end; fixed before anything is sent. */
export type End =
  | "removed"
  | "off the page and off its host"
  | "claimed, still present"
  | "cloaked, still present"
  | "unseen, a person is asked"
  | "nothing there, closed unopened"
  | "taken back, restored"
  | "held by police, then removed"
  | "removed, police answered"
  | "no known provider"
  | "person: NO_HIT"
  | "person: NO_HIT, priority raised"
  | "person: TOO_LITTLE_DETAIL"
  | "person: NOT_MEDIA"
  | "person: UNREACHABLE";

/** `mask` shows its pictures to browsers alone; `gate` asks everybody for a proof once a notice has left. */
export type HostName = "alpha" | "beta" | "gamma" | "mask" | "gate" | "closed";

export interface PlannedReport {
  what: string;
  host: HostName;
  /** File on the host; two reports of one file report the same address. */
  file: string;
  end: End;
  /** What the file holds; absent where an earlier report put it there, or nothing is there. */
  content?: () => Promise<Uint8Array>;
  /** The file is a page that shows these, each on a host of its own. */
  shows?: readonly Shown[];
  /** Fingerprints of this listed picture are attached by the reporter. */
  attached?: number;
  /** A person has to decide first, over the command line. */
  decidedByPerson?: boolean;
  /** A person decides wrongly, and two others take it back once it was removed. */
  takenBack?: boolean;
  /** An officer asks for a moment before a person decides it; it ends by itself. */
  held?: boolean;
  /** A person decides it, and police answer what they are told of it. */
  referred?: boolean;
  /** The child whom it is about reports it. */
  isOfVictim?: boolean;
}

/** A picture that a page shows. */
export interface Shown {
  host: HostName;
  file: string;
  content: () => Promise<Uint8Array>;
}
