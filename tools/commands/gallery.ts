/**
 * `npm run gallery [-- SCREEN ... --language LANGUAGE ... --no-pictures]`: every screen of the real kiosk in every language, size and mode as
 * PNG, and a page to browse them, gallery/index.html. What is cut off, covered or out of reach is listed at the end, and fails the command.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildKiosk } from '../build.ts';
import { galleryPage, type Picture } from '../gallery/page.ts';
import { galleryScreens } from '../gallery/screens.ts';
import { complaints, type Sight, walkGallery } from '../gallery/walk.ts';
import { root } from '../setup/paths.mjs';

const output = join(root, 'gallery');

const fileOf = ({ screen, language, look }: Sight): string =>
  `${screen.name}/${language}-${look.size}-${look.mode.replaceAll(' ', '-')}.png`;

function pictureOf(sight: Sight): Picture {
  const { screen, language, look, faults } = sight;
  const { size, mode } = look;
  return { file: fileOf(sight), screen: screen.name, caption: screen.caption, language, size, mode, faults };
}

async function gallery(wanted: readonly string[], languages: readonly string[], pictures: boolean): Promise<void> {
  const screens = galleryScreens.filter(({ name }) => wanted.length === 0 || wanted.includes(name));
  if (screens.length === 0) throw new Error(`There are: ${galleryScreens.map(({ name }) => name).join(' ')}`);
  const started = performance.now();
  await buildKiosk();
  if (pictures) rmSync(output, { recursive: true, force: true });
  const walked = await walkGallery(screens, languages, async (stage, sight) => {
    if (!pictures) return;
    const file = join(output, fileOf(sight));
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, await stage.picture());
  });
  const wrong = complaints(walked);
  for (const line of wrong) console.log(`  ${line}`);
  if (pictures) writeFileSync(join(output, 'index.html'), galleryPage(walked.sights.map(pictureOf)));
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  console.log(`${walked.sights.length} sights in ${seconds} s${pictures ? `: ${join(output, 'index.html')}` : ''}`);
  if (wrong.length > 0) process.exitCode = walked.stopped ? 130 : 1;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  allowNegative: true,
  options: {
    language: { type: 'string', multiple: true, default: [] },
    pictures: { type: 'boolean', default: true },
  },
});
await gallery(positionals, values.language, values.pictures);
