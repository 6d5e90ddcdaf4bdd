/** `npm run server`: the central server alone. Takes the server's own settings from the environment. */
import { join, resolve } from 'node:path';
import { outboxPath } from '../../server/modules/messaging/outbox-routes.ts';
import { adminTokenOf } from '../../server/settings.ts';
import { shellWord } from '../local/shell-words.ts';

const data = resolve(process.env.COUNTERSIGN_SERVER_DATA || join('data', 'server'));
process.env.COUNTERSIGN_LOG_FILE ||= join(data, 'server.log');

console.log('Starting the central server …');
const { url, settings } = (await import('../../server/main.ts')).server;
const database =
  settings.databaseUrl === null ? ', its PostgreSQL included' : '; PostgreSQL is the one of DATABASE_URL';
const token =
  settings.adminToken === null ? `$(cat ${shellWord(settings.adminTokenFile)})` : '$COUNTERSIGN_ADMIN_TOKEN';
const outbox = settings.outbox
  ? `  Texts          shown on ${url}${outboxPath(adminTokenOf(settings))}, sent nowhere\n`
  : '';
console.log(`
  Data           ${data}${database}
  Configuration  ${settings.configuration}
  Log            ${settings.logFile}
  Health, API    ${url}/health  ${url}/openapi.json
${outbox}  Let a kiosk in with a code, good for ten minutes:
    curl ${url}/v1/enrolment-codes -H "Authorization: Bearer ${token}" -H 'Content-Type: application/json' -d '{"storeId":"my-store"}'
  Back up        the database, and apart from it ${settings.keyFile}
  Stop           Ctrl-C, or: kill $(cat ${shellWord(join(data, 'server.pid'))})
`);
