import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

export interface LineProperties {
  /** In each direction, shared by all connections. */
  bitsPerSecond: number;
  /** From one end to the other. */
  latencyMilliseconds: number;
  /** With which probability a connection is lost with each 16 KiB that it carries towards the server. */
  lossPer16KiB: number;
  /** In [0, 1). */
  random: () => number;
}

/** So much goes through at a time: about what lies in one packet of a slow line. */
const sliceBytes = 1_400;

/** One direction: a slice goes when the one before it has gone, whichever connection that was of. */
class Direction {
  readonly #millisecondsPerByte: number;
  #freeAt = 0;
  bytes = 0;

  constructor(bitsPerSecond: number) {
    this.#millisecondsPerByte = 8_000 / bitsPerSecond;
  }

  async carry(bytes: number): Promise<void> {
    this.bytes += bytes;
    this.#freeAt = Math.max(this.#freeAt, performance.now()) + bytes * this.#millisecondsPerByte;
    const wait = this.#freeAt - performance.now();
    // A timer is late by a millisecond or so; what is late is made up by the slices behind it.
    if (wait > 2) await delay(wait);
  }
}

/**
 * A slow and lossy line between a kiosk and a server of one machine, as a proxy for TCP. It stands for a mobile network: narrow,
 * far, and losing connections. No packet is lost singly: TCP would repeat it, which is the bits a second again.
 */
export class SlowLine {
  readonly #server: Server;
  readonly #up: Direction;
  readonly #down: Direction;
  readonly #properties: LineProperties;
  readonly #sockets = new Set<Socket>();
  /** Connections that were lost so far. */
  losses = 0;

  private constructor(port: number, properties: LineProperties) {
    this.#properties = properties;
    this.#up = new Direction(properties.bitsPerSecond);
    this.#down = new Direction(properties.bitsPerSecond);
    this.#server = createServer({ noDelay: true }, (kiosk) =>
      this.#join(kiosk, connect({ port, host: '127.0.0.1', noDelay: true })),
    );
  }

  /** @param port of the server, on this machine. */
  static async to(port: number, properties: LineProperties): Promise<SlowLine> {
    const line = new SlowLine(port, properties);
    await new Promise<void>((resolve) => line.#server.listen(0, '127.0.0.1', resolve));
    return line;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Carried towards the server so far. */
  get bytesUp(): number {
    return this.#up.bytes;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #join(kiosk: Socket, server: Socket): void {
    for (const [socket, other] of [
      [kiosk, server],
      [server, kiosk],
    ] as const) {
      this.#sockets.add(socket);
      // Lost on purpose, or given up by one end: the other end notices.
      socket.on('error', () => undefined);
      socket.on('close', (hadError) => {
        this.#sockets.delete(socket);
        if (hadError) other.destroy();
      });
    }
    void this.#carry(kiosk, server, this.#up, this.#properties.lossPer16KiB).catch(() => kiosk.destroy());
    void this.#carry(server, kiosk, this.#down, 0).catch(() => kiosk.destroy());
  }

  async #carry(from: Socket, to: Socket, direction: Direction, loss: number): Promise<void> {
    const { latencyMilliseconds, random } = this.#properties;
    for await (const chunk of from as AsyncIterable<Buffer>) {
      for (let at = 0; at < chunk.length; at += sliceBytes) {
        const slice = chunk.subarray(at, at + sliceBytes);
        await direction.carry(slice.length);
        if (random() < (loss * slice.length) / 16_384) {
          this.losses += 1;
          from.resetAndDestroy();
          to.resetAndDestroy();
          return;
        }
        setTimeout(() => !to.destroyed && to.write(slice), latencyMilliseconds);
      }
    }
    setTimeout(() => to.end(), latencyMilliseconds);
  }
}
