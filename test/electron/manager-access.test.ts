import { describe, expect, it } from 'vitest';
import { ManagerAccess } from '../../electron/manager/manager-access.ts';
import { KioskDatabase } from '../../electron/store/kiosk-database.ts';
import { enrolledFolder, managerPin } from '../support/enrolled-folder.ts';

async function access() {
  const { folder } = await enrolledFolder();
  const store = new KioskDatabase(folder, undefined);
  const clock = { now: 1_000_000 };
  return { clock, store, open: () => new ManagerAccess(store.documents, () => clock.now) };
}

describe('manager access', () => {
  it('opens with the right PIN, locks again, and by itself', async () => {
    const { clock, open } = await access();
    const manager = open();
    expect(() => manager.requireUnlocked()).toThrow(expect.objectContaining({ code: 'manager_locked' }));
    expect(await manager.unlock(managerPin)).toEqual({ unlocked: true });
    manager.requireUnlocked();
    clock.now += 10 * 60_000;
    expect(() => manager.requireUnlocked()).toThrow();
    await manager.unlock(managerPin);
    manager.lock();
    expect(() => manager.requireUnlocked()).toThrow();
  });

  it('waits longer after each wrong PIN, refuses even the right one meanwhile, and forgets only after the right one', async () => {
    const { clock, open } = await access();
    const manager = open();
    const waits = [];
    for (let i = 0; i < 6; i++) {
      const answer = await manager.unlock('000000');
      if (answer.unlocked) throw new Error('opened with a wrong PIN');
      waits.push(answer.waitSeconds);
      if (answer.waitSeconds > 0) {
        expect(await manager.unlock(managerPin)).toEqual({ unlocked: false, waitSeconds: answer.waitSeconds });
      }
      clock.now += answer.waitSeconds * 1000;
    }
    expect(waits).toEqual([0, 0, 5, 10, 20, 40]);
    expect(await manager.unlock(managerPin)).toEqual({ unlocked: true });
    expect(await manager.unlock('000000')).toEqual({ unlocked: false, waitSeconds: 0 });
  });

  it('starts the whole wait again after a restart', async () => {
    const { clock, open } = await access();
    const before = open();
    for (const wait of [0, 0, 5]) {
      await before.unlock('000000');
      clock.now += wait * 1000;
    }
    await before.unlock('000000');
    clock.now += 9_000;
    const after = open();
    expect(await after.unlock(managerPin)).toEqual({ unlocked: false, waitSeconds: 10 });
    clock.now += 10_000;
    expect(await after.unlock(managerPin)).toEqual({ unlocked: true });
  });
});
