import { useIntl } from 'react-intl';
import type { SyncStatus } from '../../shared/contracts/ipc.ts';
import { useSay } from '../words/words.tsx';
import classes from './counters.module.css';

/** Where the records are: three figures to be read out on the telephone. */
export function Counters({ sync }: { sync: SyncStatus }) {
  const say = useSay();
  return (
    <dl className={classes.counters}>
      <Counter name={say('manager.unsent')} value={sync.unsent} colour="waiting" />
      <Counter name={say('manager.setAside')} value={sync.refused + sync.damaged} colour="danger" />
      <Counter name={say('manager.delivered')} value={sync.delivered} colour="good" />
    </dl>
  );
}

function Counter({ name, value, colour }: { name: string; value: number; colour: 'waiting' | 'danger' | 'good' }) {
  const intl = useIntl();
  return (
    <div className={classes.counter} data-colour={value > 0 ? colour : undefined}>
      <dt>{name}</dt>
      <dd>{intl.formatNumber(value)}</dd>
    </div>
  );
}
