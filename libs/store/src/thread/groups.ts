import type { DatabaseSync, StatementSync } from "node:sqlite";
import { isFullDisk, type Disk } from "./disk.ts";
import type { Answer, Ask, Batch, ThreadError } from "../sqlite/messages.ts";

const MOST_WRITES = 256;
const MOST_BYTES = 4 * 1024 * 1024;
/** Asked of the file itself, not of what it holds: never within a transaction. */
export const BETWEEN: ReadonlySet<string> = new Set(["settle", "freeze", "thaw"]);
/** What rides on the next commit waits no longer than this for one. */
export const LONGEST_RIDE_MS = 25;

export const READS: ReadonlySet<string> = new Set(
  "load find project number pending outbox told unfilled ping".split(" "),
);

/**
 * Runs what was asked, in order, and commits writes that wait together at once: one flush to the disk for many. Nothing
 * is answered, reads behind a write and refused writes included, before the group that it stands in is durable. A write
 * that fails takes back its own statements alone; a commit that fails is the error of the whole group.
 *
 * Taking acknowledged events out of an outbox begins a transaction but asks for no commit of its own (lost, they are
 * published again and deduplicated): it rides on the next one, or on `end`.
 */
export class Groups {
  readonly #db: DatabaseSync;
  readonly #run: (ask: Ask) => unknown;
  readonly #post: (answers: Answer[]) => void;
  readonly #disk: Pick<Disk, "refusal" | "giveUp" | "wrote"> | undefined;
  readonly #statements: Record<"begin" | "commit" | "savepoint" | "release", StatementSync>;
  #held: Answer[] = [];
  #writes = 0;
  #bytes = 0;
  #sawFullDisk = false;
  #rideBegan = 0;

  constructor(
    db: DatabaseSync,
    run: (ask: Ask) => unknown,
    post: (answers: Answer[]) => void,
    disk?: Pick<Disk, "refusal" | "giveUp" | "wrote">,
  ) {
    this.#disk = disk;
    this.#db = db;
    this.#run = run;
    this.#post = post;
    this.#statements = {
      begin: db.prepare("BEGIN IMMEDIATE"),
      commit: db.prepare("COMMIT"),
      savepoint: db.prepare("SAVEPOINT one"),
      release: db.prepare("RELEASE one"),
    };
  }

  /** True while something waits for a commit to ride on. */
  get isRiding(): boolean {
    return this.#db.isTransaction;
  }

  handle({ asks }: Batch): void {
    for (const { n, ask } of asks) {
      if (BETWEEN.has(ask.do)) this.#between(n, ask);
      else if (READS.has(ask.do)) this.#read(n, ask);
      else this.#write(n, ask);
    }
    if (this.#writes > 0 || (this.isRiding && performance.now() - this.#rideBegan >= LONGEST_RIDE_MS)) this.end();
    else this.#answer();
  }

  /** Commits, and answers; when that fails, everything that was held gets the error. */
  end(): void {
    const wrote = this.#writes > 0;
    try {
      if (this.#db.isTransaction || wrote) this.#statements.commit.run();
    } catch (error) {
      if (this.#db.isTransaction) this.#db.exec("ROLLBACK");
      const failed = threadError(error);
      this.#sawFullDisk ||= isFullDisk(failed);
      if (wrote) this.#fail(failed);
    }
    this.#answer();
  }

  // A read that fails (of the disk, of memory) may end the transaction with everything in it, as a write may.
  #read(n: number, ask: Ask): void {
    const answer = this.#attempt(n, ask);
    this.#held.push(answer);
    if (answer.error === undefined || this.#writes === 0 || this.#db.isTransaction) return;
    this.#fail(answer.error);
    this.#answer();
  }

  #write(n: number, ask: Ask): void {
    const isRiding = ask.do === "taken";
    const size = sizeOf(ask);
    const isFull = this.#writes >= MOST_WRITES || (this.#writes > 0 && this.#bytes + size > MOST_BYTES);
    if (isFull && !isRiding) this.end();
    // Reads in front of the first write saw what is durable.
    if (this.#writes === 0 && !isRiding) this.#answer();
    const refused = this.#disk?.refusal(ask);
    if (refused !== undefined) return void this.#held.push({ n, error: refused });
    const answer = this.#attemptWrite(n, ask);
    this.#held.push(answer);
    this.#sawFullDisk ||= answer.error !== undefined && isFullDisk(answer.error);
    // The statement ended the transaction with everything in it (a full disk does that): none of it happened.
    if (answer.error !== undefined && !this.#db.isTransaction) {
      this.#fail(answer.error);
      this.#answer();
    } else if (!isRiding) {
      this.#disk?.wrote(size);
      this.#writes++;
      this.#bytes += size;
    }
  }

  #between(n: number, ask: Ask): void {
    this.end();
    this.#held.push(this.#attempt(n, ask));
    this.#answer();
  }

  #attempt(n: number, ask: Ask): Answer {
    try {
      return { n, value: this.#run(ask) };
    } catch (error) {
      return { n, error: threadError(error) };
    }
  }

  #attemptWrite(n: number, ask: Ask): Answer {
    try {
      if (!this.#db.isTransaction) {
        this.#statements.begin.run();
        this.#rideBegan = performance.now();
      }
      this.#statements.savepoint.run();
    } catch (error) {
      return { n, error: threadError(error) };
    }
    const answer = this.#attempt(n, ask);
    if (answer.error === undefined) this.#statements.release.run();
    else if (this.#db.isTransaction) this.#db.exec("ROLLBACK TO one; RELEASE one");
    return answer;
  }

  #fail(error: ThreadError): void {
    this.#held = this.#held.map(({ n }) => ({ n, error }));
  }

  #answer(): void {
    const answers = this.#held;
    [this.#held, this.#writes, this.#bytes] = [[], 0, 0];
    if (this.#sawFullDisk && !this.#db.isTransaction) this.#giveUp();
    if (answers.length > 0) this.#post(answers);
  }

  // The log is emptied into the file as far as the reserve allows: what cleans up needs room in it.
  #giveUp(): void {
    this.#sawFullDisk = false;
    this.#disk?.giveUp();
    try {
      this.#db.exec("PRAGMA wal_checkpoint(TRUNCATE)");
    } catch {
      // As far as it got; cleaning up is tried all the same.
    }
  }
}

function sizeOf(ask: Ask): number {
  if (ask.do === "insert") return ask.rows.reduce((sum, row) => sum + row.state.length, 0);
  return ask.do === "save" ? ask.row.state.length : 0;
}

export function threadError(error: unknown): ThreadError {
  const { message, code, errcode } = error as Partial<Error> & { code?: string; errcode?: number };
  return { message: message ?? String(error), code, errcode };
}
