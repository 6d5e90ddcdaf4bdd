import type { Page } from '@playwright/test';

/** Whether the page still shows or holds these digits, however they are grouped: markup, inputs, storage, history. */
export function remembers(page: Page, digits: string): Promise<boolean> {
  return page.evaluate((sought) => {
    const inputs = [...document.querySelectorAll('input, textarea')] as HTMLInputElement[];
    const places = [
      document.documentElement.outerHTML,
      document.body.innerText,
      ...inputs.map(({ value }) => value),
      JSON.stringify({ ...localStorage }),
      JSON.stringify({ ...sessionStorage }),
      JSON.stringify(history.state),
      location.href,
      document.title,
    ];
    return history.length > 1 || places.some((place) => place.replaceAll(/\D/g, '').includes(sought));
  }, digits);
}
