import { describe, expect, test } from 'vitest';
import { readSettings } from '../../server/settings.ts';

test('without any setting: this machine only, embedded database, demo shop', () => {
  expect(readSettings({})).toMatchObject({
    port: 4810,
    host: '127.0.0.1',
    databaseUrl: null,
    tls: null,
    behindProxy: false,
    data: expect.stringMatching(/\/data\/server$/),
    configuration: expect.stringMatching(/demo\.json$/),
    keyFile: expect.stringMatching(/\/data\/server\/keys\.json$/),
  });
});

describe('refused', () => {
  test.each([
    [{ COUNTERSIGN_HOST: '0.0.0.0' }, 'tls_required'],
    [{ COUNTERSIGN_HOST: '::' }, 'tls_required'],
    [{ COUNTERSIGN_HOST: '192.168.1.2' }, 'tls_required'],
    [{ COUNTERSIGN_HOST: '127.0.0.1.example.org' }, 'tls_required'],
    [{ COUNTERSIGN_PORT: 'http' }, 'settings_malformed'],
    [{ COUNTERSIGN_PORT: '70000' }, 'settings_malformed'],
    [{ COUNTERSIGN_ADMIN_TOKEN: 'short' }, 'settings_malformed'],
    [{ COUNTERSIGN_TLS_CERT: '/nowhere' }, 'settings_malformed'],
    [{ COUNTERSIGN_TLS_CERT: '/nowhere', COUNTERSIGN_TLS_KEY: '/nowhere' }, 'file_unusable'],
    [{ COUNTERSIGN_BEHIND_PROXY: 'yes' }, 'settings_malformed'],
    [{ COUNTERSIGN_OUTBOX: 'yes' }, 'settings_malformed'],
    [{ COUNTERSIGN_PUBLIC_URL: 'javascript:alert(1)' }, 'settings_malformed'],
    [{ COUNTERSIGN_PUBLIC_URL: 'countersign' }, 'settings_malformed'],
  ])('%j: %s', (environment, code) => {
    expect(() => readSettings(environment)).toThrow(expect.objectContaining({ code }));
  });

  test('and the message names the variable, not its value', () => {
    expect(() => readSettings({ COUNTERSIGN_ADMIN_TOKEN: 'hush' })).toThrow(
      expect.objectContaining({ details: { problems: expect.stringMatching(/^COUNTERSIGN_ADMIN_TOKEN: (?!.*hush)/) } }),
    );
  });
});

test.each([
  [{}, true],
  [{ COUNTERSIGN_HOST: '::1' }, true],
  [{ COUNTERSIGN_OUTBOX: '0' }, false],
  [{ COUNTERSIGN_BEHIND_PROXY: '1' }, false],
  [{ COUNTERSIGN_HOST: '0.0.0.0', COUNTERSIGN_BEHIND_PROXY: '1' }, false],
  [{ COUNTERSIGN_HOST: '0.0.0.0', COUNTERSIGN_BEHIND_PROXY: '1', COUNTERSIGN_OUTBOX: '1' }, true],
])('texts are shown on a page by default only where nobody else comes: %j: %s', (environment, outbox) => {
  expect(readSettings(environment).outbox).toBe(outbox);
});

test.each(['127.0.0.1', '127.1.2.3', 'localhost', '::1'])('%s needs no TLS', (host) => {
  expect(readSettings({ COUNTERSIGN_HOST: host }).tls).toBeNull();
});

test('behind a proxy that does TLS any address is fine', () => {
  const settings = readSettings({ COUNTERSIGN_HOST: '0.0.0.0', COUNTERSIGN_BEHIND_PROXY: '1' });
  expect(settings).toMatchObject({ host: '0.0.0.0', behindProxy: true });
});
