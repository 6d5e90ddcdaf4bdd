import type { ReactNode } from 'react';
import { useIntl } from 'react-intl';
import type { ManagerStatus } from '../../shared/contracts/ipc.ts';
import { useSay } from '../words/words.tsx';
import card from './card.module.css';
import classes from './kiosk-facts.module.css';
import { agoText, resultText } from './words.ts';

const gigabyte = 1e9;

/** What a technician asks for, folded away until then. */
export function KioskFacts({ status, now }: { status: ManagerStatus; now: number }) {
  const say = useSay();
  const intl = useIntl();
  const { sync } = status;
  const disk = intl.formatNumber(status.freeBytes / gigabyte, {
    style: 'unit',
    unit: 'gigabyte',
    maximumFractionDigits: 1,
  });
  const success = sync.lastSuccessAt === null ? say('manager.never') : agoText(sync.lastSuccessAt, now, say, intl);
  return (
    <details className={`${card.card} ${classes.facts}`}>
      <summary>
        <h2>{say('manager.details')}</h2>
      </summary>
      <dl>
        <Fact name={say('manager.store')}>
          <bdi dir="ltr">{status.storeId}</bdi>
        </Fact>
        <Fact name={say('manager.kiosk')}>
          <bdi dir="ltr">{status.kioskId}</bdi>
        </Fact>
        <Fact name={say('manager.server')}>
          <bdi dir="ltr">{status.serverUrl}</bdi>
        </Fact>
        <Fact name={say('manager.result')}>{resultText(sync, say)}</Fact>
        <Fact name={say('manager.lastSuccess')}>{success}</Fact>
        <Fact name={say('manager.version')}>
          <bdi dir="ltr">{status.applicationVersion}</bdi>
        </Fact>
        <Fact name={say('manager.runtime')}>
          <bdi dir="ltr">{status.runtime}</bdi>
        </Fact>
        <Fact name={say('manager.disk')}>{disk}</Fact>
        <Fact name={say('manager.keyring')}>
          {say(status.keyring === 'available' ? 'manager.keyring.available' : 'manager.keyring.absent')}
        </Fact>
      </dl>
    </details>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
