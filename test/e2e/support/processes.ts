import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** What the kernel tells about a process. */
export interface ProcessFacts {
  pid: number;
  command: string[];
  uid: number;
  /** 2: a filter decides which system calls it may make. */
  seccomp: number;
  /** In how many process namespaces it is; 1 for everybody who is in none of their own. */
  namespaces: number;
}

/** The processes whose executable is this one, also those that hide everything but their command line. */
export function processesOf(executable: string): ProcessFacts[] {
  return numbersIn('/proc').flatMap((pid) => {
    const command = read(`/proc/${pid}/cmdline`).split(/[\0 ]/);
    const status = read(`/proc/${pid}/status`);
    if (command[0] !== executable || status === '') return [];
    const field = (name: string): string[] =>
      new RegExp(`^${name}:\\s*(.*)$`, 'm').exec(status)?.[1]?.split(/\s+/) ?? [];
    return [
      {
        pid,
        command,
        uid: Number(field('Uid')[0]),
        seccomp: Number(field('Seccomp')[0]),
        namespaces: field('NSpid').length,
      },
    ];
  });
}

/** The TCP ports on which a process listens. */
export function listeningPorts(pid: number | undefined): number[] {
  const sockets = new Set(pid === undefined ? [] : socketsOf(pid));
  const [listening, portColumn, stateColumn, inodeColumn] = ['0A', 1, 3, 9];
  return ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((file) =>
    read(file)
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .filter((columns) => columns[stateColumn] === listening && sockets.has(columns[inodeColumn] ?? ''))
      .map((columns) => Number.parseInt(columns[portColumn]?.split(':')[1] ?? '', 16)),
  );
}

function socketsOf(pid: number): string[] {
  return numbersIn(`/proc/${pid}/fd`).flatMap((fd) => {
    try {
      return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? [];
    } catch {
      return [];
    }
  });
}

function numbersIn(folder: string): number[] {
  try {
    return readdirSync(folder)
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
  } catch {
    // The process has ended, or is somebody else's.
    return [];
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
