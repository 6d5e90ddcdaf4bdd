import type { JurisdictionPack, RequiredText } from './pack.ts';

const ctia = 'CTIA Messaging Principles and Best Practices, call to action';

/** An address of the web after one of the words, in the same sentence or right after its colon. */
const linkAfter = (words: string) => `(${words})[^.;]{0,40}?[\\p{L}\\p{N}-]+\\.[a-z]{2,}`;

/** What stands beside the boxes before somebody signs up for texts. */
const callToAction: readonly RequiredText[] = [
  {
    name: 'program_name',
    missing: 'name of the brand that texts',
    source: ctia,
    where: 'smallPrint',
    wording: { any: '{brand}' },
  },
  {
    name: 'message_frequency',
    missing: 'number of messages in a week or month ("At most 4 messages a month")',
    source: ctia,
    where: 'smallPrint',
    wording: {
      en: '(messages?|texts?|msgs?)[^.]{0,30}(day|week|month|varies)',
      es: '(mensajes?|sms)[^.]{0,30}(día|semana|mes|varía)',
      fr: '(messages?|sms)[^.]{0,30}(jour|semaine|mois|varie)',
      de: '(nachrichten?|sms)[^.]{0,30}(tag|woche|monat)',
      ar: '(رسالة|رسائل|رسالتان)[^.]{0,30}(يوم|أسبوع|شهر)',
    },
  },
  {
    name: 'rates',
    missing: '"Message and data rates may apply"',
    source: ctia,
    where: 'smallPrint',
    wording: {
      en: '(message|msg) (and|&) data rates may apply',
      es: 'tarifas (de|por) mensajes y datos',
      fr: 'frais de messages? et de données',
      de: 'nachrichten[\\s-]*und datengebühren|nachrichten-? und datenkosten',
      ar: 'رسوم (على )?(الرسائل والبيانات)',
    },
  },
  { name: 'help', missing: 'HELP', source: ctia, where: 'smallPrint', wording: { capitals: 'HELP' } },
  { name: 'stop', missing: 'STOP', source: ctia, where: 'smallPrint', wording: { capitals: 'STOP' } },
  {
    name: 'terms_link',
    missing: 'address of the terms',
    source: ctia,
    where: 'smallPrint',
    wording: {
      en: linkAfter('terms'),
      es: linkAfter('términos|condiciones'),
      fr: linkAfter('conditions'),
      de: linkAfter('bedingungen|agb'),
      ar: linkAfter('الشروط'),
    },
  },
  {
    name: 'privacy_link',
    missing: 'address of the privacy policy',
    source: ctia,
    where: 'smallPrint',
    wording: {
      en: linkAfter('privacy'),
      es: linkAfter('privacidad'),
      fr: linkAfter('confidentialité|vie privée'),
      de: linkAfter('datenschutz'),
      ar: linkAfter('الخصوصية'),
    },
  },
  {
    name: 'not_a_condition',
    missing: 'statement that buying does not depend on consent ("Consent is not a condition of purchase")',
    source: '47 CFR 64.1200(f)(9)(i)(B)',
    where: 'smallPrint',
    wording: {
      en: 'not (a condition|required)[^.]{0,30}(purchase|buy)',
      es: 'no es (una condición|necesario)[^.]{0,30}compra',
      fr: "(n’est|n'est) pas une condition[^.]{0,30}achat",
      de: 'keine bedingung[^.]{0,30}kauf|kauf[^.]{0,40}keine bedingung',
      ar: 'ليست? شرطًا?[^.]{0,30}شراء',
    },
  },
];

/** What the privacy notice says to people of California. */
const california: readonly RequiredText[] = [
  {
    name: 'notice_at_collection',
    missing: 'notice at collection, called so',
    source: '11 CCR 7012',
    where: 'privacyNotice',
    wording: { en: 'notice at collection', es: 'aviso (en el momento de|sobre) la recopilación' },
  },
  {
    name: 'not_sold_or_shared',
    missing: 'statement whether the number is sold or shared, and how long it is kept',
    source: '11 CCR 7012(e)',
    where: 'privacyNotice',
    wording: { en: '(not|never) sell (or|nor) share', es: 'no vendemos ni compartimos' },
  },
  {
    name: 'financial_incentive',
    missing: 'notice of financial incentive for the loyalty scheme',
    source: '11 CCR 7016',
    where: 'privacyNotice',
    wording: { en: 'financial incentive', es: 'incentivo (económico|financiero)' },
  },
  {
    name: 'not_asked_for_card_payment',
    missing: 'statement that no number is needed to pay by card',
    source: 'Cal. Civ. Code 1747.08',
    where: 'privacyNotice',
    wording: {
      en: '(no|not|never)[^.]{0,40}number[^.]{0,40}pay by card|pay by card[^.]{0,40}without[^.]{0,20}number',
      es: 'pagar con tarjeta[^.]{0,40}(sin|ningún)[^.]{0,20}número|ningún número[^.]{0,40}pagar con tarjeta',
    },
  },
];

/** COPPA: below 13 a parent's consent has to be verified; the neutral question comes before the number. */
const federal: JurisdictionPack = {
  code: 'US',
  ageOfConsent: { age: 13, source: 'COPPA, 15 U.S.C. 6501(1) and 16 CFR 312.2', asOf: '2025-01-01' },
  asksAge: true,
  guardian: true,
  requiredTexts: [...callToAction],
};

export const unitedStates: readonly JurisdictionPack[] = [
  federal,
  { ...federal, code: 'US-CA', requiredTexts: [...callToAction, ...california] },
];
