import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** An address that leads to others of this machine, as a load balancer's or a virtual one: each new connection goes to the next of them. */
export class TcpBalancer {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #ports: readonly number[];
  #next = 0;

  private constructor(ports: readonly number[]) {
    this.#ports = ports;
    this.#server = createServer({ noDelay: true }, (client) => {
      const port = this.#ports[this.#next++ % this.#ports.length] ?? 0;
      this.#join(client, connect({ port, host: '127.0.0.1', noDelay: true }));
    });
  }

  static async to(...ports: number[]): Promise<TcpBalancer> {
    const balancer = new TcpBalancer(ports);
    await new Promise<void>((resolve) => balancer.#server.listen(0, '127.0.0.1', resolve));
    return balancer;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Leads elsewhere from now on, and cuts off what leads to where it did before. */
  pointTo(...ports: number[]): void {
    this.#ports = ports;
    this.#cutOff();
  }

  async close(): Promise<void> {
    this.#cutOff();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #cutOff(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  #join(client: Socket, server: Socket): void {
    for (const [socket, other] of [
      [client, server],
      [server, client],
    ] as const) {
      this.#sockets.add(socket);
      socket.pipe(other);
      // One end is gone: the other notices when it is closed.
      socket.on('error', () => undefined);
      socket.on('close', () => {
        this.#sockets.delete(socket);
        other.destroy();
      });
    }
  }
}
