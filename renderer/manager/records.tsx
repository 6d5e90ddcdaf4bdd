import { useState } from 'react';
import { useIntl } from 'react-intl';
import type { RecordListItem } from '../../shared/contracts/ipc.ts';
import { Button } from '../components/button.tsx';
import { type MessageId, useSay } from '../words/words.tsx';
import card from './card.module.css';
import classes from './records.module.css';

/** So many are seen at once without scrolling on the smallest screen. */
const atFirst = 5;

const states: Readonly<Record<RecordListItem['state'], MessageId>> = {
  unsent: 'manager.record.unsent',
  countersigned: 'manager.record.countersigned',
  refused: 'manager.record.refused',
  damaged: 'manager.record.damaged',
};

export function Records({ recent }: { recent: readonly RecordListItem[] }) {
  const say = useSay();
  const intl = useIntl();
  const [all, setAll] = useState(false);
  const shown = all ? recent : recent.slice(0, atFirst);
  return (
    <section className={card.card}>
      <div className={card.row}>
        <h2>{say('manager.records')}</h2>
        {recent.length > atFirst && (
          <Button onPress={() => setAll(!all)}>
            {all ? say('manager.records.fewer') : say('manager.records.all', { count: recent.length })}
          </Button>
        )}
      </div>
      {recent.length === 0 ? (
        <p className={card.soft}>{say('manager.records.none')}</p>
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
            {shown.map((record) => (
              <tr key={record.sequence}>
                <td>
                  <bdi dir="ltr">{record.receiptCode ?? '–'}</bdi>
                </td>
                <td>
                  {record.capturedAt === null
                    ? '–'
                    : intl.formatDate(record.capturedAt, { dateStyle: 'medium', timeStyle: 'short' })}
                </td>
                <td data-state={record.state}>{say(states[record.state])}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
