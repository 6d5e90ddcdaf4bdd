import { createHash } from 'node:crypto';
import type { FastifyReply } from 'fastify';
import { Html, html } from './html.ts';

export interface Page {
  status?: number;
  language: string;
  direction: 'ltr' | 'rtl';
  title: string;
  /** The only style of the page. Holds nothing that anyone typed. */
  style: string;
  /** Seconds after which the browser asks again. */
  refresh?: number;
  body: Html;
}

/**
 * A page for people: no script, nothing from another site, not cached, not framed, no referrer. The style is allowed by its hash.
 */
export function sendPage(reply: FastifyReply, page: Page): FastifyReply {
  const styleHash = createHash('sha256').update(page.style).digest('base64');
  const policy = [
    "default-src 'none'",
    `style-src 'sha256-${styleHash}'`,
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
  const refresh =
    page.refresh === undefined ? null : html`<meta http-equiv="refresh" content="${String(page.refresh)}">`;
  const document = html`<!doctype html>
<html lang="${page.language}" dir="${page.direction}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
${refresh}
<title>${page.title}</title>
<style>${new Html(page.style)}</style>
</head>
<body>
${page.body}
</body>
</html>
`;
  return reply
    .code(page.status ?? 200)
    .headers({
      'content-security-policy': policy,
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
      'x-robots-tag': 'noindex',
    })
    .type('text/html; charset=utf-8')
    .serializer(String)
    .send(document.text);
}
