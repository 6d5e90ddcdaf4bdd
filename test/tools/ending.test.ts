import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test } from 'vitest';
import { freePort } from '../../server/platform/embedded-postgres/free-port.ts';
import { Command, survivors } from '../support/command.ts';
import { temporaryFolder } from '../support/enrolled-folder.ts';

const data = temporaryFolder();
let server: Command | undefined;
afterEach(() => {
  server?.end();
});
afterAll(() => rmSync(data, { recursive: true, force: true }));

const endings: [string, (server: Command) => void][] = [
  ['SIGTERM to the process group', ({ pid }) => process.kill(-pid, 'SIGTERM')],
  ['SIGTERM to npm alone', ({ pid }) => process.kill(pid, 'SIGTERM')],
  ['SIGTERM to the wrapper alone', (command) => process.kill(command.member('with-setup'), 'SIGTERM')],
  ['SIGTERM to the server alone', (command) => process.kill(command.member('commands/server.ts'), 'SIGTERM')],
  [
    'Ctrl-C, twice',
    ({ pid }) => {
      for (const _ of ['once', 'more']) process.kill(-pid, 'SIGINT');
    },
  ],
  ['a closed terminal', ({ pid }) => process.kill(-pid, 'SIGHUP')],
  ['SIGKILL of npm', ({ pid }) => process.kill(pid, 'SIGKILL')],
  ['SIGKILL of the wrapper', (command) => process.kill(command.member('with-setup'), 'SIGKILL')],
  [
    'nobody reads what it says, then SIGTERM',
    ({ npm, pid }) => {
      npm.stdout?.destroy();
      npm.stderr?.destroy();
      process.kill(-pid, 'SIGTERM');
    },
  ],
];

test.each(endings)(
  'found 29: npm run server, %s: all of it ends, PostgreSQL too',
  { timeout: 120_000 },
  async (_, tellToEnd) => {
    server = new Command('server', { COUNTERSIGN_SERVER_DATA: data, COUNTERSIGN_PORT: String(await freePort()) });
    await server.says(/Ctrl-C/);
    const postgres = Number(readFileSync(join(data, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0]);
    const everything = [...server.family(), postgres];
    expect(everything.length).toBeGreaterThanOrEqual(4);
    tellToEnd(server);
    expect(await survivors(everything)).toEqual([]);
  },
);
