// The parts of the peers that are measured; their packages bring no types.
declare module 'pouchdb' {
  interface Replicated {
    docs_written: number;
  }
  export default class PouchDB {
    constructor(name: string);
    static defaults(options: { prefix: string }): typeof PouchDB;
    info(): Promise<unknown>;
    bulkDocs(documents: { _id: string }[]): Promise<unknown>;
    close(): Promise<void>;
    replicate: { to(url: string, options: { batch_size: number }): Promise<Replicated> };
  }
}

declare module 'express' {
  import type { Server } from 'node:http';

  interface Application {
    use(handler: object): void;
    listen(port: number, host: string, listening: () => void): Server;
  }
  export default function express(): Application;
}

declare module 'express-pouchdb' {
  export default function expressPouchDB(
    databases: object,
    options: { mode: 'minimumForPouchDB'; inMemoryConfig: boolean; logPath: string },
  ): object;
}
