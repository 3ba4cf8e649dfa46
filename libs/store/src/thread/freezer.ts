import type { DatabaseSync } from "node:sqlite";

/** What SQLite does by itself: the log goes into the file once it has so many pages. */
const CHECKPOINT_PAGES = 1000;

/**
 * Keeps the store's file as it is at one moment, while writes go on into the log beside it: the log is emptied into the
 * file, and from then on nothing is until `thaw`. A connection that is alone with its file has no second one to read an
 * old state from; this way the file itself is that state.
 */
export class Freezer {
  readonly #db: DatabaseSync;
  #isWhole = false;

  constructor(db: DatabaseSync) {
    this.#db = db;
  }

  /** Takes what the log holds into the file, so that what is left for `freeze` is little. */
  settle(): void {
    this.#db.exec("PRAGMA wal_checkpoint(PASSIVE)");
  }

  freeze(): void {
    this.#db.exec("PRAGMA wal_autocheckpoint=0");
    try {
      const { busy } = this.#db.prepare("PRAGMA wal_checkpoint(TRUNCATE)").get() as { busy: number };
      if (busy !== 0) throw new Error("the log could not be emptied into the file");
      this.#isWhole = true;
    } catch (error) {
      this.thaw();
      throw error;
    }
  }

  /** The file had to change, since the disk is full: what was read of it is worth nothing. */
  spoil(): void {
    this.#isWhole = false;
  }

  /** The log goes into the file again as it grows; whether the file stayed as it was until now. */
  thaw(): { isWhole: boolean } {
    const isWhole = this.#isWhole;
    this.#isWhole = false;
    this.#db.exec(`PRAGMA wal_autocheckpoint=${CHECKPOINT_PAGES}`);
    return { isWhole };
  }
}
