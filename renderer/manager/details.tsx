import type { ReactNode } from 'react';
import { useIntl } from 'react-intl';
import type { ManagerStatus, RecordListItem } from '../../shared/contracts/ipc.ts';
import { type MessageId, useSay } from '../words/words.tsx';
import classes from './details.module.css';
import { agoText, resultText } from './words.ts';

const gigabyte = 1e9;

const states: Readonly<Record<RecordListItem['state'], MessageId>> = {
  unsent: 'manager.record.unsent',
  countersigned: 'manager.record.countersigned',
  parked: 'manager.record.parked',
};

/** Everything else, for whoever is asked on the telephone. */
export function Details({ status, now }: { status: ManagerStatus; now: number }) {
  const say = useSay();
  const intl = useIntl();
  const { sync } = status;
  const disk = intl.formatNumber(status.freeBytes / gigabyte, {
    style: 'unit',
    unit: 'gigabyte',
    maximumFractionDigits: 1,
  });
  const success = sync.lastSuccessAt === null ? say('manager.never') : agoText(sync.lastSuccessAt, now, intl);
  return (
    <div className={classes.details}>
      <section className={classes.card}>
        <h2>{say('manager.details')}</h2>
        <dl className={classes.facts}>
          <Fact name={say('manager.result')}>{resultText(sync, say)}</Fact>
          <Fact name={say('manager.lastSuccess')}>{success}</Fact>
          <Fact name={say('manager.unsent')}>{intl.formatNumber(sync.unsent)}</Fact>
          <Fact name={say('manager.parked')}>{intl.formatNumber(sync.parked)}</Fact>
          <Fact name={say('manager.delivered')}>{intl.formatNumber(sync.delivered)}</Fact>
          <Fact name={say('manager.store')}>
            <bdi dir="ltr">{status.storeId}</bdi>
          </Fact>
          <Fact name={say('manager.kiosk')}>
            <bdi dir="ltr">{status.kioskId}</bdi>
          </Fact>
          <Fact name={say('manager.server')}>
            <bdi dir="ltr">{status.serverUrl}</bdi>
          </Fact>
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
      </section>
      <Records recent={status.recent} />
    </div>
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

function Records({ recent }: { recent: readonly RecordListItem[] }) {
  const say = useSay();
  const intl = useIntl();
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keyboard (WCAG 2.1.1).
    <section className={classes.card} tabIndex={0} aria-label={say('manager.records')}>
      <h2>{say('manager.records')}</h2>
      {recent.length === 0 ? (
        <p>{say('manager.records.none')}</p>
      ) : (
        <table className={classes.records}>
          <thead>
            <tr>
              <th scope="col">{say('manager.record.code')}</th>
              <th scope="col">{say('manager.record.when')}</th>
              <th scope="col">{say('manager.record.state')}</th>
            </tr>
          </thead>
          <tbody>
            {recent.map((record) => (
              <tr key={record.sequence}>
                <td>
                  <bdi dir="ltr">{record.receiptCode}</bdi>
                </td>
                <td>{intl.formatDate(record.capturedAt, { dateStyle: 'medium', timeStyle: 'short' })}</td>
                <td data-state={record.state}>{say(states[record.state])}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
