import { readFile } from 'node:fs/promises';
import { extname, join, normalize, sep } from 'node:path';
import { protocol, type Session } from 'electron';

/** The application's own files are served under a scheme of their own, never from file://, which would share rights with any file. */
const scheme = 'app';
export const applicationOrigin = `${scheme}://countersign`;

const contentSecurityPolicy = [
  `default-src 'none'`,
  `script-src 'self'`,
  `style-src 'self'`,
  `img-src 'self'`,
  `font-src 'self'`,
  `media-src 'self'`,
  `connect-src 'none'`,
  `form-action 'none'`,
  `base-uri 'none'`,
  `frame-ancestors 'none'`,
].join('; ');

const contentTypes: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

/** Must run before the application is ready. */
export function registerApplicationScheme(): void {
  protocol.registerSchemesAsPrivileged([{ scheme, privileges: { standard: true, secure: true } }]);
}

/** Serves the files below `root` to GET requests, and nothing else. */
export function serveApplication(session: Session, root: string): void {
  session.protocol.handle(scheme, async (request) => {
    const notFound = () => new Response(null, { status: 404 });
    const file = fileFor(request, root);
    if (file === undefined) return notFound();
    return await readFile(file).then((content) => new Response(content, { headers: headersFor(file) }), notFound);
  });
}

function fileFor(request: Request, root: string): string | undefined {
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.host !== 'countersign') return undefined;
  const file = normalize(join(root, decodeURIComponent(url.pathname)));
  const known = extname(file) in contentTypes;
  return known && file.startsWith(root + sep) ? file : undefined;
}

function headersFor(file: string): Record<string, string> {
  return {
    'content-type': contentTypes[extname(file)] ?? 'application/octet-stream',
    'content-security-policy': contentSecurityPolicy,
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
  };
}
