import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { root } from '../setup/paths.mjs';
import type { Stage } from './harness.ts';
import { type Look, looksOf } from './looks.ts';
import { type OpenStage, openStage } from './open-harness.ts';
import { type GalleryScreen, galleryScreens } from './screens.ts';
import { shopNames, shopOf } from './shops.ts';
import { type Texts, Visitor } from './visitor.ts';

/** One screen in one language and look, and what is wrong with it there. */
export interface Sight {
  screen: GalleryScreen;
  language: string;
  look: Look;
  faults: string[];
}

export interface Walked {
  /** In the order of the table of screens. */
  sights: Sight[];
  /** Screens that could not be brought up, each with the reason. */
  unreached: string[];
  /** Ended by a signal: then it says nothing about the rest. */
  stopped: boolean;
}

interface Subject {
  language: string;
  screen: GalleryScreen;
  /** Was not reached once: on a busy machine a screen may come too late. */
  again?: true;
}

const messages: ReadonlyMap<string, Texts> = new Map(
  readdirSync(join(root, 'renderer', 'messages')).map((file) => [
    basename(file, '.json'),
    JSON.parse(readFileSync(join(root, 'renderer', 'messages', file), 'utf8')) as Texts,
  ]),
);

/**
 * Brings up every screen of the built kiosk in every language, size and mode, and judges each by the rules of geometry.
 * @param languages all when empty. @param look what else is done with each, a picture for instance.
 */
export async function walkGallery(
  screens: readonly GalleryScreen[],
  languages: readonly string[],
  look: (stage: Stage, sight: Sight) => Promise<void> = async () => undefined,
): Promise<Walked> {
  const started = performance.now();
  const waiting = subjects(screens, languages);
  const walked: Walked = { sights: [], unreached: [], stopped: false };
  const open = new Set<OpenStage>();

  const looksAt = async ({ stage, outbox }: OpenStage, { language, screen }: Subject): Promise<void> => {
    const texts = messages.get(language);
    if (texts === undefined) throw new Error(`no messages in ${language}`);
    await stage.begins(screen.shop, language);
    await screen.go(new Visitor(stage.page, texts, outbox));
    for (const each of looksOf(screen.name, screen.forStaff)) {
      await stage.wears(each);
      const sight = { screen, language, look: each, faults: await stage.faults() };
      await look(stage, sight);
      walked.sights.push(sight);
    }
  };

  const works = async (folder: string): Promise<void> => {
    const opened = await openStage(folder);
    open.add(opened);
    try {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        const { screen, language } = next;
        await looksAt(opened, next).catch((error: unknown) => {
          if (walked.stopped) return;
          const why = `${screen.name}, ${language}: ${String(error).split('\n', 1)[0]}`;
          if (next?.again) walked.unreached.push(why);
          else waiting.push({ screen, language, again: true });
        });
        if (!walked.stopped && waiting.length % 20 === 0) {
          console.log(`  ${waiting.length} to go (${((performance.now() - started) / 1000).toFixed(0)} s)`);
        }
      }
    } finally {
      open.delete(opened);
      await opened.close();
    }
  };

  /** Ends in order: what is being looked at fails, and then every window, server and folder is cleared away as always. */
  const stop = (): void => {
    walked.stopped = true;
    waiting.length = 0;
    for (const { application } of open) void application.close();
  };

  const folder = mkdtempSync(join(tmpdir(), 'countersign-gallery-'));
  process.on('SIGINT', stop).on('SIGTERM', stop);
  try {
    // Two at once: while one screen waits, the other is looked at.
    await Promise.all(['first', 'second'].map((own) => works(join(folder, own))));
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop);
    rmSync(folder, { recursive: true, force: true });
  }
  // Whoever was faster.
  walked.sights.sort((one, other) => galleryScreens.indexOf(one.screen) - galleryScreens.indexOf(other.screen));
  return walked;
}

function subjects(screens: readonly GalleryScreen[], spoken: readonly string[]): Subject[] {
  return shopNames.flatMap((shop) => {
    const languages = shopOf(shop).languages.filter((each) => spoken.length === 0 || spoken.includes(each));
    const here = screens.filter((screen) => screen.shop === shop);
    return languages.flatMap((language) => here.map((screen) => ({ language, screen })));
  });
}

/** Every fault and every screen that was not reached, one line each. Empty: all was seen, and nothing is wrong with it. */
export function complaints({ sights, unreached, stopped }: Walked): string[] {
  const faulty = sights.flatMap(({ screen, language, look, faults }) =>
    faults.map((fault) => `${screen.name}, ${language}, ${look.size}, ${look.mode}: ${fault}`),
  );
  const nothing = sights.length === 0 && unreached.length === 0 ? ['no screen was looked at'] : [];
  return [...faulty, ...unreached.map((each) => `not reached: ${each}`), ...(stopped ? ['stopped'] : nothing)];
}
