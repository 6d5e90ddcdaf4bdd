import { describe, expect, test } from 'vitest';
import { hasRequiredText, jurisdictionPackSchema } from '../../shared/jurisdictions/pack.ts';
import { jurisdictionPack, jurisdictions } from '../../shared/jurisdictions/packs.ts';

const memberStates = 'AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK'.split(' ');

test('every pack is well-formed and found under its own code', () => {
  for (const code of jurisdictions) expect(jurisdictionPackSchema.parse(jurisdictionPack(code)).code).toBe(code);
  expect(jurisdictionPack('XX')).toBeUndefined();
});

test('rule 9: every state of the EEA and the United Kingdom has its age of digital consent, with source and date', () => {
  for (const code of [...memberStates, 'IS', 'LI', 'NO', 'GB']) {
    const pack = jurisdictionPack(code);
    expect(pack?.ageOfConsent.age, code).toBeGreaterThanOrEqual(13);
    expect(pack?.ageOfConsent.age, code).toBeLessThanOrEqual(16);
    expect(pack?.ageOfConsent.source, code).toMatch(/GDPR Art\. 8\(1\)/);
    expect(pack?.asksAge, code).toBe(false);
  }
  const ages = ['BE', 'ES', 'FR', 'DE', 'SI', 'GB'].map((code) => jurisdictionPack(code)?.ageOfConsent.age);
  expect(ages).toEqual([13, 14, 15, 16, 16, 13]);
});

test('rule 18: the United States ask everybody, and below 13 a guardian consents', () => {
  expect(jurisdictionPack('US')).toMatchObject({ asksAge: true, guardian: true, ageOfConsent: { age: 13 } });
});

describe('rule 16: what the small print has to say is found in the words of five languages', () => {
  const required = jurisdictionPack('US')?.requiredTexts ?? [];
  const texts: Record<string, string> = {
    en: 'Alder & Pine: 4 messages a month. Msg & data rates may apply. HELP, STOP. Consent is not a condition of purchase. Terms: a.example/t. Privacy: a.example/p',
    es: 'Alder & Pine: 4 mensajes al mes. Pueden aplicarse tarifas de mensajes y datos. HELP, STOP. No es una condición de compra. Términos: a.example/t. Privacidad: a.example/p',
    fr: 'Alder & Pine : 4 messages par mois. Des frais de messages et de données sont possibles. HELP, STOP. Ce n’est pas une condition d’achat. Conditions : a.example/t. Confidentialité : a.example/p',
    de: 'Alder & Pine: 4 Nachrichten im Monat. Nachrichten- und Datenkosten sind möglich. HELP, STOP. Das ist keine Bedingung für einen Kauf. Bedingungen: a.example/t. Datenschutz: a.example/p',
    ar: 'Alder & Pine: 4 رسائل في الشهر. قد تُطبَّق رسوم الرسائل والبيانات. HELP, STOP. الموافقة ليست شرطًا للشراء. الشروط: a.example/t. الخصوصية: a.example/p',
  };
  test.each(Object.entries(texts))('%s', (language, text) => {
    const judged = required.map((item) => [
      item.name,
      hasRequiredText(item, { language, brand: 'Alder & Pine', text }),
    ]);
    expect(judged).toEqual(required.map(({ name }) => [name, true]));
    const nothing = required.map((item) => hasRequiredText(item, { language, brand: 'Alder & Pine', text: 'Hello.' }));
    expect(nothing).toEqual(required.map(() => false));
  });

  test('a language that the pack does not know cannot be checked', () => {
    const item = required.find(({ name }) => name === 'rates');
    expect(item && hasRequiredText(item, { language: 'it', brand: 'x', text: 'x' })).toBeNull();
  });

  test('a brand is looked for letter by letter', () => {
    const item = required.find(({ name }) => name === 'program_name');
    const has = (brand: string, text: string) => item && hasRequiredText(item, { language: 'en', brand, text });
    expect(has('C+ (Coffee)', 'texts of C+ (coffee)')).toBe(true);
    expect(has('A.B', 'texts of AxB')).toBe(false);
  });
});
