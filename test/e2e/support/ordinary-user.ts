import { execFileSync, spawnSync } from 'node:child_process';

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

/**
 * Why nobody can have Chromium's sandbox on this machine. It needs namespaces: the user's own, or those that a helper
 * installed by root makes.
 */
export function sandboxObstacle({ uid, gid }: OrdinaryUser): string | undefined {
  const canMake = (namespaces: readonly string[], as: { uid?: number; gid?: number }): boolean =>
    spawnSync('unshare', [...namespaces, '--fork', 'true'], { ...as, cwd: '/' }).status === 0;
  if (canMake(['--user', '--pid'], { uid, gid })) return undefined;
  if (process.getuid?.() !== 0) {
    return "This machine forbids namespaces to ordinary users, and only root could install the sandbox's helper.";
  }
  return canMake(['--pid', '--net'], {})
    ? undefined
    : 'This machine, a container perhaps, forbids namespaces even to root.';
}
