import { type KeyboardEvent, useCallback, useDeferredValue, useEffect, useMemo, useRef, useState } from 'react';
import { Autocomplete, Input, ListBox, ListBoxItem, SearchField } from 'react-aria-components';
import { useIntl } from 'react-intl';
import type { Countries } from '../../shared/phone/countries.ts';
import type { Region } from '../../shared/phone/plan.ts';
import { Button } from '../components/button.tsx';
import { Dialog } from '../components/dialog.tsx';
import { Keyboard } from '../components/keyboard.tsx';
import { nameLayout } from '../components/keyboard-layouts.ts';
import { usePhone } from '../flow/phone.tsx';
import { useFlow, useKnown } from '../flow/use-flow.tsx';
import { handPressedAt } from '../keys/key-guard.ts';
import { useSay } from '../words/words.tsx';
import { initial, initials, likelyFirst, plainly } from './country-list.ts';
import classes from './country-picker.module.css';
import { useShownCountry } from './use-shown-country.ts';

/**
 * The countries whose numbers are taken, by name in the customer's language, the likely ones first. Found by their first letter,
 * or by typing: the field for that is there once a letter is pressed, or the keyboard on the screen is wanted.
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
  const [searching, setSearching] = useState(false);
  const [keyboard, setKeyboard] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const languages = useKnown((context) => context.configuration.languages);
  const spoken = useKnown((context) => context.language);
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
    if (sought !== '') return plainly(search(sought));
    if (letter !== '') return plainly(all.filter(({ name }) => initial(name, locale) === letter));
    return likelyFirst(all, { own, shown: region, languages: [spoken, ...languages] });
  }, [search, sought, letter, all, locale, own, region, spoken, languages]);
  const choose = (next: string) => {
    flow.send({ type: 'REGION', region: next, typed: phone?.movedTo(next as Region, typed, chosen) ?? typed });
    onClose();
  };
  const pickLetter = (next: string) => {
    setQuery('');
    setSearching(false);
    setLetter(next);
  };

  const startSearch = () => {
    setLetter('');
    setSearching(true);
    setKeyboard(true);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (!/^\p{L}$/u.test(event.key) || event.ctrlKey || event.altKey || event.metaKey) return;
    // What is typed into the field comes once more from Autocomplete, for the list; that is nobody's key.
    if (event.target instanceof HTMLInputElement || handPressedAt(event.nativeEvent) === undefined) return;
    event.preventDefault();
    setKeyboard(false);
    setLetter('');
    setSearching(true);
    setQuery((before) => before + event.key);
    input.current?.focus();
  };
  useEffect(() => {
    if (searching) input.current?.focus();
  }, [searching]);

  return (
    <Dialog name="country" title={say('country.title')} size="whole" onClose={onClose}>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: a letter typed anywhere begins the search, as in a list of the system. */}
      <div className={classes.picker} data-keyboard={keyboard || undefined} onKeyDown={onKeyDown}>
        <header className={classes.header}>
          <h2 className={keyboard ? 'visually-hidden' : classes.title}>{say('country.title')}</h2>
          <Button onPress={onClose}>
            {say('country.keep', { country: phone?.regionName(region, locale) ?? region })}
          </Button>
        </header>
        <Autocomplete inputValue={query} onInputChange={setQuery}>
          {searching ? (
            <SearchField aria-label={say('country.search')} className={classes.search ?? ''}>
              <Input
                ref={input}
                className={classes.input ?? ''}
                placeholder={say('country.searchFor')}
                autoComplete="off"
                onPointerDown={() => setKeyboard(true)}
              />
            </SearchField>
          ) : (
            <button
              type="button"
              data-first-focus=""
              className={`${classes.search} ${classes.input} ${classes.opener}`}
              onClick={startSearch}
            >
              {say('country.search')}
            </button>
          )}
          {!keyboard && (
            // biome-ignore lint/a11y/useSemanticElements: a fieldset would bring a form's semantics and a min-content size.
            <div className={classes.letters} data-part="letters" role="group" aria-label={say('country.letters')}>
              <Button pressed={letter === '' && query === ''} onPress={() => pickLetter('')}>
                {say('country.allLetters')}
              </Button>
              {letters.map((each) => (
                <Button key={each} pressed={letter === each && query === ''} onPress={() => pickLetter(each)}>
                  {each}
                </Button>
              ))}
            </div>
          )}
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
                <ListBoxItem
                  id={item.region}
                  textValue={item.name}
                  className={item.endsLikely ? `${classes.item} ${classes.endsLikely}` : (classes.item ?? '')}
                >
                  <span>{item.name}</span>
                  <bdi className={classes.code} dir="ltr">
                    +{item.callingCode}
                  </bdi>
                </ListBoxItem>
              )}
            </ListBox>
          </div>
        </Autocomplete>
        {keyboard && (
          <div className={classes.keyboard}>
            <Keyboard
              layout={nameLayout(spoken)}
              field={() => input.current}
              withSpace
              onHide={() => setKeyboard(false)}
            />
          </div>
        )}
      </div>
    </Dialog>
  );
}
