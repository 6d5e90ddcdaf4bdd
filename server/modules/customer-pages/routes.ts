import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { CodedError } from '../../../shared/errors.ts';
import { databaseUnavailable } from '../../platform/database/connection.ts';
import { preferredOf, spokenIn } from '../../platform/i18n/messages.ts';
import { withoutMessage } from '../../platform/logging/without-message.ts';
import { sendPage } from '../../platform/views/page.ts';
import { findWords } from '../configuration/notices.ts';
import { historyWithRecord } from '../consent/person.ts';
import type { VerificationContext } from '../verification/context.ts';
import { releaseMessage } from '../verification/limits.ts';
import { confirm, withdraw } from './actions.ts';
import { customerPage, emptyPage } from './page.ts';
import { type Opened, resolveToken } from './resolve-token.ts';

/**
 * The page behind a receipt's QR and behind the link of a text. A receipt's token shows and stops what
 * its own record gave; a text's token, which only the owner of the number has, stops everything. Nothing else is asked. The token is in the address only and is never logged.
 */
export function customerPageRoutes(context: VerificationContext): FastifyPluginAsyncZod {
  const { db, keys, configurations, limits } = context;
  const options = {
    schema: { hide: true },
    config: { access: 'public' as const, rateLimit: { max: limits.pagesPerMinute, timeWindow: 60_000 } },
    bodyLimit: 1_024,
  };

  const empty = (request: FastifyRequest, reply: FastifyReply, word: 'unknown' | 'busy' | 'broken', status: number) => {
    const { brand, languages } = configurations.anyStore;
    const language = preferredOf(request.headers['accept-language']) ?? spokenIn(languages[0] ?? 'en');
    return sendPage(reply, emptyPage(brand, language, word, status));
  };

  const show = async (reply: FastifyReply, token: string, { place, person, byText }: Opened) => {
    const { history, record } = await historyWithRecord(db, person, place);
    if (record === undefined) throw new CodedError('internal');
    const { brand, country } = configurations.forStore(record.origin.storeId).configuration;
    const { body } = record;
    const none = { notices: [], privacyNotice: null };
    const words = 'choices' in body ? await findWords(db, body) : none;
    const store = configurations.storePlace(record.origin.storeId);
    return sendPage(reply, customerPage({ token, byText, brand, country, store, record, history, words }));
  };

  return async (app) => {
    // A form without fields; whatever else it may hold is not wanted.
    app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, _body, done) =>
      done(null, null),
    );
    app.setErrorHandler((error: FastifyError, request, reply) => {
      if (error.statusCode === 429) return empty(request, reply, 'busy', 429);
      const status = databaseUnavailable(error) ? 503 : (error.statusCode ?? 500);
      if (status === 503) reply.header('retry-after', '5');
      if (status >= 500) request.log.error({ code: 'page_failed', error: withoutMessage(error) });
      return empty(request, reply, 'broken', status);
    });

    app.get<{ Params: { token: string } }>('/m/:token', options, async (request, reply) => {
      const { token } = request.params;
      const opened = await resolveToken(db, keys, token);
      return opened === null ? empty(request, reply, 'unknown', 404) : show(reply, token, opened);
    });
    app.get('/m/*', options, async (request, reply) => empty(request, reply, 'unknown', 404));

    /** Both answer with the page again, so that reloading does nothing twice. */
    const act = (path: string, action: (request: FastifyRequest, opened: Opened) => Promise<void>) =>
      app.post<{ Params: { token: string } }>(path, options, async (request, reply) => {
        const { token } = request.params;
        const opened = await resolveToken(db, keys, token);
        if (opened === null) return empty(request, reply, 'unknown', 404);
        await action(request, opened);
        return reply.header('cache-control', 'no-store').redirect(`../${token}`, 303);
      });

    act('/m/:token/withdraw', async (request, opened) => {
      const stopped = await withdraw(context, opened);
      if (stopped === null) return;
      // It is done, whether or not the text goes out. Only what was handed over counts for the limits.
      await context.messages?.send(stopped.text).catch(async (error: unknown) => {
        request.log.warn({ error: withoutMessage(error) }, 'text not sent');
        await releaseMessage(db, stopped.reservation);
      });
    });
    act('/m/:token/confirm', async (_request, opened) => await confirm(context, opened));
  };
}
