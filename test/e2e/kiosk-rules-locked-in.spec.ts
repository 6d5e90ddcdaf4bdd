import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from '@playwright/test';
import { type OpenKiosk, Shop } from './support/shop.ts';

const home = 'app://countersign/index.html';

let shop: Shop;
let kiosk: OpenKiosk;
/** Somewhere the page would like to reach. Every visit is noted, but those of `timeForANavigation`. */
let outside: Server;
let outsideUrl = '';
const visits: string[] = [];
const controlPath = '/control';

test.beforeAll(async () => {
  shop = new Shop();
  outside = createServer((request, response) => {
    if (request.url !== controlPath) visits.push(String(request.url));
    response.setHeader('access-control-allow-origin', '*').end('<h1>outside</h1>');
  });
  await new Promise<void>((resolve) => outside.listen(0, '127.0.0.1', resolve));
  outsideUrl = `http://127.0.0.1:${(outside.address() as AddressInfo).port}/`;
  kiosk = await shop.openEnrolledKiosk();
  await kiosk.page.evaluate(() => {
    // Gone as soon as another document is there.
    document.documentElement.dataset.same = 'page';
  });
});
test.afterEach(async () => {
  await timeForANavigation();
  expect(await pages()).toEqual([{ address: home, same: 'page', screen: 'attract', frames: 1 }]);
  expect(visits).toEqual([]);
});
test.afterAll(async () => {
  outside.close();
  await shop.end();
});

/** What every window shows. Asked through the main process: Playwright waits for ever for a prevented navigation. */
function pages(): Promise<{ address: string; same: string; screen: string; frames: number }[]> {
  return kiosk.application.evaluate(async ({ BrowserWindow }) =>
    Promise.all(
      BrowserWindow.getAllWindows().map(async ({ webContents }) => ({
        address: webContents.getURL(),
        same: await webContents.executeJavaScript('document.documentElement.dataset.same'),
        screen: await webContents.executeJavaScript(`document.querySelector('[data-screen]')?.dataset.screen`),
        frames: webContents.mainFrame.framesInSubtree.length,
      })),
    ),
  );
}

/** Lets the page do something, and gives it time to have its effect. */
async function runInPage(code: string): Promise<void> {
  await kiosk.application.evaluate(async ({ BrowserWindow }, script) => {
    const [window] = BrowserWindow.getAllWindows();
    await window?.webContents.executeJavaScript(`try { ${script} } catch {} 0`);
  }, code);
  await timeForANavigation();
}

/**
 * Waits until another window of the same application has gone outside and is there, however long that takes on this machine. It sets
 * out later than the page, so the page had time to get away as well.
 */
async function timeForANavigation(): Promise<void> {
  await kiosk.application.evaluate(async ({ BrowserWindow }, address) => {
    const window = new BrowserWindow({ show: false });
    await window.loadURL(address);
    window.destroy();
  }, new URL(controlPath, outsideUrl).href);
}

/** For the tests after one that got away. */
async function returnHome(): Promise<void> {
  await kiosk.application.evaluate(async ({ BrowserWindow }, address) => {
    const [window] = BrowserWindow.getAllWindows();
    await window?.loadURL(address);
    await window?.webContents.executeJavaScript(`document.documentElement.dataset.same = 'page'`);
  }, home);
}

const waysOut: Readonly<Record<string, (address: string) => string>> = {
  assign: (address) => `location.assign('${address}')`,
  replace: (address) => `location.replace('${address}')`,
  link: (address) => `Object.assign(document.createElement('a'), { href: '${address}' }).click()`,
  form: (address) =>
    `const form = document.body.appendChild(Object.assign(document.createElement('form'), { action: '${address}' }));
     try { form.submit() } finally { form.remove() }`,
};

test('the page cannot navigate', async () => {
  const foreign = [outsideUrl, 'file:///etc/passwd', 'data:text/html,x', 'javascript:document.write(1)'];
  const own = ['app://countersign/assets/', 'app://countersign/index.html?again', 'app://elsewhere/'];
  const escaped: string[] = [];
  for (const address of [...foreign, ...own]) {
    for (const [name, way] of Object.entries(waysOut)) {
      await runInPage(way(address));
      const [page] = await pages();
      if (page?.address === home && page.same === 'page') continue;
      escaped.push(`${name} to ${address}`);
      await returnHome();
    }
  }
  expect(escaped).toEqual([]);
});

test('about:blank, which no guard is asked about, is left again at once', async () => {
  for (const way of Object.values(waysOut)) {
    await runInPage(way('about:blank'));
    await expect.poll(pages).toMatchObject([{ address: home, screen: 'attract', frames: 1 }]);
  }
  await returnHome();
});

test('the page cannot open a window', async () => {
  const opened = await kiosk.page.evaluate((target) => {
    const link = Object.assign(document.createElement('a'), { href: target, target: '_blank' });
    document.body.append(link);
    link.click();
    link.remove();
    const addresses = [target, 'about:blank', '', location.href];
    return addresses.filter((address) => window.open(address, '_blank', 'width=300') !== null);
  }, outsideUrl);
  expect(opened).toEqual([]);
});

