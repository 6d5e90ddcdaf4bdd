import { randomUUID } from 'node:crypto';
import { getHeapStatistics } from 'node:v8';
import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import swagger from '@fastify/swagger';
import underPressure from '@fastify/under-pressure';
import {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyServerOptions,
  fastify,
  LogController,
} from 'fastify';
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import type { Logger } from 'pino';
import { z } from 'zod';
import { versionHeader, wireLimits } from '../shared/contracts/wire.ts';
import { CodedError } from '../shared/errors.ts';
import type { Context } from './context.ts';
import { apiKeyRoutes } from './modules/api-keys/routes.ts';
import { auditRoutes } from './modules/audit/routes.ts';
import { configurationRoutes } from './modules/configuration/routes.ts';
import { customerPageRoutes } from './modules/customer-pages/routes.ts';
import { readoptionRoutes } from './modules/enrolment/readoption.ts';
import { enrolmentCodeRoutes, enrolmentRoutes } from './modules/enrolment/routes.ts';
import { authenticateKiosks } from './modules/fleet/kiosk-authentication.ts';
import { kioskRoutes } from './modules/fleet/routes.ts';
import { damageRoutes } from './modules/intake/damage.ts';
import { heartbeatRoutes } from './modules/intake/heartbeat.ts';
import { intakeRoutes } from './modules/intake/routes.ts';
import { alarmRoutes } from './modules/integrity/alarm-routes.ts';
import { keyRoutes } from './modules/key-rotation/routes.ts';
import { outboxRoutes } from './modules/messaging/outbox-routes.ts';
import { failedWorkRoutes } from './modules/operation/failed-work.ts';
import { healthRoutes } from './modules/operation/health.ts';
import { problemRoutes } from './modules/operation/problem-routes.ts';
import { erasureRoutes } from './modules/rights/erasure-routes.ts';
import { subjectRoutes } from './modules/rights/lookup-routes.ts';
import { verificationRoutes } from './modules/verification/routes.ts';
import { recordActions } from './platform/audit-trail/record-action.ts';
import { authenticateHeadOffice } from './platform/auth/head-office.ts';
import { describeRoute } from './platform/auth/openapi.ts';
import { checkAccess } from './platform/auth/principals.ts';
import { clientNetwork } from './platform/http/client-address.ts';
import { answerProblem, handleProblems, refuse } from './platform/http/problems.ts';
import type { TlsFiles } from './platform/http/tls.ts';
import { logAnswers } from './platform/logging/logging.ts';

export interface Transport {
  tls: TlsFiles | null;
  /** Believe one proxy about the client's address, host and scheme. */
  behindProxy: boolean;
}

/** A kiosk gives up after half a minute without a byte in either direction, so nobody waits behind a line that is silent for longer. */
const silenceMilliseconds = 60_000;
/** No line is so slow that a few hundred bytes need longer. */
const headersMilliseconds = 30_000;
/** Two for each of a few thousand kiosks. An open one costs some kilobytes. */
const connectionsAtOnce = 8_192;

/** The whole server, listening on nothing yet. */
export async function buildApp(context: Context, logger: Logger, transport: Transport): Promise<FastifyInstance> {
  const app = fastify(
    withTls(transport, {
      loggerInstance: logger as FastifyBaseLogger,
      logController: new LogController({ disableRequestLogging: true }),
      genReqId: () => randomUUID(),
      trustProxy: transport.behindProxy ? (_address, hop) => hop < 1 : false,
      exposeHeadRoutes: false,
      // An address that cannot be decoded reaches no route; Fastify's own answer would repeat it.
      frameworkErrors: (_error, _request, reply) => {
        answerProblem(reply, refuse('request_malformed'), context.clock());
      },
      requestTimeout: wireLimits.requestMilliseconds,
      connectionTimeout: silenceMilliseconds,
      bodyLimit: 16_384,
    }),
  );
  limitTime(app);
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  handleProblems(app, context.clock, context.limits.refusalsPerMinute);
  logAnswers(app);
  app.addHook('onSend', async (_request, reply) => void reply.header(versionHeader, context.version));
  await app.register(helmet);
  await app.register(rateLimit, {
    global: false,
    keyGenerator: clientNetwork,
    errorResponseBuilder: () => Object.assign(new CodedError('too_many_requests'), { statusCode: 429 }),
  });
  const { heap_size_limit: heap } = getHeapStatistics();
  await app.register(underPressure, {
    maxEventLoopDelay: context.limits.eventLoopDelayMilliseconds,
    maxHeapUsedBytes: heap * 0.9,
    // Bodies on their way lie outside the heap.
    maxRssBytes: heap + 1_073_741_824,
    pressureHandler: async (_request: unknown, _reply: unknown, _type: unknown, value: number | undefined) => {
      // Without a single sample, as right after a pause of a second, the library takes the delay for infinite. The next sample tells.
      if (value === Number.POSITIVE_INFINITY) return;
      throw Object.assign(new CodedError('not_ready'), { statusCode: 503 });
    },
  });
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Countersign server', version: '1' },
      components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } } },
    },
    transform: describeRoute,
  });
  checkAccess(app, async (principal, id) => {
    const refused = { action: 'access.refused', about: { kind: 'permission', id }, outcome: 'refused' } as const;
    await recordActions(context.db, principal, [refused], context.clock());
  });
  const typed = app.withTypeProvider<ZodTypeProvider>();
  await typed.register(healthRoutes(context));
  await typed.register(problemRoutes);
  await typed.register(enrolmentRoutes(context));
  await typed.register(readoptionRoutes(context));
  await typed.register(async (kiosks) => {
    authenticateKiosks(kiosks, context);
    await kiosks.register(intakeRoutes(context));
    await kiosks.register(heartbeatRoutes(context));
    await kiosks.register(damageRoutes(context));
    await kiosks.register(configurationRoutes(context));
    await kiosks.register(verificationRoutes(context));
  });
  await typed.register(async (headOffice) => {
    authenticateHeadOffice(headOffice, context);
    await headOffice.register(enrolmentCodeRoutes(context));
    await headOffice.register(kioskRoutes(context));
    await headOffice.register(alarmRoutes(context));
    await headOffice.register(failedWorkRoutes(context));
    await headOffice.register(subjectRoutes(context));
    await headOffice.register(erasureRoutes(context));
    await headOffice.register(auditRoutes(context));
    await headOffice.register(keyRoutes(context));
    await headOffice.register(apiKeyRoutes(context));
  });
  await typed.register(customerPageRoutes(context));
  if (context.outbox !== null) await typed.register(outboxRoutes(context, context.outbox));
  typed.get(
    '/openapi.json',
    {
      config: { access: 'public' },
      schema: { summary: 'This document', tags: ['operation'], response: { 200: z.looseObject({}) } },
    },
    async () => ({ ...app.swagger() }),
  );
  return app;
}

/**
 * A time limit protects from clients that open a request and never end it (slow loris): each holds a connection, and the memory of what
 * it sent. Before the headers are here nobody can have a reason to be slow. A body may be (a shop's line), so it has the kiosk's own ten
 * minutes; what somebody who drips one takes up is a connection and one of the places for arriving batches (intake/routes.ts).
 */
function limitTime({ server }: FastifyInstance): void {
  server.headersTimeout = headersMilliseconds;
  server.maxConnections = connectionsAtOnce;
}

/** Fastify's types make another kind of instance of an HTTPS server, although every route works on both. */
const withTls = ({ tls }: Transport, options: FastifyServerOptions): FastifyServerOptions =>
  tls === null ? options : { ...options, ...{ https: tls } };
