import type { JurisdictionPack } from './pack.ts';

/**
 * The age of digital consent (GDPR Art. 8(1)) of the 30 states of the EEA and of the United Kingdom. The regulation says 16
 * and lets a state choose less, down to 13. Art. 8 speaks of online services that are offered to a child; a counter is none
 * by itself, so these packs ask nobody for their age. A shop that wants the question writes `"age": "ask"`.
 */
const chosen: readonly (readonly [age: number, states: string])[] = [
  [13, 'BE DK EE FI LV MT PT SE'],
  [14, 'AT BG CY ES IT LT'],
  [15, 'CZ FR GR'],
  [16, 'DE HR HU IE LU NL PL RO SK'],
];

const list = {
  source: 'GDPR Art. 8(1) and the national laws under it, list of 2020',
  asOf: '2020-12-31',
};

/** Not on the list: the age of the regulation itself, the strictest that there is. */
const regulation = { age: 16, source: 'GDPR Art. 8(1)', asOf: '2020-12-31' };
const withoutChoice = 'IS LI NO SI';

const unitedKingdom = { age: 13, source: 'UK GDPR Art. 8(1), Data Protection Act 2018 s. 9', asOf: '2020-12-31' };

function pack(code: string, ageOfConsent: JurisdictionPack['ageOfConsent']): JurisdictionPack {
  return { code, ageOfConsent, asksAge: false, guardian: true, requiredTexts: [] };
}

export const europe: readonly JurisdictionPack[] = [
  ...chosen.flatMap(([age, states]) => states.split(' ').map((state) => pack(state, { age, ...list }))),
  ...withoutChoice.split(' ').map((state) => pack(state, regulation)),
  pack('GB', unitedKingdom),
];
