import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { onFreePort, startServer } from '../../tools/local/server-process.ts';

/** Fails so often as a real server does on a port that somebody has. */
function taken(times: number) {
  const ports: number[] = [];
  const start = async (port: number) => {
    ports.push(port);
    if (ports.length <= times) throw new Error('Countersign server did not start (port_in_use).');
    return port;
  };
  return { ports, start };
}

test('a port that was taken in between is given up for another one', async () => {
  const { ports, start } = taken(2);
  const port = await onFreePort(start);
  expect(ports).toHaveLength(3);
  expect(port).toBe(ports[2]);
});

test('it gives up where every port is taken, and at once where something else is wrong', async () => {
  const { ports, start } = taken(Number.POSITIVE_INFINITY);
  await expect(onFreePort(start)).rejects.toThrow('port_in_use');
  expect(ports).toHaveLength(5);
  let starts = 0;
  const broken = () => {
    starts += 1;
    return Promise.reject(new Error('Countersign server did not start (keys_missing).'));
  };
  await expect(onFreePort(broken)).rejects.toThrow('keys_missing');
  expect(starts).toBe(1);
});

test('the server says so in these words', { timeout: 30_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-port-'));
  const occupant = createServer().listen(0, '127.0.0.1');
  await once(occupant, 'listening');
  try {
    const { port } = occupant.address() as AddressInfo;
    await expect(startServer(folder, port)).rejects.toThrow('(port_in_use)');
  } finally {
    occupant.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
