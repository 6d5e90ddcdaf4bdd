import { receiptCode } from '../../../protocol/record.ts';
import type { Notice, PrivacyNotice } from '../../../shared/configuration.ts';
import type { Choice } from '../../../shared/record/consent.ts';
import { directionOf, type Language, say, spokenIn, type Word } from '../../platform/i18n/messages.ts';
import { type Html, html } from '../../platform/views/html.ts';
import type { Page } from '../../platform/views/page.ts';
import type { StorePlace } from '../configuration/loader.ts';
import type { ShownWords } from '../configuration/notices.ts';
import { type History, type KnownRecord, stands } from '../consent/history.ts';
import { masked } from '../subjects/opened-body.ts';
import { customerPageStyle } from './style.ts';

export interface Brand {
  name: string;
  accent: string;
}

export interface Shown {
  token: string;
  byText: boolean;
  brand: Brand;
  /** ISO 3166-1 of the shop: how dates are written there. */
  country: string;
  store: StorePlace;
  record: KnownRecord;
  history: History;
  words: ShownWords;
}

/**
 * What one customer agreed to, how it stands, and the way to end it. Who comes from a receipt may be somebody who typed in
 * another person's number: they see what was given with that receipt, and not what the owner of the number did since.
 * Addresses in it are relative, so that it works below any path that a proxy gives it.
 */
export function customerPage(shown: Shown): Page {
  const { record, byText } = shown;
  const language = spokenIn(record.body.language);
  const t = (word: Word, values: Record<string, string> = {}) => say(language, word, values);
  const title = t('page.title', { brand: shown.brand.name });
  const body = html`${header(shown.brand)}
<main>
<h1>${title}</h1>
${byText ? status(shown, language) : receiptStatus(shown, language)}
${agreement(shown, language)}
${facts(shown, language)}
<section class="card"><h2>${t('page.change')}</h2><p>${t('page.change.more')}</p></section>
${shown.words.privacyNotice === null ? null : privacy(shown.words.privacyNotice, t('page.privacy'))}
</main>`;
  return { language, direction: directionOf(language), title, style: customerPageStyle(shown.brand.accent), body };
}

/** For every token that opens nothing, and when nothing can be opened. */
export function emptyPage(brand: Brand, language: Language, word: 'unknown' | 'busy' | 'broken', status: number): Page {
  const title = say(language, `page.${word}`);
  const body = html`${header(brand)}
<main><h1>${title}</h1><p>${say(language, `page.${word}.more`)}</p></main>`;
  return { status, language, direction: directionOf(language), title, style: customerPageStyle(brand.accent), body };
}

const header = ({ name }: Brand): Html => html`<header class="brand"><bdi>${name}</bdi></header>`;

/** How it stands, and what can be done about it: to agree and to stop are neighbours, and look alike. */
function status(shown: Shown, language: Language): Html {
  const { token, record, history } = shown;
  const t = (word: Word, values: Record<string, string> = {}) => say(language, word, values);
  const isPending = record.consentStatus === 'pending';
  const presses = html`<div class="presses">
${isPending ? press(token, 'confirm', t('page.confirm')) : null}
${press(token, 'withdraw', t('page.stop'))}
</div>
<p class="quiet">${t('page.stop.more')}</p>`;
  if (isPending) {
    return html`<section class="card state pending"><h2>${t('page.pending')}</h2>
<p>${t('page.pending.ask')}</p>
${presses}
</section>`;
  }
  if (record.consentStatus === 'active') {
    const confirmed =
      record.verification === 'confirmed' ? html`<p class="quiet">${t('page.active.confirmed')}</p>` : null;
    return html`<section class="card state active"><h2>${t('page.active')}</h2><p>${t('page.active.more')}</p>${confirmed}
${presses}
</section>`;
  }
  const isNewer = history.records.some(stands);
  return html`<section class="card state withdrawn"><h2>${t('page.withdrawn')}</h2>
<p>${t(isNewer ? 'page.withdrawn.newer' : 'page.withdrawn.more')}</p>
${record.endedBy === null ? null : stoppedOn(record.endedBy.at, shown, language)}
${isNewer ? presses : null}
</section>`;
}

