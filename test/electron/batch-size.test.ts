import { describe, expect, it } from 'vitest';
import { BatchSize } from '../../electron/sync/batch-size.ts';

const kibibyte = 1024;

describe('found 20: a batch', () => {
  it('doubles when one passes quickly, up to a little below what proxies take, and stays when one was slow or small', () => {
    const size = new BatchSize();
    const first = size.bytes;
    size.passed(first, 6_000);
    size.passed(first / 4, 10);
    expect(size.bytes).toBe(first);
    size.passed(first, 100);
    expect(size.bytes).toBe(2 * first);
    for (let pass = 0; pass < 10; pass++) size.passed(size.bytes, 100);
    expect(size.bytes).toBeGreaterThan(512 * kibibyte);
    expect(size.bytes).toBeLessThan(1024 * kibibyte);
  });

  it('halves when one is cut off, down to a single record, and finds back', () => {
    const size = new BatchSize();
    size.failed(size.bytes, 'cut_off');
    expect(size.bytes).toBe(32 * kibibyte);
    for (let failure = 0; failure < 40; failure++) size.failed(size.bytes, 'cut_off');
    expect(size.bytes).toBe(1);
    // A single record is larger than a size of one byte.
    for (let pass = 0; pass < 30; pass++) size.passed(Math.max(2_000, size.bytes), 100);
    expect(size.bytes).toBeGreaterThan(512 * kibibyte);
  });

  it('found 21: a size that was refused is not tried again for long, while one that was cut off is soon', () => {
    const triesUntilLarger = (why: 'cut_off' | 'refused') => {
      const size = new BatchSize();
      size.failed(size.bytes, why);
      const after = size.bytes;
      let passes = 0;
      for (; size.bytes === after; passes++) size.passed(size.bytes, 100);
      return passes;
    };
    expect(triesUntilLarger('cut_off')).toBeLessThan(6);
    expect(triesUntilLarger('refused')).toBeGreaterThan(50);
  });
});
