/** `npm run server`: the central server alone. Takes the server's own settings from the environment. */
import { join, resolve } from 'node:path';

const data = resolve(process.env.COUNTERSIGN_SERVER_DATA ?? join('data', 'server'));
process.env.COUNTERSIGN_LOG_FILE ??= join(data, 'server.log');

console.log('Starting the central server …');
const { url } = await import('../../server/main.ts');
const database =
  process.env.DATABASE_URL === undefined ? ', its PostgreSQL included' : '; PostgreSQL is the one of DATABASE_URL';
const token =
  process.env.COUNTERSIGN_ADMIN_TOKEN === undefined
    ? `$(cat ${join(data, 'admin-token')})`
    : '$COUNTERSIGN_ADMIN_TOKEN';
const outbox = (await fetch(`${url}/outbox`)).ok ? `  Texts          shown on ${url}/outbox, sent nowhere\n` : '';
console.log(`
  Data           ${data}${database}
  Log            ${process.env.COUNTERSIGN_LOG_FILE}
  Health, API    ${url}/health  ${url}/openapi.json
${outbox}  Let a kiosk in with a code, good for ten minutes:
    curl ${url}/v1/enrolment-codes -H "Authorization: Bearer ${token}" -H 'Content-Type: application/json' -d '{"storeId":"my-store"}'
  Back up        the database, and apart from it ${process.env.COUNTERSIGN_KEY_FILE ?? join(data, 'keys.json')}
  Stop           Ctrl-C
`);
