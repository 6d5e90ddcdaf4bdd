import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { problemSchema } from '../../../shared/contracts/wire.ts';
import { CodedError } from '../../../shared/errors.ts';
import { idSchema, instantSchema } from '../../../shared/primitives.ts';
import { recordAction } from '../../platform/audit-trail/record-action.ts';
import { createApiKey, revokeApiKey } from '../../platform/auth/api-keys.ts';
import { grantablePermissions } from '../../platform/auth/permissions.ts';
import type { PlatformContext } from '../../platform/context.ts';
import { inTransaction } from '../../platform/database/transaction.ts';
import type { ApiKey } from '../../platform/database/types.ts';

/** A key that ends in twenty years does not end. */
const longestMilliseconds = 2 * 366 * 86_400_000;

const newKeySchema = z.strictObject({
  /** For people at head office: what uses it. */
  name: z.string().regex(/^\S.{0,59}$/u),
  permissions: z
    .array(z.enum(grantablePermissions))
    .min(1)
    .transform((permissions) => [...new Set(permissions)]),
  /** Within two years. */
  endsAt: instantSchema,
});

const apiKeySchema = z.object({
  id: idSchema,
  name: z.string(),
  permissions: z.array(z.string()),
  createdAt: instantSchema,
  endsAt: instantSchema,
  revokedAt: instantSchema.nullable(),
  /** The hour in which it was last used. */
  lastUsedAt: instantSchema.nullable(),
});

const tags = ['head office'];

/** With a key somebody else's program does what its permissions say. Keys make no keys: that is for head office itself. */
export function apiKeyRoutes({ db, clock }: PlatformContext): FastifyPluginAsyncZod {
  return async (app) => {
    app.get(
      '/v1/api-keys',
      {
        config: { access: 'api-keys:read' },
        schema: {
          summary: 'All API keys, revoked and ended ones too; their secrets are not kept',
          tags,
          response: { 200: z.object({ apiKeys: z.array(apiKeySchema) }), '4xx': problemSchema },
        },
      },
      async () => ({
        apiKeys: (await db.selectFrom('api_keys').selectAll().orderBy('created_at').execute()).map(shown),
      }),
    );

    app.post(
      '/v1/api-keys',
      {
        config: { access: 'api-keys:write' },
        schema: {
          summary: 'Make an API key for an integration. The answer is the only place where its secret stands',
          tags,
          body: newKeySchema,
          response: { 201: apiKeySchema.extend({ secret: z.string() }), '4xx': problemSchema },
        },
      },
      async (request, reply) => {
        const now = clock();
        const endsAt = new Date(request.body.endsAt);
        const left = endsAt.getTime() - now.getTime();
        if (left <= 0 || left > longestMilliseconds) {
          throw new CodedError('request_malformed', { at: '/endsAt', words: 'It lies within the next two years.' });
        }
        const { apiKey, secret } = await inTransaction(db, async (transaction) => {
          const created = await createApiKey(transaction, { ...request.body, endsAt }, now);
          const about = { kind: 'api_key', id: created.apiKey.id } as const;
          await recordAction(transaction, request.principal, { action: 'api_key.created', about }, now);
          return created;
        });
        reply.header('cache-control', 'no-store');
        return reply.code(201).send({ ...shown(apiKey), secret });
      },
    );

    app.delete(
      '/v1/api-keys/:id',
      {
        config: { access: 'api-keys:write' },
        schema: {
          summary: 'Revoke an API key, at once and for good',
          tags,
          params: z.object({ id: idSchema }),
          response: { 200: z.object({ id: idSchema, revokedAt: instantSchema }), '4xx': problemSchema },
        },
      },
      async ({ params: { id }, principal }) => {
        const now = clock();
        const revokedAt = await inTransaction(db, async (transaction) => {
          const revoked = await revokeApiKey(transaction, id, now);
          if (revoked === null) throw new CodedError('not_found');
          const about = { kind: 'api_key', id } as const;
          await recordAction(transaction, principal, { action: 'api_key.revoked', about }, now);
          return revoked;
        });
        return { id, revokedAt: revokedAt.toISOString() };
      },
    );
  };
}

const shown = (row: ApiKey): z.infer<typeof apiKeySchema> => ({
  id: row.id,
  name: row.name,
  permissions: row.permissions,
  createdAt: row.created_at.toISOString(),
  endsAt: row.ends_at.toISOString(),
  revokedAt: row.revoked_at?.toISOString() ?? null,
  lastUsedAt: row.last_used_at?.toISOString() ?? null,
});
