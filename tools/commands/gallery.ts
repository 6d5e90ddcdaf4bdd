/**
 * `npm run gallery [-- SCREEN ... --language LANGUAGE ...]`: every screen of the real kiosk in every language, size and mode as PNG, and a page to
 * browse them, gallery/index.html. Texts that are cut off are listed at the end.
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildKiosk } from '../build.ts';
import { looksOf } from '../gallery/looks.ts';
import { galleryPage, type Picture } from '../gallery/page.ts';
import { Photographer } from '../gallery/photographer.ts';
import { type GalleryScreen, galleryScreens } from '../gallery/screens.ts';
import { type OpenShop, openShop, type ShopName, shopNames, visitsOf } from '../gallery/shops.ts';
import { type Texts, Visitor } from '../gallery/visitor.ts';
import { root } from '../setup/paths.mjs';

const output = join(root, 'gallery');
const started = performance.now();
const seconds = (): string => `${((performance.now() - started) / 1000).toFixed(0)} s`;

const messages: ReadonlyMap<string, Texts> = new Map(
  readdirSync(join(root, 'renderer', 'messages')).map((file) => [
    basename(file, '.json'),
    JSON.parse(readFileSync(join(root, 'renderer', 'messages', file), 'utf8')) as Texts,
  ]),
);

const failures: string[] = [];
let visitors = 0;

/** Each in a block of a thousand of its own, because the server counts the codes that it sends into one. */
const newNumber = (): string => `07400${100 + (visitors++ % 800)}456`;

async function photographs(
  shop: OpenShop,
  photographer: Photographer,
  language: string,
  screen: GalleryScreen,
): Promise<Picture[]> {
  const texts = messages.get(language);
  if (texts === undefined) throw new Error(`no messages in ${language}`);
  try {
    await shop.begin(language);
    await screen.go(new Visitor(shop.page, texts, newNumber(), shop.outbox));
    const { name, caption } = screen;
    return await photographer.takes({ screen: name, caption, language }, looksOf(name));
  } catch (error) {
    failures.push(`${screen.name}, ${language}: ${String(error).split('\n', 1)[0]}`);
    return [];
  }
}

interface Visit {
  shop: ShopName;
  languages: readonly string[];
  screens: readonly GalleryScreen[];
}

async function visitShop({ shop: name, languages, screens }: Visit, folder: string): Promise<Picture[]> {
  const pictures: Picture[] = [];
  const shop = await openShop(name, folder, languages[0] ?? 'en');
  try {
    shop.page.setDefaultTimeout(15_000);
    const photographer = await Photographer.of(shop.page, output);
    for (const language of languages) {
      for (const screen of screens) pictures.push(...(await photographs(shop, photographer, language, screen)));
      console.log(`  ${name}, ${language}: ${screens.length} screens (${seconds()})`);
    }
  } finally {
    await shop.close();
  }
  return pictures;
}

/** In the order of the table, whoever was faster. */
const placeOf = ({ screen }: Picture): number => galleryScreens.findIndex(({ name }) => name === screen);

function report(pictures: readonly Picture[]): void {
  for (const { screen, language, size, mode, faults } of pictures) {
    for (const fault of faults) console.log(`  ${screen}, ${language}, ${size}, ${mode}: ${fault}`);
  }
  for (const failure of failures) console.error(`  NOT REACHED  ${failure}`);
  console.log(`${pictures.length} pictures in ${seconds()}: ${join(output, 'index.html')}`);
}

async function gallery(wanted: readonly string[], spoken: readonly string[]): Promise<void> {
  const screens = galleryScreens.filter(({ name }) => wanted.length === 0 || wanted.includes(name));
  if (screens.length === 0) throw new Error(`There are: ${galleryScreens.map(({ name }) => name).join(' ')}`);
  await buildKiosk();
  rmSync(output, { recursive: true, force: true });
  mkdirSync(output, { recursive: true });
  const folder = mkdtempSync(join(tmpdir(), 'countersign-gallery-'));
  const visits = shopNames.flatMap((shop) =>
    visitsOf(shop).map((all) => ({
      shop,
      languages: all.filter((each) => spoken.length === 0 || spoken.includes(each)),
      screens: screens.filter((screen) => screen.shop === shop),
    })),
  );
  const waiting = visits.filter((visit) => visit.languages.length > 0 && visit.screens.length > 0);
  const pictures: Picture[] = [];
  const work = async (own: string): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const { shop } = next;
      const taken = await visitShop(next, own).catch((error: unknown) => {
        failures.push(`shop ${shop}: ${String(error).split('\n', 1)[0]}`);
        return [];
      });
      pictures.push(...taken);
    }
  };
  try {
    // Two at once: while one shop opens or waits, the other is photographed.
    await Promise.all(['first', 'second'].map((own) => work(join(folder, own))));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  pictures.sort((one, other) => placeOf(one) - placeOf(other));
  writeFileSync(join(output, 'index.html'), galleryPage(pictures));
  report(pictures);
  if (failures.length > 0) process.exitCode = 1;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { language: { type: 'string', multiple: true, default: [] } },
});
await gallery(positionals, values.language);
