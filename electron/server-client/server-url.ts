import { CodedError } from '../../shared/errors.ts';
import { isLoopback } from '../../shared/loopback.ts';

/**
 * The server's address as the engineer typed it, checked once at enrolment. TLS is required beyond this machine.
 * @throws CodedError server_url_malformed | server_url_insecure
 */
export function parseServerUrl(text: string): string {
  if (!URL.canParse(text)) throw new CodedError('server_url_malformed');
  const url = new URL(text);
  if (url.username !== '' || url.search !== '' || url.hash !== '') throw new CodedError('server_url_malformed');
  const secure = url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname));
  if (!secure) throw new CodedError('server_url_insecure');
  return url.href.replace(/\/$/, '');
}
