/** `npm run check-configuration -- FILE`: whether the server would take this file, and everything that is wrong with it. */
import { resolve } from 'node:path';
import { loadConfiguration } from '../../server/modules/configuration/loader.ts';
import { explainConfigurationProblem } from '../../server/start-problems.ts';
import { languageName } from '../../shared/configuration-languages.ts';

const [file, ...more] = process.argv.slice(2);
if (file === undefined || more.length > 0) {
  console.error('Name one file: npm run check-configuration -- shop.json');
  process.exit(2);
}

try {
  const { forStore, remarks } = loadConfiguration(resolve(file));
  const { brand, languages, country, notices, age, paused } = forStore('any', null);
  const boxes = notices.filter(({ notice }) => notice.language === languages[0]).map(({ notice }) => notice);
  console.log(`The configuration can be used: ${resolve(file)}\n`);
  console.log(`  Brand      ${brand.name}, in ${country}${paused ? ', paused: nobody is asked for a number' : ''}`);
  console.log(`  Languages  ${languages.map(languageName).join(', ')}`);
  for (const { purpose, boxes: channels } of boxes) {
    console.log(`  Purpose    ${purpose}: ${channels.map(({ channel }) => channel).join(', ')}`);
  }
  console.log(
    `  Age        ${age === null ? 'not asked' : `asked: ${age.threshold}${age.guardian ? ', or with a guardian' : ''}`}`,
  );
  for (const remark of remarks) console.log(`  Note       ${remark}`);
} catch (error) {
  console.error(explainConfigurationProblem(error));
  process.exit(1);
}
