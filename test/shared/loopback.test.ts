import { expect, test } from 'vitest';
import { isLoopback } from '../../shared/loopback.ts';

test.each(['localhost', '127.0.0.1', '127.255.0.3', '::1', '[::1]'])('%s is this machine', (host) => {
  expect(isLoopback(host)).toBe(true);
});

test.each([
  '',
  '10.0.0.1',
  '127.0.0.1.evil.example',
  '127.evil.example',
  '127.0.0.999',
  'localhost.evil.example',
  '::2',
])('%s may be another machine', (host) => {
  expect(isLoopback(host)).toBe(false);
});
