/**
 * `npm run gallery [-- SCREEN ... --language LANGUAGE ...]`: every screen of the real kiosk in every language, size and mode as PNG, and a page to
 * browse them, gallery/index.html. Texts that are cut off are listed at the end.
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildKiosk } from '../build.ts';
import { looksOf } from '../gallery/looks.ts';
import { type OpenStage, openStage } from '../gallery/open-stage.ts';
import { galleryPage, type Picture } from '../gallery/page.ts';
import { type GalleryScreen, galleryScreens } from '../gallery/screens.ts';
import { shopNames, shopOf } from '../gallery/shops.ts';
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

interface Subject {
  language: string;
  screen: GalleryScreen;
}

const waiting: Subject[] = [];
const pictures: Picture[] = [];
const failures: string[] = [];
const open = new Set<OpenStage>();
let stopped = false;

/** Ends in order: what is being photographed fails, and then every window, server and folder is cleared away as always. */
function stop(): void {
  stopped = true;
  waiting.length = 0;
  process.exitCode = 130;
  for (const { application } of open) void application.close();
}

async function photographs({ stage, outbox }: OpenStage, { language, screen }: Subject): Promise<void> {
  const texts = messages.get(language);
  if (texts === undefined) throw new Error(`no messages in ${language}`);
  await stage.begins(screen.shop, language);
  await screen.go(new Visitor(stage.page, texts, outbox));
  for (const look of looksOf(screen.name, screen.forStaff)) {
    await stage.wears(look);
    const faults = await stage.faults();
    const file = `${screen.name}/${language}-${look.size}-${look.mode.replaceAll(' ', '-')}.png`;
    mkdirSync(dirname(join(output, file)), { recursive: true });
    writeFileSync(join(output, file), await stage.picture());
    pictures.push({
      screen: screen.name,
      caption: screen.caption,
      language,
      file,
      size: look.size,
      mode: look.mode,
      faults,
    });
  }
}

async function works(folder: string): Promise<void> {
  const opened = await openStage(folder);
  open.add(opened);
  try {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const { screen, language } = next;
      await photographs(opened, next).catch((error: unknown) => {
        if (!stopped) failures.push(`${screen.name}, ${language}: ${String(error).split('\n', 1)[0]}`);
      });
      if (!stopped && waiting.length % 20 === 0) console.log(`  ${waiting.length} to go (${seconds()})`);
    }
  } finally {
    await opened.close();
  }
}

/** In the order of the table, whoever was faster. */
const placeOf = ({ screen }: Picture): number => galleryScreens.findIndex(({ name }) => name === screen);

function report(): void {
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
  for (const shop of shopNames) {
    const languages = shopOf(shop).languages.filter((each) => spoken.length === 0 || spoken.includes(each));
    const here = screens.filter((screen) => screen.shop === shop);
    waiting.push(...languages.flatMap((language) => here.map((screen) => ({ language, screen }))));
  }
  const folder = mkdtempSync(join(tmpdir(), 'countersign-gallery-'));
  process.on('SIGINT', stop).on('SIGTERM', stop);
  try {
    // Two at once: while one screen waits, the other is photographed.
    await Promise.all(['first', 'second'].map((own) => works(join(folder, own))));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  if (stopped) return;
  pictures.sort((one, other) => placeOf(one) - placeOf(other));
  writeFileSync(join(output, 'index.html'), galleryPage(pictures));
  report();
  if (failures.length > 0) process.exitCode = 1;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { language: { type: 'string', multiple: true, default: [] } },
});
await gallery(positionals, values.language);
