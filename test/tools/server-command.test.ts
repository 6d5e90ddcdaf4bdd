import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { freePort } from '../../server/platform/embedded-postgres/free-port.ts';
import { Command, survivors } from '../support/command.ts';
import { temporaryFolder } from '../support/enrolled-folder.ts';

const certificates = join(import.meta.dirname, '../support/certificates');
let data: string;
let server: Command | undefined;
beforeEach(() => {
  data = temporaryFolder();
});
afterEach(async () => {
  server?.end();
  await server?.ended;
  rmSync(data, { recursive: true, force: true });
});

async function start(
  environment: NodeJS.ProcessEnv,
): Promise<{ command: Command; everything: number[]; port: number }> {
  const port = await freePort();
  const settings = { COUNTERSIGN_SERVER_DATA: data, COUNTERSIGN_PORT: String(port), ...environment };
  const command = new Command('server', settings);
  server = command;
  await command.says(/Ctrl-C/);
  const postgres = Number(readFileSync(join(data, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0]);
  return { command, everything: [...command.family(), postgres], port };
}

function statusOf(url: string): Promise<number | undefined> {
  const ca = readFileSync(join(certificates, 'localhost.pem'));
  return new Promise((resolve, reject) => {
    request(url, { ca }, (response) => resolve(response.resume().statusCode))
      .on('error', reject)
      .end();
  });
}

test('found 6: npm run server with a certificate of its own runs, and says its addresses', {
  timeout: 120_000,
}, async () => {
  const { command, port } = await start({
    COUNTERSIGN_TLS_CERT: join(certificates, 'localhost.pem'),
    COUNTERSIGN_TLS_KEY: join(certificates, 'localhost.key'),
  });
  const [, page = ''] = /shown on https:\/\/127\.0\.0\.1:\d+(\/outbox\?key=\S+),/.exec(command.output) ?? [];
  expect(await statusOf(`https://127.0.0.1:${port}/health`)).toBe(200);
  expect(await statusOf(`https://localhost:${port}${page}`)).toBe(200);
  expect(await statusOf(`https://localhost:${port}/outbox`)).toBe(401);
  expect(command.running).toBe(true);
});

test('found 6: whatever fails after the start ends all of it, PostgreSQL too', { timeout: 120_000 }, async () => {
  const wish = join(data, 'fail-now');
  const saboteur = join(data, 'saboteur.mjs');
  writeFileSync(
    saboteur,
    `import { existsSync } from 'node:fs';
    if (process.argv[1]?.endsWith('commands/server.ts')) setInterval(() => {
      if (existsSync(${JSON.stringify(wish)})) throw new Error('number +447400123456');
    }, 50).unref();`,
  );
  const { command, everything } = await start({ NODE_OPTIONS: `--import ${saboteur}` });
  writeFileSync(wish, '');
  expect(await survivors(everything)).toEqual([]);
  await command.ended;
  expect(command.npm.exitCode).toBe(1);
  expect(command.output).toContain('ends after a fault; its log says which');
  const log = readFileSync(join(data, 'server.log'), 'utf8');
  expect(log).toContain('a fault that nobody caught');
  expect(log + command.output).not.toContain('7400123456');
});
