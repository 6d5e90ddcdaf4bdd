import { escapeHtml } from '../../server/platform/views/html.ts';

/** One page that tells the demo as a story: the pictures, then the row on the kiosk beside the record at head office. */
export function demoPage(pictures: { file: string; caption: string }[], row: unknown, record: unknown): string {
  const figures = pictures.map(
    ({ file, caption }) => `<figure><img src="${file}" alt=""><figcaption>${escapeHtml(caption)}</figcaption></figure>`,
  );
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Countersign: one number, from tap to countersignature</title>
<style>
  body { font: 18px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 72rem; padding: 0 1rem; color: #1d1d1b; }
  figure { display: inline-block; margin: 0 1rem 2rem 0; width: 21rem; vertical-align: top; }
  img { width: 100%; border: 1px solid #ccc; border-radius: 8px; }
  pre { background: #f4f3ef; padding: 1rem; border-radius: 8px; white-space: pre-wrap; overflow-wrap: anywhere; font-size: 14px; }
  .pair { display: grid; gap: 1rem; grid-template-columns: 1fr 1fr; }
</style>
<h1>One number, from tap to countersignature</h1>
${figures.join('\n')}
<div class="pair">
  <section><h2>On the kiosk: sealed</h2><pre>${escapeHtml(JSON.stringify(row, null, 2))}</pre></section>
  <section><h2>At head office: opened and countersigned</h2><pre>${escapeHtml(JSON.stringify(record, null, 2))}</pre></section>
</div>
</html>
`;
}