function receiptStatus(shown: Shown, language: Language): Html {
  const { token, record } = shown;
  if (record.stoppedByReceipt !== null) {
    return html`<section class="card state withdrawn"><h2>${say(language, 'page.withdrawn')}</h2>
<p>${say(language, 'page.receipt.stopped')}</p>
${stoppedOn(record.stoppedByReceipt, shown, language)}
</section>`;
  }
  return html`<section class="card state active"><h2>${say(language, 'page.receipt.given')}</h2>
<p>${say(language, 'page.receipt.given.more')}</p>
<div class="presses">
${press(token, 'withdraw', say(language, 'page.receipt.stop'))}
</div>
<p class="quiet">${say(language, 'page.receipt.stop.more')}</p>
</section>`;
}

const press = (token: string, what: 'confirm' | 'withdraw', words: string): Html =>
  html`<form method="post" action="${token}/${what}"><button type="submit">${words}</button></form>`;

function stoppedOn(time: Date, shown: Shown, language: Language): Html {
  const when = moment(time, shown, language);
  return html`<p class="quiet">${say(language, 'page.withdrawn.when', { when })}</p>`;
}

function agreement({ record: { body }, words }: Shown, language: Language): Html {
  if (!('choices' in body)) return html`<section class="card"><p>${say(language, 'page.moved')}</p></section>`;
  const parts = words.notices.map(({ hash, notice }) =>
    notice === null
      ? html`<div class="notice"><p>${say(language, 'page.words.gone', { hash: hash.slice(0, 12) })}</p></div>`
      : noticePart(notice, body.choices, language),
  );
  return html`<section class="card">
<h2>${say(language, 'page.words')}</h2>
<p class="quiet">${say(language, 'page.words.heard')}</p>
${parts}
</section>`;
}

function noticePart(notice: Notice, choices: Choice[], language: Language): Html {
  const boxes = notice.boxes.map(({ channel, label, sentence }) => {
    const choice = choices.find((each) => each.purpose === notice.purpose && each.channel === channel);
    const granted = choice?.answer === 'granted';
    const answer = say(language, granted ? 'page.yes' : 'page.no');
    return html`<li class="box ${granted ? 'yes' : 'no'}"><span class="mark" aria-hidden="true">${granted ? '✓' : ''}</span>
<div><span class="answer">${answer}</span>
<span class="words" lang="${notice.language}" dir="auto"><strong>${label}</strong> ${sentence}</span></div></li>
`;
  });
  return html`<div class="notice"><h3 lang="${notice.language}" dir="auto">${notice.heading}</h3>
<ul>${boxes}</ul></div>
`;
}

function facts(shown: Shown, language: Language): Html {
  const { origin, body, receivedAt, notBefore } = shown.record;
  const t = (word: Word) => say(language, word);
  const before =
    'previousNumber' in body ? html`<dt>${t('page.number.before')}</dt><dd>${hidden(body.previousNumber)}</dd>` : null;
  return html`<section class="card">
<h2>${t('page.facts')}</h2>
<dl>
<dt>${t('page.number')}</dt><dd>${hidden(body.number)}</dd>
${before}
<dt>${t('page.when')}</dt><dd>${moment(believed(new Date(origin.deviceTime), notBefore, receivedAt), shown, language)}</dd>
<dt>${t('page.store')}</dt><dd><bdi>${shown.store.name}</bdi></dd>
<dt>${t('page.receipt')}</dt><dd><bdi dir="ltr">${receiptCode(origin.recordId)}</bdi></dd>
</dl>
</section>`;
}

/** Of a number that was erased nothing is left to be shown. */
const hidden = (number: string | null): Html => html`<bdi dir="ltr">${number === null ? '–' : masked(number)}</bdi>`;

/** The kiosk's clock where it can be right, and else the time at which the record was here. */
const believed = (deviceTime: Date, notBefore: Date | null, notAfter: Date): Date =>
  notBefore !== null && deviceTime >= notBefore && deviceTime <= notAfter ? deviceTime : notAfter;

/** As the shop's clock showed it, written as in the shop's country. */
function moment(time: Date, { store, country }: Shown, language: Language): string {
  const format = { dateStyle: 'long', timeStyle: 'short', timeZone: store.timeZone } as const;
  return new Intl.DateTimeFormat(`${language}-${country}`, format).format(time);
}

function privacy({ language, title, sections }: PrivacyNotice, summary: string): Html {
  const parts = sections.map(({ heading, text }) => html`<section><h3>${heading}</h3><p>${text}</p></section>\n`);
  return html`<details class="card"><summary>${summary}</summary>
<div lang="${language}" dir="auto"><h2>${title}</h2>${parts}</div></details>`;
}
