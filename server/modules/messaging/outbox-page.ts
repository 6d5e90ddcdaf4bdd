import { directionOf, spokenIn } from '../../platform/i18n/messages.ts';
import { type Html, html } from '../../platform/views/html.ts';
import type { Page } from '../../platform/views/page.ts';
import type { OutboxMessage } from './outbox.ts';

const refreshSeconds = 3;

const style = `
:root { color-scheme: light; font: 17px/1.45 system-ui, "Noto Sans", "DejaVu Sans", sans-serif; color: #1d1d1b; background: #e9e7e1; }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 76rem; padding: 1.5rem 1rem 4rem; }
h1 { font-size: 1.6rem; margin: 0; }
header p { margin: .25rem 0 1.5rem; max-width: 46rem; color: #4b4944; }
.phones { display: grid; gap: 1.25rem; grid-template-columns: repeat(auto-fill, minmax(min(100%, 21rem), 1fr)); align-items: start; }
.phone { background: #fff; border: 1px solid #cfccc4; border-radius: 1.75rem; overflow: hidden; }
.phone h2 { margin: 0; padding: .9rem 1.25rem; font-size: 1.05rem; font-weight: 600; font-variant-numeric: tabular-nums; border-bottom: 1px solid #e3e0d9; background: #f7f6f3; }
ol { list-style: none; margin: 0; padding: 1rem 1.1rem 1.3rem; display: grid; gap: .9rem; }
li { display: grid; gap: .2rem; justify-items: start; }
.bubble { margin: 0; max-width: 95%; padding: .65rem .9rem; border-radius: 1.1rem; border-start-start-radius: .3rem; background: #e8efe9; overflow-wrap: anywhere; }
.bubble a { color: #0b4f8a; text-underline-offset: .15em; }
li:first-child .bubble { background: #d3e8da; }
time, .kind { font-size: .82rem; color: #5d5a54; }
.empty { background: #fff; border-radius: 1.25rem; padding: 2rem 1.5rem; max-width: 34rem; }
`;

/** What a message is for, to whoever tries the product out; this page speaks English only. */
const kinds: Record<OutboxMessage['kind'], string> = {
  code: 'Code',
  confirmation_request: 'Please confirm',
  withdrawal_confirmed: 'Stopped',
};

export function outboxPage(messages: readonly OutboxMessage[], publicUrl: string | null): Page {
  const phones = [...Map.groupBy(messages.toReversed(), ({ to }) => to)];
  const body = html`<header>
<h1>Outbox</h1>
<p>No text leaves this machine. What would be sent to customers is shown here, until the server stops. The newest text comes first; the page looks again every ${String(refreshSeconds)} seconds.</p>
</header>
<main class="phones">
${
  phones.length === 0
    ? html`<p class="empty">No text yet. Leave a number at the kiosk and choose to confirm it: the code appears here.</p>`
    : phones.map(([to, texts]) => phone(to, texts, publicUrl))
}
</main>`;
  return { language: 'en', direction: 'ltr', title: 'Outbox', style, refresh: refreshSeconds, body };
}

function phone(to: string, texts: OutboxMessage[], publicUrl: string | null): Html {
  return html`<section class="phone" data-to="${to}">
<h2>${to}</h2>
<ol>
${texts.map((text) => bubble(text, publicUrl))}
</ol>
</section>
`;
}

function bubble({ text, language, kind, sentAt }: OutboxMessage, publicUrl: string | null): Html {
  const time = `${sentAt.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
  return html`<li data-kind="${kind}">
<p class="bubble" lang="${language}" dir="${directionOf(spokenIn(language))}">${withLinks(text, publicUrl)}</p>
<span class="kind">${kinds[kind]} · <time datetime="${sentAt.toISOString()}">${time}</time></span>
</li>
`;
}

/** Only addresses of this server become links. */
function withLinks(text: string, publicUrl: string | null): Html[] {
  if (publicUrl === null) return [html`${text}`];
  return text
    .split(/(\s+)/)
    .map((part) => (part.startsWith(`${publicUrl}/m/`) ? html`<a href="${part}">${part}</a>` : html`${part}`));
}
