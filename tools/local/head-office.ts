import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { outboxPath } from '../../server/modules/messaging/outbox-routes.ts';
import { readWhereabouts } from '../../server/whereabouts.ts';

/** Head office's side of a server of this machine. */
export interface HeadOffice {
  url: string;
  /** The page on which this server shows the texts it would send. */
  outboxUrl: string;
  /** What is too large to be held whole. */
  download(path: string): Promise<ReadableStream<Uint8Array>>;
  /** Head office's half of an enrolment. */
  createEnrolmentCode(storeId: string): Promise<string>;
  /** A call to one of head office's routes; throws on any answer but 2xx. */
  askAsHeadOffice(method: 'GET' | 'POST', path: string, body?: unknown): Promise<unknown>;
}

/** @param data the server's folder: its token is there, unless it was given to the server in its environment. */
export function headOfficeOf(url: string, data: string): HeadOffice {
  const token = process.env.COUNTERSIGN_ADMIN_TOKEN || readFileSync(join(data, 'admin-token'), 'utf8').trim();
  const askAsHeadOffice: HeadOffice['askAsHeadOffice'] = async (method, path, body) => {
    const response = await fetch(url + path, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(30_000),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return response.json();
  };
  return {
    url,
    outboxUrl: url + outboxPath(token),
    async download(path) {
      const response = await fetch(url + path, { headers: { authorization: `Bearer ${token}` } });
      if (!response.ok || response.body === null)
        throw new Error(`${path}: ${response.status} ${await response.text()}`);
      return response.body;
    },
    askAsHeadOffice,
    async createEnrolmentCode(storeId) {
      return ((await askAsHeadOffice('POST', '/v1/enrolment-codes', { storeId })) as { code: string }).code;
    },
  };
}

/** The server that uses this data folder right now, if one answers and takes the folder's token. */
export async function findRunningServer(data: string): Promise<(HeadOffice & { pid: number }) | null> {
  const found = readWhereabouts(data);
  if (found === null) return null;
  try {
    const office = headOfficeOf(found.url, data);
    await office.askAsHeadOffice('GET', '/v1/kiosks');
    return { ...office, pid: found.pid };
  } catch {
    return null;
  }
}

/** The server that a command is about: the one that COUNTERSIGN_SERVER_URL names, or the one of this machine. Without either the command ends. */
export async function chosenServer(data: string): Promise<HeadOffice> {
  const url = process.env.COUNTERSIGN_SERVER_URL;
  const office = url ? headOfficeOf(url, data) : await findRunningServer(data);
  if (office !== null) return office;
  console.error('No server runs on this machine. Start it (npm run server), or name one in COUNTERSIGN_SERVER_URL.');
  process.exit(1);
}
