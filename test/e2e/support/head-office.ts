import { expect } from '@playwright/test';
import type { ShownNotice } from '../../../shared/record/body.ts';
import type { Choice } from '../../../shared/record/consent.ts';
import type { Presentation } from '../../../shared/record/presentation.ts';
import type { LocalServer } from '../../../tools/local/server-process.ts';

/** What head office finds under a number, as far as flows are about it; see the server's route. */
export interface KnownConsent {
  receiptCode: string;
  type: string;
  language: string;
  collectionMethod: string;
  storeId: string;
  notices: (ShownNotice & { notice: unknown })[];
  privacyNotice: ShownNotice | null;
  presentation: Presentation;
  deviceTime: string;
  state: 'opened' | 'withdrawn';
  verification: 'pending' | 'confirmed' | null;
  choices: Choice[];
}

/** The newest last. */
export async function consentsOf(server: LocalServer, number: string): Promise<KnownConsent[]> {
  const answer = await server.askAsHeadOffice('POST', '/v1/subjects/lookup', { number });
  return (answer as { records: KnownConsent[] }).records;
}

/** The record on a receipt, once the server has it. */
export async function consentOn(server: LocalServer, number: string, receiptCode: string): Promise<KnownConsent> {
  const find = async () => (await consentsOf(server, number)).find((each) => each.receiptCode === receiptCode);
  await expect.poll(find, { message: `the record ${receiptCode} at head office`, timeout: 30_000 }).toBeDefined();
  const found = await find();
  if (found === undefined) throw new Error('it was there a moment ago');
  return found;
}

/** The texts that would have gone to a number, the newest first, as the outbox page shows them. */
export async function textsTo(server: LocalServer, number: string): Promise<{ kind: string; text: string }[]> {
  const page = await (await fetch(server.outboxUrl)).text();
  const phone = page.split('<section').find((part) => part.includes(`data-to="${number}"`)) ?? '';
  return [...phone.matchAll(/data-kind="(\w+)">\s*<p[^>]*>([^<]*)/g)].map(([, kind = '', text = '']) => ({
    kind,
    text,
  }));
}

/** The code in the newest text to a number. */
export async function codeFor(server: LocalServer, number: string): Promise<string> {
  const newest = async () => (await textsTo(server, number)).find(({ kind }) => kind === 'code')?.text ?? '';
  await expect.poll(newest, { message: `a code for ${number}` }).toMatch(/\b\d{6}\b/);
  return /\b\d{6}\b/.exec(await newest())?.[0] ?? '';
}
