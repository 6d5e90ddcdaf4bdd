import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Command } from '../support/command.ts';
import { startTestServer } from './test-server.ts';

async function run(name: string, environment: NodeJS.ProcessEnv, args: string[]) {
  const command = new Command(name, environment, args);
  await command.ended;
  return { code: command.npm.exitCode, output: command.output };
}

test('kept 16: a ledger and the audit trail, exported by command with an API key, and verified by command', async () => {
  const server = await startTestServer();
  const folder = mkdtempSync(join(tmpdir(), 'countersign-audit-'));
  const kiosk = await server.enrol();
  const key = { name: 'auditor', permissions: ['audit:read', 'kiosks:read'], endsAt: '' };
  key.endsAt = new Date(Date.now() + 86_400_000).toISOString();
  const { secret } = (await server.admin('POST', '/v1/api-keys', key)).json as { secret: string };
  const environment = {
    COUNTERSIGN_SERVER_URL: await server.app.listen({ port: 0, host: '127.0.0.1' }),
    COUNTERSIGN_ADMIN_TOKEN: secret,
  };
  try {
    for (let times = 1; times <= 2; times++) {
      const { code, output } = await run('audit', environment, ['export', '--to', folder]);
      expect(code, output).toBe(0);
    }
    const trails = readdirSync(folder)
      .filter((name) => name.startsWith('trail-'))
      .map((name) => join(folder, name));
    const [older = '', newer = ''] = trails.sort();
    expect(trails).toHaveLength(2);
    const ledger = join(folder, `halden-bridge-${kiosk.id}.jsonl`);
    const whole = await run('verify', {}, [ledger, older, newer]);
    expect(whole.code, whole.output).toBe(0);
    expect(whole.output).toContain('compared with 1 earlier');
    const reversed = await run('verify', {}, [newer, older]);
    expect([reversed.code, reversed.output]).toEqual([1, expect.stringContaining('(trail_rewritten)')]);
    const text = readFileSync(ledger, 'utf8');
    const others = { 'a carriage return': '\r\n', 'another line end': '\r', 'a line separator': '\u2028', nothing: '' };
    for (const [name, ending] of Object.entries(others)) {
      writeFileSync(ledger, `${text.trimEnd()}${ending}`.replaceAll('\n', ending === '' ? '\n' : ending));
      const { code, output } = await run('verify', {}, [ledger]);
      expect([code, output], name).toEqual([1, expect.stringMatching(/(_malformed|file_altered)\)/)]);
    }
    writeFileSync(newer, readFileSync(newer, 'utf8').replace('"kiosk.enrolled"', '"kiosk.revoked"'));
    const altered = await run('verify', {}, [older, newer]);
    expect([altered.code, altered.output]).toEqual([1, expect.stringMatching(/entry 3: .*\(entry_altered\)/)]);
  } finally {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  }
}, 120_000);
