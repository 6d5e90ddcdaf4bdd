import { createServer, type IncomingHttpHeaders, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface LineAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

export interface LineRequest {
  path: string;
  headers: IncomingHttpHeaders;
}

/** The wire between a kiosk and a server of a test: forwards everything, until it is told to lose the answers. */
export class ShopLine {
  readonly #server: Server;
  /** Of the server that it leads to. */
  port: number;
  /** While true, requests reach the server and their answers are cut off: what a lost acknowledgement looks like. */
  losesAnswers = false;
  /** A larger body is refused unread and the connection closed, as nginx does it (client_max_body_size). */
  bodyLimit = Number.POSITIVE_INFINITY;
  /** What it is then refused with: too large, or 408 of a server that waited too long for the rest. */
  limitStatus: 413 | 408 = 413;
  refusals = 0;
  /** Paths that the server does not know: one of before. */
  unknownPaths: readonly string[] = [];
  /** Puts another answer in place of the server's. */
  forge: ((answer: LineAnswer, request: LineRequest) => LineAnswer | Promise<LineAnswer>) | null = null;
  /** Of every request that came so far. */
  readonly paths: string[] = [];

  private constructor(server: Server, port: number) {
    this.#server = server;
    this.port = port;
  }

  static async to(port: number): Promise<ShopLine> {
    const server = createServer((incoming, outgoing) => {
      line.paths.push(incoming.url ?? '');
      if (Number(incoming.headers['content-length']) > line.bodyLimit) {
        line.refusals += 1;
        outgoing.writeHead(line.limitStatus, { 'content-type': 'text/html', connection: 'close' });
        outgoing.end(`<h1>${line.limitStatus}</h1>`, () => incoming.destroy());
        return;
      }
      if (line.unknownPaths.includes(incoming.url ?? '')) {
        const problem = { code: 'not_found', details: {}, serverTime: new Date().toISOString() };
        incoming.resume().on('end', () => outgoing.writeHead(404).end(JSON.stringify(problem)));
        return;
      }
      const forward = request(
        { port: line.port, host: '127.0.0.1', method: incoming.method, path: incoming.url, headers: incoming.headers },
        (answer) => {
          if (line.losesAnswers) {
            answer.resume().on('end', () => outgoing.destroy());
            return;
          }
          const chunks: Buffer[] = [];
          answer.on('data', (chunk: Buffer) => chunks.push(chunk));
          answer.on('end', async () => {
            const honest = { status: answer.statusCode ?? 500, headers: answer.headers, body: Buffer.concat(chunks) };
            const asked = { path: incoming.url ?? '', headers: incoming.headers };
            const { status, headers, body } = (await line.forge?.(honest, asked)) ?? honest;
            const { 'content-length': _, 'transfer-encoding': __, ...kept } = headers;
            outgoing.writeHead(status, kept).end(body);
          });
        },
      );
      incoming.pipe(forward);
    });
    const line = new ShopLine(server, port);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return line;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
