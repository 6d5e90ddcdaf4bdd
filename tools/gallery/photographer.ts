import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { CDPSession, Page } from '@playwright/test';
import { findFaults } from './faults.ts';
import type { Look } from './looks.ts';
import type { Picture } from './page.ts';

/** Takes pictures of one kiosk's page. Over the debugging protocol, which is three times as fast as the test library. */
export class Photographer {
  readonly #page: Page;
  readonly #camera: CDPSession;
  readonly #folder: string;

  private constructor(page: Page, camera: CDPSession, folder: string) {
    this.#page = page;
    this.#camera = camera;
    this.#folder = folder;
  }

  static async of(page: Page, folder: string): Promise<Photographer> {
    return new Photographer(page, await page.context().newCDPSession(page), folder);
  }

  /** The screen as it is, in every look; afterwards it is as before. */
  async takes(subject: Pick<Picture, 'screen' | 'caption' | 'language'>, looks: readonly Look[]): Promise<Picture[]> {
    const pictures: Picture[] = [];
    for (const look of looks) {
      await this.#page.setViewportSize({ width: look.width, height: look.height });
      await this.#page.evaluate(wear, look.dataset);
      const faults = await this.#page.evaluate(findFaults);
      const { data } = await this.#camera.send('Page.captureScreenshot', { format: 'png', optimizeForSpeed: true });
      const file = `${subject.screen}/${subject.language}-${look.size}-${look.mode.replaceAll(' ', '-')}.png`;
      mkdirSync(dirname(join(this.#folder, file)), { recursive: true });
      writeFileSync(join(this.#folder, file), Buffer.from(data, 'base64'));
      pictures.push({ ...subject, file, size: look.size, mode: look.mode, faults });
    }
    await this.#page.setViewportSize({ width: 1280, height: 800 });
    return pictures;
  }
}

/** Runs in the page. The picture that is taken next draws it. */
function wear(dataset: Readonly<Record<string, string>>): void {
  Object.assign(document.documentElement.dataset, dataset);
}
