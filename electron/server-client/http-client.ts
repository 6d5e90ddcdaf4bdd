import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { wireLimits } from '../../shared/contracts/wire.ts';
import { CodedError } from '../../shared/errors.ts';

export interface HttpAnswer {
  status: number;
  headers: Record<string, string | string[]>;
  body: string;
}

export interface HttpCall {
  method: 'GET' | 'POST';
  url: URL;
  headers: Record<string, string>;
  body?: Uint8Array;
  /** No byte in either direction for this long ends the exchange. */
  silenceMilliseconds: number;
  /** Gives the exchange up from outside. */
  signal?: AbortSignal;
}

/** No honest answer is larger: a configuration of 256 KiB, escaped and signed. */
const answerLimitBytes = 1024 * 1024;

/**
 * One request on Node's own client: redirects are not followed and answers not decompressed, because a captive portal speaks
 * through the one and a compression bomb through the other. A slow line is not a silent one: only silence ends the exchange.
 * @throws CodedError unreachable (details.cause: Node's error code; details.cutOff: whether a connection stood before) |
 * answer_too_large
 */
export function callHttp(call: HttpCall): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    let connected = false;
    // However steadily bytes come: somebody who drips them must not hold the kiosk for ever.
    const limit = AbortSignal.timeout(wireLimits.requestMilliseconds);
    const request = (call.url.protocol === 'https:' ? requestHttps : requestHttp)(call.url, {
      method: call.method,
      headers: { ...call.headers, 'content-length': String(call.body?.length ?? 0) },
      signal: call.signal === undefined ? limit : AbortSignal.any([limit, call.signal]),
    });
    const fail = (error: Error) => reject(asCoded(error, connected));
    request.setTimeout(call.silenceMilliseconds, () => {
      request.destroy(Object.assign(new Error('silence'), { code: 'ETIMEDOUT' }));
    });
    request.on('socket', (socket) => {
      if (!socket.connecting) connected = true;
      else socket.once('connect', () => (connected = true));
    });
    request.on('error', fail);
    request.on('response', (response) => {
      const chunks: Buffer[] = [];
      let size = 0;
      response.on('error', fail);
      response.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size > answerLimitBytes) response.destroy(new CodedError('answer_too_large'));
        else chunks.push(chunk);
      });
      response.on('end', () => {
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers as Record<string, string | string[]>,
          body: Buffer.concat(chunks).toString('utf8'),
        });
      });
    });
    request.end(call.body);
  });
}

function asCoded(error: Error, connected: boolean): CodedError {
  if (error instanceof CodedError) return error;
  const cause = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
  return new CodedError('unreachable', { cause, cutOff: connected }, { cause: error });
}
