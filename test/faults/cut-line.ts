import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

type Way = 'server' | 'kiosk';

/** Between a kiosk and its server: breaks after so many bytes towards one of them, of the exchange in which a batch is sent. */
export class CutLine {
  readonly #server: Server;
  cut: { towards: Way; after: number } | null = null;
  /** Bytes of the last exchange of a batch. */
  carried: Record<Way, number> = { server: 0, kiosk: 0 };
  cuts = 0;
  #isBatch = false;

  private constructor(port: number) {
    this.#server = createServer({ noDelay: true }, (kiosk) => {
      const server = connect({ port, host: '127.0.0.1', noDelay: true });
      kiosk.on('data', (chunk: Buffer) => {
        this.#notice(chunk);
        this.#carry(chunk, kiosk, server, 'server');
      });
      server.on('data', (chunk: Buffer) => this.#carry(chunk, server, kiosk, 'kiosk'));
      for (const [socket, other] of [
        [kiosk, server],
        [server, kiosk],
      ] as const) {
        // Cut on purpose: the other end notices when it is closed.
        socket.on('error', () => undefined);
        socket.on('close', () => other.destroySoon());
      }
    });
  }

  static async to(port: number): Promise<CutLine> {
    const line = new CutLine(port);
    await new Promise<void>((resolve) => line.#server.listen(0, '127.0.0.1', resolve));
    return line;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** A kiosk sends its next request when the one before is answered: each begins a chunk. */
  #notice(chunk: Buffer): void {
    const start = chunk.subarray(0, 20).toString('latin1');
    if (!/^(GET|POST) \//.test(start)) return;
    this.#isBatch = start.startsWith('POST /v1/records ');
    if (this.#isBatch) this.carried = { server: 0, kiosk: 0 };
  }

  #carry(chunk: Buffer, from: Socket, to: Socket, towards: Way): void {
    if (!this.#isBatch) {
      to.write(chunk);
      return;
    }
    const left = this.cut?.towards === towards ? this.cut.after - this.carried[towards] : Number.POSITIVE_INFINITY;
    this.carried[towards] += chunk.length;
    if (left > chunk.length) {
      to.write(chunk);
      return;
    }
    this.cuts += 1;
    to.end(chunk.subarray(0, Math.max(0, left)));
    from.destroy();
  }
}
