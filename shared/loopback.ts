import { z } from 'zod';

const ipv4 = z.ipv4();

/** Whether a host name or address, with or without the brackets of IPv6, always means this machine. */
export function isLoopback(host: string): boolean {
  if (['localhost', '::1', '[::1]'].includes(host)) return true;
  return host.startsWith('127.') && ipv4.safeParse(host).success;
}
