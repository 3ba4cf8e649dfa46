import { constants } from "node:fs";
import { open, statfs, type FileHandle } from "node:fs/promises";

const FOLDER = "/dev/shm";
const TMPFS = 0x01021994;
/** linux/fcntl.h: a file that never has a name. */
const NAMELESS = 0o20000000 | constants.O_DIRECTORY;

/** A file in memory that never had a name: however this process ends, its bytes are gone with it. */
export class FilmFile implements AsyncDisposable {
  readonly #file: FileHandle;
  #length = 0;

  private constructor(file: FileHandle) {
    this.#file = file;
  }

  /** Undefined where there is no file system in memory that takes such a file. */
  static async open(): Promise<FilmFile | undefined> {
    try {
      if ((await statfs(FOLDER)).type !== TMPFS) return undefined;
      // Read by another user, from its descriptor.
      return new FilmFile(await open(FOLDER, constants.O_RDWR | NAMELESS, 0o444));
    } catch {
      return undefined;
    }
  }

  /** False when there is no more memory for it. */
  async add(chunk: Uint8Array): Promise<boolean> {
    try {
      for (let at = 0; at < chunk.length;) {
        const { bytesWritten } = await this.#file.write(chunk, at, chunk.length - at, this.#length);
        at += bytesWritten;
        this.#length += bytesWritten;
      }
      return true;
    } catch {
      return false;
    }
  }

  /** Opened anew, to be read from its beginning and not to be written. */
  reading(): Promise<FileHandle> {
    return open(`/proc/self/fd/${this.#file.fd}`, constants.O_RDONLY);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#file.close();
  }
}
