import { describe, expect, it } from 'vitest';
import * as phone from '../../renderer/flow/phone-parts.ts';
import { hiddenNumber, numberAsTyped } from '../../renderer/words/number-form.ts';
import { judgeNumber } from '../../shared/phone/judge.ts';
import type { Region } from '../../shared/phone/plan.ts';

function shown(typed: string, region: Region): string {
  const accepted = judgeNumber(typed, region, { use: 'texts' });
  if (accepted.kind !== 'ok') throw new Error(`${typed} is not accepted`);
  return numberAsTyped(phone, { typed, region, accepted });
}

describe('found 34: a number that is shown back keeps the form in which it was typed', () => {
  it.each<[typed: string, region: Region, form: string]>([
    ['07400123456', 'GB', '07400 123456'],
    ['+447400123456', 'GB', '+44 7400 123456'],
    ['00447400123456', 'GB', '+44 7400 123456'],
    ['0612345678', 'FR', '06 12 34 56 78'],
    ['612345678', 'ES', '612 34 56 78'],
    ['2125550123', 'US', '(212) 555-0123'],
    ['4915123456651', 'DE', '+49 1512 3456651'],
  ])('%s in %s', (typed, region, form) => {
    expect(shown(typed, region)).toBe(form);
  });

  it('and hidden, of all its digits only the last three', () => {
    expect(hiddenNumber('07400 123456')).toEqual({ shown: '••••• •••456', ending: '456' });
    expect(hiddenNumber('+44 7400 123456')).toEqual({ shown: '+•• •••• •••456', ending: '456' });
  });
});
