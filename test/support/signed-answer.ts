import type { IncomingMessage, ServerResponse } from 'node:http';
import { type AnswerTo, signAnswer } from '../../protocol/answer-signature.ts';
import { importPrivateKey, keyId, type StoredKeyPair } from '../../protocol/signing.ts';
import { versionHeader } from '../../shared/contracts/wire.ts';

export interface Answered {
  status: number;
  body: string;
  headers?: Record<string, string>;
}

/** The headers with which the real server would answer: whoever plays it in a test has its key. */
async function signedHeaders(
  request: IncomingMessage,
  { status, body, headers = {} }: Answered,
  serverKey: StoredKeyPair,
  to: AnswerTo = 'verified',
): Promise<Record<string, string>> {
  const own = { [versionHeader]: '0.1.0', ...headers };
  const asked = {
    method: request.method ?? '',
    url: `http://${request.headers.host}${request.url}`,
    headers: request.headers as Record<string, string>,
  };
  const key = { id: keyId(serverKey.publicKey), privateKey: importPrivateKey(serverKey.privateKey) };
  return { ...own, ...(await signAnswer({ status, headers: own, body }, asked, to, key, new Date())) };
}

export async function sendSigned(
  request: IncomingMessage,
  response: ServerResponse,
  answer: Answered,
  serverKey: StoredKeyPair,
): Promise<void> {
  response.writeHead(answer.status, await signedHeaders(request, answer, serverKey)).end(answer.body);
}
