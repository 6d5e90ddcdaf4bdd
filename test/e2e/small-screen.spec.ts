import { expect, test } from '@playwright/test';
import { startDisplay } from '../../tools/runtime.ts';
import { Customer } from './support/customer.ts';
import { Shop } from './support/shop.ts';

test('found 5: a window larger than the screen is made to fit, and every button is on the screen', async () => {
  test.skip(process.platform !== 'linux', 'a screen of a size of its own is had by Xvfb');
  const shop = new Shop();
  const display = await startDisplay({ width: 800, height: 480 });
  try {
    const { application, page } = await shop.openEnrolledKiosk({
      size: '1280x800',
      environment: { DISPLAY: display.display },
    });
    await new Customer(page).begins();
    const bounds = await application.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getBounds());
    // Chromium makes a window as large as the screen a pixel smaller where there is no window manager.
    expect(bounds).toMatchObject({ x: 0, y: 0 });
    expect([799, 800]).toContain(bounds?.width);
    expect([479, 480]).toContain(bounds?.height);
    for (const button of await page.getByRole('button').all()) {
      const box = await button.boundingBox();
      expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(800);
      expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThanOrEqual(480);
    }
    await page.screenshot({ path: test.info().outputPath('small-screen.png') });
  } finally {
    await shop.end();
    display.stop();
  }
});
