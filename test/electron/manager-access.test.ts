import { describe, expect, it } from 'vitest';
import { ManagerAccess } from '../../electron/manager/manager-access.ts';
import { KioskDatabase } from '../../electron/store/kiosk-database.ts';
import { enrolledFolder, managerPin } from '../support/enrolled-folder.ts';

async function access() {
  const { folder } = await enrolledFolder();
  const store = new KioskDatabase(folder, undefined);
  const clock = { now: 1_000_000, slept: 0 };
  return {
    clock,
    store,
    open: () => new ManagerAccess(store.documents, () => ({ monotonic: clock.now, wall: clock.now + clock.slept })),
  };
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

  it('found 17: does not stay open, and attests nothing, behind a sleep that only the wall clock knows of, or a clock set back', async () => {
    for (const hours of [1, -1]) {
      const { clock, open } = await access();
      const manager = open();
      await manager.unlock(managerPin);
      await manager.attest(managerPin);
      clock.slept = hours * 3_600_000;
      expect(() => manager.requireUnlocked()).toThrow(expect.objectContaining({ code: 'manager_locked' }));
      expect(() => manager.takeAttestation()).toThrow(expect.objectContaining({ code: 'attestation_missing' }));
    }
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

  it('found 34 (14): staff have a PIN of their own, that opens nothing and is not the manager’s', async () => {
    const { open } = await access();
    const manager = open();
    await expect(manager.setStaffPin('735512')).rejects.toMatchObject({ code: 'manager_locked' });
    await manager.unlock(managerPin);
    await expect(manager.setStaffPin(managerPin)).rejects.toMatchObject({ code: 'pins_equal' });
    expect(manager.attestsWith).toBe('manager_pin');
    await manager.setStaffPin('735512');
    expect(manager.attestsWith).toBe('staff_pin');
    manager.lock();
    expect(await manager.unlock('735512')).toEqual({ unlocked: false, waitSeconds: 0 });
    expect(() => manager.requireUnlocked()).toThrow();
    expect(await manager.attest(managerPin), "the manager's PIN vouches no more").toEqual({
      unlocked: false,
      waitSeconds: 0,
    });
    expect(await manager.attest('735512')).toEqual({ unlocked: true });
    expect(manager.takeAttestation()).toBe('staff_pin');
  });

  it('found 34 (14): each PIN has its own wait: whoever guesses at the one does not lock the other', async () => {
    const { clock, open } = await access();
    const manager = open();
    await manager.unlock(managerPin);
    await manager.setStaffPin('735512');
    const waits = [];
    for (let tries = 0; tries < 4; tries++) {
      const answer = await manager.attest('000000');
      if (answer.unlocked) throw new Error('vouched with a wrong PIN');
      waits.push(answer.waitSeconds);
      clock.now += answer.waitSeconds * 1000;
    }
    expect(waits).toEqual([0, 0, 5, 10]);
    await manager.attest('000000');
    expect(await manager.unlock(managerPin)).toEqual({ unlocked: true });
    const after = open();
    expect(await after.attest('735512'), 'nor is a restart a way round').toMatchObject({ unlocked: false });
    await after.unlock(managerPin);
    await after.setStaffPin('448120');
    expect(await after.attest('448120'), 'the manager sets another one').toEqual({ unlocked: true });
  });
});
