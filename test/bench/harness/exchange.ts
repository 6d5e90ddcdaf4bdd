import { type Agent, request } from 'node:http';
import type { Exchange, Reply } from '../../support/simulated-kiosk.ts';

/** Without the kiosk's limits on time and size, which would be paid for out of the same two cores. */
export function exchangeOn(agent: Agent, { method, url, headers, body }: Exchange): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, agent, headers: { ...headers, 'content-length': body.length } }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('error', reject);
      answer.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers as Reply['headers'], text });
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
