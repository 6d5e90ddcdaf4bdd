import { isIP } from 'node:net';
import type { FastifyRequest } from 'fastify';

/**
 * Where a request came from, as far as can be told. What a proxy writes into X-Forwarded-For is no address in many an installation: it
 * has a port, brackets, a zone, or is a word (`unknown`, `_hidden`; RFC 7239 section 6). Null when no address can be made of it.
 */
export function clientAddress({ ip }: Pick<FastifyRequest, 'ip'>): string | null {
  // A socket that is gone already has none.
  const given = (ip ?? '').trim().replaceAll('"', '');
  const bracketed = /^\[([^\]]*)\](?::\d+)?$/.exec(given)?.[1];
  const withPort = /^([\d.]+):\d+$/.exec(given)?.[1];
  // PostgreSQL's inet takes no zone (`fe80::1%eth0`).
  const bare = (bracketed ?? withPort ?? given).replace(/%.*$/, '');
  const address = bare.replace(/^::ffff:(?=[\d.]+$)/i, '');
  return isIP(address) === 0 ? null : address;
}

/** What limits count by: an IPv4 address, or the IPv6 network of one customer, in which anybody has as many addresses as they like. */
export function clientNetwork(request: Pick<FastifyRequest, 'ip'>): string {
  const address = clientAddress(request);
  if (address === null) return 'unknown';
  return isIP(address) === 6 ? firstHalf(address) : address;
}

function firstHalf(address: string): string {
  const [before = '', after = ''] = address.split('::');
  const groups = (text: string) => text.split(':').filter((group) => group !== '');
  const [head, tail] = [groups(before), groups(after)];
  const zeros = Array<string>(Math.max(0, 8 - head.length - tail.length)).fill('0');
  return [...head, ...zeros, ...tail]
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':');
}

/** Scheme and host as the client wrote them. What a proxy says of them in no usable form is passed over. */
export function clientOrigin(request: Pick<FastifyRequest, 'protocol' | 'host' | 'headers'>): string {
  const scheme = /^https?$/.test(request.protocol) ? request.protocol : 'http';
  const isHost = (host: string) => host !== '' && !/[\s/?#@\\]/.test(host) && URL.canParse(`${scheme}://${host}`);
  return `${scheme}://${isHost(request.host) ? request.host : (request.headers.host ?? '')}`;
}
