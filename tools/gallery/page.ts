export interface Picture {
  file: string;
  screen: string;
  caption: string;
  language: string;
  size: string;
  mode: string;
  faults: string[];
}

/** One page to browse the pictures by screen, language, size and mode; it needs nothing but the pictures beside it. */
export function galleryPage(pictures: readonly Picture[]): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Countersign: every screen</title>
<style>
  body { margin: 0; background: #f4f3ef; color: #1d1d1b; font: 16px/1.4 system-ui, sans-serif; }
  form { position: sticky; top: 0; display: flex; flex-wrap: wrap; gap: 1rem; padding: 1rem; background: #fff; box-shadow: 0 1px 6px #0003; }
  select { display: block; font: inherit; }
  main { display: flex; flex-wrap: wrap; gap: 1.25rem; padding: 1rem; }
  figure { margin: 0; }
  img { display: block; height: 20rem; background: #ddd; border: 1px solid #ccc; }
  figcaption { max-width: 32rem; font-size: 14px; }
  .faults { color: #a3140f; }
</style>
<form></form>
<main></main>
<script type="application/json" id="pictures">${JSON.stringify(pictures).replaceAll('<', '\\u003c')}</script>
<script>
${script}
</script>
</html>
`;
}

const script = `
const pictures = JSON.parse(document.getElementById('pictures').textContent);
const form = document.querySelector('form');
const main = document.querySelector('main');
const start = { language: 'en', size: '1280x800', mode: 'light' };
for (const key of ['screen', 'language', 'size', 'mode', 'faults']) {
  const values = key === 'faults' ? ['with something wrong'] : [...new Set(pictures.map((picture) => picture[key]))];
  const label = form.appendChild(document.createElement('label'));
  label.append(key);
  const select = label.appendChild(document.createElement('select'));
  select.name = key;
  select.append(new Option('all', ''), ...values.map((value) => new Option(value, value)));
  select.value = new URLSearchParams(location.hash.slice(1)).get(key) ?? (location.hash ? '' : start[key] ?? '');
}
const count = form.appendChild(document.createElement('output'));
function show() {
  const wanted = [...new FormData(form)].filter(([, value]) => value !== '');
  location.hash = new URLSearchParams(wanted.length > 0 ? wanted : [['all', '1']]);
  const shown = pictures.filter((picture) => wanted.every(([key, value]) =>
    key === 'faults' ? picture.faults.length > 0 : picture[key] === value));
  count.textContent = shown.length + ' of ' + pictures.length;
  main.replaceChildren(...shown.map((picture) => {
    const figure = document.createElement('figure');
    const link = figure.appendChild(document.createElement('a'));
    link.href = picture.file;
    const image = link.appendChild(new Image());
    image.loading = 'lazy';
    image.alt = picture.caption;
    image.src = picture.file;
    const caption = figure.appendChild(document.createElement('figcaption'));
    caption.append([picture.caption, picture.language, picture.size, picture.mode].join(' · '));
    for (const fault of picture.faults) {
      const line = caption.appendChild(document.createElement('div'));
      line.className = 'faults';
      line.textContent = fault;
    }
    return figure;
  }));
}
form.addEventListener('change', show);
show();
`;
