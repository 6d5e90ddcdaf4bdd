import { type Figure, goalInWords, isMet } from './benchmark.ts';

const number = (value: number): string =>
  Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3).replace(/\.?0+$/, '');

const columns = ['figure', 'value', 'middle half', 'against', 'goal', 'met'] as const;

/** The figures as a Markdown table, which is also readable in a terminal. */
export function table(figures: readonly Figure[]): string {
  const rows = figures.map((figure) => [
    figure.name,
    `${number(figure.value)} ${figure.unit}`.trim(),
    `${number(figure.spread.from)} to ${number(figure.spread.to)}`,
    figure.against,
    `${goalInWords(figure.goal)} ${figure.unit}`.trim(),
    isMet(figure) ? 'yes' : 'NO',
  ]);
  const widths = columns.map((name, column) =>
    Math.max(name.length, ...rows.map((cells) => (cells[column] ?? '').length)),
  );
  const lineOf = (cells: readonly string[], fill = ' ') =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0, fill)).join(' | ')} |`;
  return [lineOf(columns), lineOf(['', '', '', '', '', ''], '-'), ...rows.map((cells) => lineOf(cells))].join('\n');
}
