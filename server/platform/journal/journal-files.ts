import { randomBytes, randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode } from '../files.ts';

const idFile = 'journal-id';
const ending = '.journal';

export interface FoundLine {
  file: string;
  /** From 1. */
  number: number;
  text: string;
}

/**
 * The journal's folder. Each process writes a file of its own and begins another one every day, so that no two write into one, also
 * not over a network, a line that was cut is always a file's last, and old files can be deleted whole.
 */
export class JournalFiles {
  readonly #folder: string;
  readonly #clock: () => Date;
  readonly #process = randomBytes(8).toString('hex');
  #name = '';
  /** Of what is safely in the file. */
  #length = 0;

  constructor(folder: string, clock: () => Date) {
    this.#folder = folder;
    this.#clock = clock;
  }

  /** The journal's own id, so that an empty folder in its place is noticed; null where there is none. */
  async id(): Promise<string | null> {
    try {
      return (await readFile(join(this.#folder, idFile), 'utf8')).trim();
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return null;
      throw error;
    }
  }

  /** Makes the folder the place of a journal. If another process was first, its id is kept. */
  async begin(): Promise<string> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const id = randomUUID();
    try {
      await writeDurably(join(this.#folder, idFile), 'wx', async (file) => file.writeFile(`${id}\n`));
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') throw error;
    }
    await this.#syncFolder();
    return (await this.id()) ?? id;
  }

  /** Appends whole lines; when it resolves they are on the disk. Never called before the last call is over. @throws what the disk says */
  async append(lines: string[]): Promise<void> {
    const name = `${this.#clock().toISOString().slice(0, 10)}-${this.#process}${ending}`;
    if (name !== this.#name) this.#length = 0;
    this.#name = name;
    const text = lines.join('');
    await writeDurably(join(this.#folder, name), 'a', async (file) => {
      const { size } = await file.stat();
      // What an append that failed half-way has left.
      if (size > this.#length) await file.truncate(this.#length);
      this.#length = Math.min(size, this.#length);
      await file.appendFile(text);
    });
    if (this.#length === 0) await this.#syncFolder();
    this.#length += Buffer.byteLength(text);
  }

  /** All lines of all files. A last one that was cut, because its process or its disk ended, was never answered for and is left out. */
  async read(): Promise<FoundLine[]> {
    const names = await readdir(this.#folder).catch((error: unknown) => {
      if (errorCode(error) === 'ENOENT') return [];
      throw error;
    });
    const found: FoundLine[] = [];
    for (const file of names.filter((name) => name.endsWith(ending)).sort()) {
      const lines = (await readFile(join(this.#folder, file), 'utf8')).split('\n').slice(0, -1);
      found.push(...lines.map((text, at) => ({ file, number: at + 1, text })));
    }
    return found;
  }

  async #syncFolder(): Promise<void> {
    const folder = await open(this.#folder, 'r');
    await folder.sync().finally(() => folder.close());
  }
}

type File = Awaited<ReturnType<typeof open>>;

async function writeDurably(path: string, flags: string, write: (file: File) => Promise<void>): Promise<void> {
  const file = await open(path, flags, 0o600);
  try {
    await write(file);
    await file.datasync();
  } finally {
    await file.close();
  }
}
