import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startDisplay } from '../../../tools/runtime.ts';
import { paceMilliseconds } from './hand.ts';

/** A picture that has not changed for so long stands still. */
const stillMilliseconds = 250;
const patienceMilliseconds = 15_000;

/** A screen and a keyboard of their own, for a kiosk that lets nobody look inside: what is pressed, and what is seen. */
export class KioskScreen {
  readonly display: string;
  /** What is on the screen, as an X window dump. */
  readonly file: string;
  readonly #stop: () => void;

  private constructor(display: string, file: string, stop: () => void) {
    this.display = display;
    this.file = file;
    this.#stop = stop;
  }

  /** @param folder for the picture. */
  static async open(folder: string): Promise<KioskScreen> {
    const { display, stop } = await startDisplay({ width: 1280, height: 800, pictureFolder: folder });
    return new KioskScreen(display, join(folder, 'Xvfb_screen0'), stop);
  }

  /** Presses keys one after another, at a hand's pace, whatever happens on the screen. */
  keys(...names: string[]): void {
    execFileSync('xdotool', ['key', '--delay', String(paceMilliseconds), ...names], {
      env: { ...process.env, DISPLAY: this.display },
    });
  }

  /** Presses keys and waits until something new stands still on the screen. */
  async press(...names: string[]): Promise<void> {
    const before = this.#pixels();
    this.keys(...names);
    let seen = before;
    let since = Date.now();
    await until(`something new on the screen after ${names.join(' ')}`, () => {
      const now = this.#pixels();
      if (!now.equals(seen)) [seen, since] = [now, Date.now()];
      return !seen.equals(before) && Date.now() - since >= stillMilliseconds;
    });
  }

  /** The share of the screen, 0 to 1, that has exactly this colour, `#rrggbb`. */
  share(colour: string): number {
    const pixels = this.#pixels();
    const wanted = Number.parseInt(colour.slice(1), 16);
    let found = 0;
    for (let at = 0; at < pixels.length; at += 4) if (pixels.readUIntLE(at, 3) === wanted) found += 1;
    return found / (pixels.length / 4);
  }

  /** The screen takes its picture with it. */
  async close(): Promise<void> {
    this.#stop();
    await until('the end of the screen', () => !existsSync(this.file));
  }

  /** Four bytes each, blue first: how Xvfb lays a screen of 24 bits out. */
  #pixels(): Buffer {
    const dump = readFileSync(this.file);
    const headerSize = dump.readUInt32BE(0);
    const colours = dump.readUInt32BE(76);
    const bytesPerColour = 12;
    return dump.subarray(headerSize + colours * bytesPerColour);
  }
}

/** Waits until something holds. @throws Error naming it, when it takes too long. */
export async function until(what: string, holds: () => boolean): Promise<void> {
  const giveUp = Date.now() + patienceMilliseconds;
  while (!holds()) {
    if (Date.now() > giveUp) throw new Error(`Waited in vain for ${what}`);
    await delay(50);
  }
}
