import { type FocusEvent, type FormEvent, type PointerEvent, useCallback, useEffect, useRef, useState } from 'react';
import type { CountersignBridge, EnrolmentForm, ProvisioningProblem } from '../../shared/contracts/ipc.ts';
import { isPin, pinLength } from '../../shared/pin.ts';
import { Button } from '../components/button.tsx';
import { Keyboard } from '../components/keyboard.tsx';
import { addressLayout } from '../components/keyboard-layouts.ts';
import { Heading } from '../components/screen.tsx';
import { useLeftAlone } from '../components/use-left-alone.ts';
import type { TimeWatch } from '../time-watch.ts';
import { firstLanguage, type MessageId, nameOf, ownLanguages, useSay, Words } from '../words/words.tsx';
import classes from './setup.module.css';
import { SetupFile } from './setup-file.tsx';
import { refusalText } from './setup-words.ts';

type Field = 'server' | 'code' | 'pin' | 'pinAgain';

/** What is typed here lets a kiosk join and opens its manager screen: nobody finds it hours later. */
const forgetMilliseconds = 5 * 60_000;

/** The first screen of a new kiosk. No customer sees it. */
export default function Setup({
  bridge,
  time,
  problem,
}: {
  bridge: CountersignBridge;
  time: TimeWatch;
  /** What is wrong with the file that should have done this. */
  problem: ProvisioningProblem | null;
}) {
  const [language, setLanguage] = useState(firstLanguage);
  const { field, shown, hide, handlers } = useKeyboard();
  const [round, setRound] = useState(0);
  useLeftAlone(
    time,
    forgetMilliseconds,
    useCallback(() => setRound((before) => before + 1), []),
  );
  return (
    <Words language={language}>
      <main className={classes.screen} data-screen="setup">
        <div className={classes.page} {...handlers}>
          <div className={classes.languages}>
            {ownLanguages.map((each) => (
              <span key={each} lang={each}>
                <Button pressed={each === language} onPress={() => setLanguage(each)}>
                  {nameOf(each)}
                </Button>
              </span>
            ))}
          </div>
          <SetupForm key={round} bridge={bridge} problem={problem} />
        </div>
        {shown && (
          <div className={classes.keyboard}>
            <Keyboard layout={addressLayout(language)} field={field} withSpace={false} onHide={hide} />
          </div>
        )}
      </main>
    </Words>
  );
}

/** A keyboard on the screen for whoever touches a field. */
function useKeyboard() {
  const field = useRef<HTMLInputElement | null>(null);
  const [shown, setShown] = useState(false);
  useEffect(() => {
    if (shown) field.current?.scrollIntoView({ block: 'center' });
  }, [shown]);
  return {
    field: () => field.current,
    shown,
    hide: () => setShown(false),
    handlers: {
      onFocus: ({ target }: FocusEvent) => {
        if (target instanceof HTMLInputElement) field.current = target;
      },
      onPointerDown: ({ target }: PointerEvent) => {
        if (target instanceof HTMLInputElement) setShown(true);
      },
    },
  };
}

function SetupForm({ bridge, problem }: { bridge: CountersignBridge; problem: ProvisioningProblem | null }) {
  const say = useSay();
  const [values, setValues] = useState<Record<Field, string>>({ server: 'https://', code: '', pin: '', pinAgain: '' });
  const [wrong, setWrong] = useState<Partial<Record<Field, MessageId>>>({});
  const [refusal, setRefusal] = useState<string | null>(null);
  const [joining, setJoining] = useState(false);
  const set = (field: Field) => (value: string) => {
    setValues((before) => ({ ...before, [field]: value }));
    setWrong((before) => ({ ...before, [field]: undefined }));
  };

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (joining) return;
    const found = check(values);
    setWrong(found);
    setRefusal(null);
    const [first] = Object.keys(found);
    if (first !== undefined) {
      document.getElementById(`setup-${first}`)?.focus();
      return;
    }
    setJoining(true);
    const form: EnrolmentForm = { serverUrl: values.server.trim(), code: values.code.trim(), pin: values.pin };
    const result = await bridge.enrol(form);
    setJoining(false);
    if (!result.ok) setRefusal(result.error.code);
  };

  return (
    <form className={classes.form} onSubmit={(event) => void submit(event)} noValidate>
      <Heading>{say('setup.title')}</Heading>
      <p className={classes.lead}>
        {say('setup.lead')} {say('setup.keyboard')}
      </p>
      {problem !== null && <SetupFile problem={problem} />}
      <div className={classes.fields}>
        <TextField
          id="server"
          label="setup.server"
          hint="setup.serverHint"
          value={values.server}
          wrong={wrong.server}
          onChange={set('server')}
        />
        <TextField id="code" label="setup.code" value={values.code} wrong={wrong.code} onChange={set('code')} />
        <TextField id="pin" label="setup.pin" secret value={values.pin} wrong={wrong.pin} onChange={set('pin')} />
        <TextField
          id="pinAgain"
          label="setup.pinAgain"
          secret
          value={values.pinAgain}
          wrong={wrong.pinAgain}
          onChange={set('pinAgain')}
        />
      </div>
      <p className={classes.refusal} role="alert">
        {refusal !== null && <span>{refusalText(refusal, say)}</span>}
      </p>
      <button type="submit" className={classes.submit} aria-disabled={joining}>
        {say(joining ? 'setup.joining' : 'setup.join')}
      </button>
      <p className={classes.later}>{say('setup.corner')}</p>
    </form>
  );
}

function check(values: Record<Field, string>): Partial<Record<Field, MessageId>> {
  const found: Partial<Record<Field, MessageId>> = {};
  if (!URL.canParse(values.server.trim())) found.server = 'setup.error.server';
  if (values.code.trim() === '') found.code = 'setup.error.code';
  if (!isPin(values.pin)) found.pin = 'setup.error.pin';
  else if (values.pin !== values.pinAgain) found.pinAgain = 'setup.error.pinAgain';
  return found;
}

function TextField({
  id,
  label,
  hint,
  secret = false,
  value,
  wrong,
  onChange,
}: {
  id: Field;
  label: MessageId;
  hint?: MessageId;
  secret?: boolean;
  value: string;
  wrong: MessageId | undefined;
  onChange: (value: string) => void;
}) {
  const say = useSay();
  return (
    <div className={classes.field}>
      <label htmlFor={`setup-${id}`}>{say(label, pinLength)}</label>
      <input
        id={`setup-${id}`}
        dir="ltr"
        type={secret ? 'password' : 'text'}
        inputMode={secret ? 'numeric' : id === 'server' ? 'url' : 'text'}
        autoComplete="off"
        autoCapitalize="off"
        spellCheck={false}
        value={value}
        aria-invalid={wrong !== undefined}
        aria-describedby={`setup-${id}-words`}
        onChange={(event) => onChange(event.target.value)}
      />
      <p id={`setup-${id}-words`} className={wrong === undefined ? classes.hint : classes.wrong}>
        {wrong !== undefined ? say(wrong, pinLength) : hint !== undefined && say(hint)}
      </p>
    </div>
  );
}
