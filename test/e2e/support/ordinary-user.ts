import { execFileSync } from 'node:child_process';

/** Somebody without special rights. */
export interface OrdinaryUser {
  uid: number;
  gid: number;
  remove(): void;
}

/** Whoever runs the tests; when that is root, a user of the system made for this once. */
export function ordinaryUser(): OrdinaryUser {
  const [uid, gid] = [process.getuid?.(), process.getgid?.()];
  if (uid === undefined || gid === undefined) throw new Error('this system has no users of the kind meant here');
  if (uid !== 0) return { uid, gid, remove: () => undefined };
  const name = `countersign-${process.pid}`;
  execFileSync('useradd', ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', name]);
  const id = (flag: string): number => Number(execFileSync('id', [flag, name], { encoding: 'utf8' }));
  return {
    uid: id('-u'),
    gid: id('-g'),
    // By force, because it refuses as long as a process of this user has ended but nobody has asked how.
    remove: () => void execFileSync('userdel', ['--force', name], { stdio: 'pipe' }),
  };
}
