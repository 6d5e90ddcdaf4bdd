import { useMemo } from 'react';
import { Button } from '../components/button.tsx';
import { Heading, Screen } from '../components/screen.tsx';
import { type AgeGroup, ageGroups } from '../flow/age.ts';
import { wordsIn } from '../flow/notices-on-screen.ts';
import { useFlow, useKnown } from '../flow/use-flow.tsx';
import { useSay } from '../words/words.tsx';
import classes from './age.module.css';

/** Groups that all look alike: nothing here tells which answer leads on. */
export function AgeScreen() {
  const flow = useFlow();
  const say = useSay();
  const threshold = useKnown((context) => context.configuration.age?.threshold ?? 0);
  const explanation = useKnown((context) => wordsIn(context.configuration, context.language)?.explanation);
  const groups = useMemo(() => ageGroups(threshold), [threshold]);
  const named = ({ from, to }: AgeGroup) => {
    if (to === null) return say('age.over', { from });
    return from === 0 ? say('age.under', { to }) : say('age.between', { from, to });
  };
  return (
    <Screen
      name="age"
      step={{ at: 1, of: 3 }}
      question={
        <>
          <p className={classes.explanation}>{explanation}</p>
          <Heading>{say('age.question')}</Heading>
          <p>{say('age.lead')}</p>
        </>
      }
      actions={
        <Button kind="refuse" onPress={() => flow.send({ type: 'WITHOUT_NUMBER' })}>
          {say('common.withoutNumber')}
        </Button>
      }
    >
      <div className={classes.groups}>
        {groups.map((group) => (
          <Button key={group.from} onPress={() => flow.send({ type: 'AGE', from: group.from })}>
            {named(group)}
          </Button>
        ))}
      </div>
    </Screen>
  );
}

/** A child may not agree; a guardian may, with their own number, if somebody of the shop sees them. */
export function GuardianScreen() {
  const flow = useFlow();
  const say = useSay();
  return (
    <Screen
      name="guardian"
      question={
        <>
          <Heading>{say('guardian.title')}</Heading>
          <p className={classes.text}>{say('guardian.text')}</p>
        </>
      }
      actions={
        <>
          <Button kind="refuse" onPress={() => flow.send({ type: 'WITHOUT_NUMBER' })}>
            {say('common.withoutNumber')}
          </Button>
          <Button kind="main" onPress={() => flow.send({ type: 'CONTINUE' })}>
            {say('guardian.next')}
          </Button>
        </>
      }
    />
  );
}