test('the page cannot talk to anybody', async () => {
  const succeeded = await kiosk.page.evaluate(async (target) => {
    const socket = (url: string) =>
      new Promise((resolve, reject) => {
        const opened = new WebSocket(url);
        opened.onopen = resolve;
        opened.onerror = () => reject(new Error('refused'));
      });
    const element = (tag: 'img' | 'script' | 'iframe' | 'link' | 'object' | 'video', address: string) =>
      new Promise((resolve, reject) => {
        const made = document.createElement(tag);
        made.setAttribute(tag === 'link' ? 'href' : tag === 'object' ? 'data' : 'src', address);
        if (tag === 'link') made.setAttribute('rel', 'stylesheet');
        made.onload = () => {
          // A refused frame loads an error page, which is another origin.
          const refused = tag === 'iframe' && (made as HTMLIFrameElement).contentDocument === null;
          refused ? reject(new Error('refused')) : resolve(tag);
        };
        made.onerror = () => reject(new Error('refused'));
        setTimeout(() => reject(new Error('silence')), 1_000);
        document.body.append(made);
        setTimeout(() => made.remove(), 1_200);
      });
    const attempts: Record<string, () => unknown> = {
      fetch: () => fetch(target),
      'fetch without cors': () => fetch(target, { mode: 'no-cors' }),
      'fetch of a file of its own': () => fetch('/index.html'),
      'fetch of a file': () => fetch('file:///etc/passwd'),
      beacon: () => {
        navigator.sendBeacon(target, 'x');
        throw new Error('whether it was sent, the visits tell');
      },
      'event source': () =>
        new Promise((resolve, reject) => {
          const source = new EventSource(target);
          source.onopen = resolve;
          source.onerror = () => reject(new Error('refused'));
        }),
      'web socket': () => socket(target.replace('http', 'ws')),
      worker: () =>
        new Promise((resolve, reject) => {
          const worker = new Worker('data:text/javascript,postMessage(1)');
          worker.onmessage = resolve;
          worker.onerror = () => reject(new Error('refused'));
        }),
      'iframe of an address': () => element('iframe', target),
      'iframe of a document': () => element('iframe', 'data:text/html,x'),
      image: () => element('img', `${target}image`),
      script: () => element('script', `${target}script`),
      style: () => element('link', `${target}style`),
      object: () => element('object', `${target}object`),
      eval: () => new Function('return 1')(),
    };
    // In a task of the page's own: what a debugger evaluates is allowed more.
    await new Promise((resolve) => setTimeout(resolve));
    const results = await Promise.all(
      Object.entries(attempts).map(async ([name, attempt]) => {
        try {
          await attempt();
          return [name];
        } catch {
          return [];
        }
      }),
    );
    await new Promise((resolve) => setTimeout(resolve, 1_300));
    return results.flat();
  }, outsideUrl);
  expect(succeeded).toEqual([]);
});

test('the page is granted no permission', async () => {
  const granted = await kiosk.page.evaluate(async () => {
    const asks: Record<string, () => Promise<unknown>> = {
      camera: () => navigator.mediaDevices.getUserMedia({ video: true }),
      microphone: () => navigator.mediaDevices.getUserMedia({ audio: true }),
      screen: () => navigator.mediaDevices.getDisplayMedia(),
      location: () => new Promise((resolve, reject) => navigator.geolocation.getCurrentPosition(resolve, reject)),
      clipboard: () => navigator.clipboard.readText(),
      notification: async () => {
        if ((await Notification.requestPermission()) !== 'granted') throw new Error('refused');
      },
    };
    const names = [
      'geolocation',
      'notifications',
      'camera',
      'microphone',
      'clipboard-read',
      'midi',
    ] as PermissionName[];
    const states = names.map(async (name) => {
      if ((await navigator.permissions.query({ name })).state !== 'granted') throw new Error(name);
    });
    const all = await Promise.allSettled([...Object.values(asks).map((ask) => ask()), ...states]);
    return [...Object.keys(asks), ...names].filter((_, at) => all[at]?.status === 'fulfilled');
  });
  expect(granted).toEqual([]);
});

test('what is dropped on the page goes nowhere', async () => {
  const browser = await kiosk.page.context().newCDPSession(kiosk.page);
  const data = {
    items: [{ mimeType: 'text/uri-list', data: outsideUrl }],
    files: ['/etc/passwd'],
    dragOperationsMask: 1,
  };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await browser.send('Input.dispatchDragEvent', { type, x: 400, y: 400, data });
  }
  await browser.detach();
});

test('the window is hardened as the list says', async () => {
  const running = await kiosk.application.evaluate(async ({ app, BrowserWindow, Menu }) => {
    const contents = BrowserWindow.getAllWindows()[0]?.webContents;
    if (contents === undefined) throw new Error('no window');
    const answer = await contents.session.fetch('app://countersign/index.html');
    return {
      preferences: (contents as unknown as { getLastWebPreferences(): object }).getLastWebPreferences(),
      policy: answer.headers.get('content-security-policy'),
      persistent: contents.session.isPersistent(),
      menu: Menu.getApplicationMenu(),
      alone: app.hasSingleInstanceLock(),
      missing: (await contents.session.fetch('app://countersign/../../package.json')).status,
    };
  });
  expect(running.preferences).toMatchObject({
    contextIsolation: true,
    sandbox: true,
    webSecurity: true,
    disableDialogs: true,
    nodeIntegration: false,
    nodeIntegrationInSubFrames: false,
    webviewTag: false,
    allowRunningInsecureContent: false,
    experimentalFeatures: false,
  });
  expect(running.policy).toBe(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; media-src 'self'; " +
      "connect-src 'none'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
  );
  expect(running).toMatchObject({ persistent: false, menu: null, alone: true, missing: 404 });
});
