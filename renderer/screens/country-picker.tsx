import { useCallback, useDeferredValue, useMemo, useState } from 'react';
import { Autocomplete, Input, ListBox, ListBoxItem, SearchField } from 'react-aria-components';
import { useIntl } from 'react-intl';
import type { Countries } from '../../shared/phone/countries.ts';
import type { Region } from '../../shared/phone/plan.ts';
import { usePhone } from '../flow/phone.tsx';
import { useFlow, useKnown } from '../flow/use-flow.tsx';
import { Button } from '../parts/button.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { useSay } from '../words/words.tsx';
import classes from './country-picker.module.css';
import { useShownCountry } from './use-shown-country.ts';

/**
 * The countries whose numbers are taken, by name in the customer's language, the store's own first. Found by typing, by calling code, or, where
 * there is no keyboard, by tapping the first letter.
 */
export default function CountryPicker({ countries, onClose }: { countries: Countries; onClose: () => void }) {
  const flow = useFlow();
  const say = useSay();
  const phone = usePhone();
  const { locale } = useIntl();
  const chosen = useKnown((context) => context.region) as Region;
  const typed = useKnown((context) => context.typed);
  const region = useShownCountry();
  const own = useKnown((context) => context.configuration.country);
  const [query, setQuery] = useState('');
  const [letter, setLetter] = useState('');
  const sought = useDeferredValue(query);
  const search = useCallback(
    (words: string) => {
      const regions = phone?.searchRegions(words, locale) ?? [];
      return countries === 'all' ? regions : regions.filter((each) => countries.includes(each.region));
    },
    [phone, locale, countries],
  );
  const all = useMemo(() => search(''), [search]);
  const letters = useMemo(() => initials(all, locale), [all, locale]);
  const found = useMemo(() => {
    if (sought !== '') return search(sought);
    if (letter !== '') return all.filter(({ name }) => initial(name, locale) === letter);
    return [...all.filter((each) => each.region === own), ...all.filter((each) => each.region !== own)];
  }, [search, sought, letter, all, locale, own]);
  const choose = (next: string) => {
    flow.send({ type: 'REGION', region: next, typed: phone?.movedTo(next as Region, typed, chosen) ?? typed });
    onClose();
  };
  const pickLetter = (next: string) => {
    setQuery('');
    setLetter(next);
  };

  return (
    <Dialog name="country" title={say('country.title')} size="whole" onClose={onClose}>
      <div className={classes.picker}>
        <header className={classes.header}>
          <h2 className={classes.title}>{say('country.title')}</h2>
          <Button onPress={onClose}>
            {say('country.keep', { country: phone?.regionName(region, locale) ?? region })}
          </Button>
        </header>
        <Autocomplete inputValue={query} onInputChange={setQuery}>
          <SearchField aria-label={say('country.search')} className={classes.search ?? ''}>
            <Input
              data-first-focus=""
              className={classes.input ?? ''}
              placeholder={say('country.search')}
              autoComplete="off"
            />
          </SearchField>
          {/* biome-ignore lint/a11y/useSemanticElements: a fieldset would bring a form's semantics and a min-content size. */}
          <div className={classes.letters} role="group" aria-label={say('country.letters')}>
            <Button pressed={letter === '' && query === ''} onPress={() => pickLetter('')}>
              {say('country.allLetters')}
            </Button>
            {letters.map((each) => (
              <Button key={each} pressed={letter === each && query === ''} onPress={() => pickLetter(each)}>
                {each}
              </Button>
            ))}
          </div>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keyboard (WCAG 2.1.1). */}
          <div className={classes.list} key={letter} tabIndex={0}>
            <ListBox
              aria-label={say('country.list')}
              items={found}
              selectionMode="single"
              selectedKeys={[region]}
              disallowEmptySelection
              shouldSelectOnPressUp
              onAction={(key) => choose(String(key))}
              onSelectionChange={(keys) => {
                const [key] = keys === 'all' ? [] : [...keys];
                if (key !== undefined) choose(String(key));
              }}
              renderEmptyState={() => <p className={classes.none}>{say('country.none')}</p>}
            >
              {(item) => (
                <ListBoxItem id={item.region} textValue={item.name} className={classes.item ?? ''}>
                  <span>{item.name}</span>
                  <bdi className={classes.code} dir="ltr">
                    +{item.callingCode}
                  </bdi>
                </ListBoxItem>
              )}
            </ListBox>
          </div>
        </Autocomplete>
      </div>
    </Dialog>
  );
}

function initials(all: readonly { name: string }[], locale: string): string[] {
  return [...new Set(all.map(({ name }) => initial(name, locale)))].sort(new Intl.Collator(locale).compare);
}

/** The letter under which people look a name up: no article, no accent. */
function initial(name: string, locale: string): string {
  const plain = name.normalize('NFD').replace(/\p{M}/gu, '').replace(/^ال/u, '');
  const [first = ''] = plain;
  return first.toLocaleUpperCase(locale);
}
