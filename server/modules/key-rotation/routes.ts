import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { problemSchema } from '../../../shared/contracts/wire.ts';
import { recordActions } from '../../platform/audit-trail/record-action.ts';
import type { PlatformContext } from '../../platform/context.ts';
import { installationKeys, makeMasterKeyPrimary } from '../../platform/database/installation-keys.ts';
import { countRowsUnderKeys } from './rows-under-keys.ts';

const keyIdSchema = z.string().regex(/^[A-Za-z0-9_-]{16}$/);

const keySchema = z.object({
  id: keyIdSchema,
  use: z.enum(['signing', 'seal', 'master']),
  state: z.enum(['primary', 'rotating', 'kept']),
  /** Of a master key. */
  rows: z
    .object({
      subjects: z.int(),
      numbers: z.int(),
      suppressions: z.int(),
      countedTexts: z.int(),
      textedCodes: z.int(),
      enrolmentCodes: z.int(),
    })
    .nullable(),
});
export const keysAnswerSchema = z.object({ keys: z.array(keySchema) });

const tags = ['head office'];

/** For `npm run keys`. No key is ever in an answer, only their ids. */
export function keyRoutes({ db, keys, jobs, clock }: PlatformContext): FastifyPluginAsyncZod {
  return async (app) => {
    app.get(
      '/v1/keys',
      {
        config: { access: 'keys:read' },
        schema: {
          summary: 'The keys that the database uses, and how much is under each',
          tags,
          response: { 200: keysAnswerSchema, '4xx': problemSchema },
        },
      },
      async () => {
        const counts = await countRowsUnderKeys(db);
        const known = await installationKeys(db);
        return {
          keys: known.map(({ key_id, key_use, state }) => ({
            id: key_id,
            use: key_use,
            state,
            rows: key_use === 'master' ? (counts.get(key_id) ?? noRows) : null,
          })),
        };
      },
    );

    app.post(
      '/v1/keys/rotations',
      {
        config: { access: 'keys:write' },
        schema: {
          summary:
            'Use this master key of the key file for everything new, and move what is under older ones; again to go on',
          tags,
          body: z.strictObject({ keyId: keyIdSchema }),
          response: { 202: z.object({ primary: keyIdSchema }), '4xx': problemSchema, 503: problemSchema },
        },
      },
      async (request, reply) => {
        const { id } = keys.master.byId(request.body.keyId);
        const about = { kind: 'master_key', id } as const;
        await recordActions(db, request.principal, [{ action: 'master_key.made_primary', about }], clock());
        await makeMasterKeyPrimary(db, id);
        const { primary } = await keys.master.inUse(db);
        await jobs.add('re-encrypt', [{}]);
        request.log.warn({ primary: primary.id }, 'master keys are rotated');
        return reply.code(202).send({ primary: primary.id });
      },
    );
  };
}

const noRows = { subjects: 0, numbers: 0, suppressions: 0, countedTexts: 0, textedCodes: 0, enrolmentCodes: 0 };
