import { expect, it } from 'vitest';
import { mobile, startTestServer } from './test-server.ts';

it('kept 10: a malformed token opens nothing, also where a hostile kiosk claimed the token of zeros', async () => {
  const server = await startTestServer({ publicUrl: 'https://shop.example' });
  try {
    const kiosk = await server.enrol();
    const zeros = 'A'.repeat(22);
    await kiosk.deliver([await kiosk.record({ ...kiosk.body(mobile(1)), manageToken: zeros } as never)]);
    await server.openingWorker.settled();
    const open = async (token: string) =>
      (await server.app.inject({ url: `/m/${token}`, headers: { host: 'shop.example' } })).statusCode;
    expect(await open(zeros)).toBe(200);
    for (const token of ['x', 'A'.repeat(21), 'A'.repeat(23), `${'A'.repeat(21)}B`]) {
      expect([token, await open(token)]).toEqual([token, 404]);
    }
  } finally {
    await server.close();
  }
});
