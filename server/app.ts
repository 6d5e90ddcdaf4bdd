import { randomUUID } from 'node:crypto';
import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import swagger from '@fastify/swagger';
import {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyServerOptions,
  fastify,
  LogController,
} from 'fastify';
import {
  jsonSchemaTransform,
  serializerCompiler,
  validatorCompiler,
  type ZodTypeProvider,
} from 'fastify-type-provider-zod';
import type { Logger } from 'pino';
import { z } from 'zod';
import { versionHeader } from '../shared/contracts/wire.ts';
import { CodedError } from '../shared/errors.ts';
import { alarmRoutes } from './admin/alarms.ts';
import { kioskRoutes } from './admin/kiosks.ts';
import { subjectRoutes } from './admin/subjects.ts';
import { configurationRoutes } from './configuration/routes.ts';
import { enrolmentCodeRoutes, enrolmentRoutes } from './enrolment/routes.ts';
import { healthRoutes } from './health.ts';
import { damageRoutes } from './intake/damage.ts';
import { intakeRoutes } from './intake/routes.ts';
import { logAnswers } from './logging.ts';
import { manageRoutes } from './manage/routes.ts';
import { outboxRoutes } from './messages/outbox-routes.ts';
import type { Parts } from './parts.ts';
import { answerProblem, handleProblems, refuse } from './problems.ts';
import { acceptAdminRequests } from './requests/admin-requests.ts';
import { acceptKioskRequests } from './requests/kiosk-requests.ts';
import type { TlsFiles } from './tls.ts';
import { verificationRoutes } from './verification/routes.ts';

export interface Transport {
  tls: TlsFiles | null;
  /** Believe one proxy about the client's address, host and scheme. */
  behindProxy: boolean;
}

/** The whole server, listening on nothing yet. */
export async function buildApp(parts: Parts, logger: Logger, transport: Transport): Promise<FastifyInstance> {
  const app = fastify(
    withTls(transport, {
      loggerInstance: logger as FastifyBaseLogger,
      logController: new LogController({ disableRequestLogging: true }),
      genReqId: () => randomUUID(),
      trustProxy: transport.behindProxy ? (_address, hop) => hop < 1 : false,
      exposeHeadRoutes: false,
      // An address that cannot be decoded reaches no route; Fastify's own answer would repeat it.
      frameworkErrors: (_error, _request, reply) => {
        answerProblem(reply, refuse('request_malformed'), parts.clock());
      },
      requestTimeout: 60_000,
      bodyLimit: 16_384,
    }),
  );
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  handleProblems(app, parts.clock);
  logAnswers(app);
  app.addHook('onSend', async (_request, reply) => void reply.header(versionHeader, parts.version));
  await app.register(helmet);
  await app.register(rateLimit, {
    global: false,
    errorResponseBuilder: () => Object.assign(new CodedError('too_many_requests'), { statusCode: 429 }),
  });
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Countersign server', version: '1' },
      components: { securitySchemes: { adminToken: { type: 'http', scheme: 'bearer' } } },
    },
    transform: jsonSchemaTransform,
  });
  const typed = app.withTypeProvider<ZodTypeProvider>();
  await typed.register(healthRoutes(parts));
  await typed.register(enrolmentRoutes(parts));
  await typed.register(async (kiosks) => {
    acceptKioskRequests(kiosks, parts);
    await kiosks.register(intakeRoutes(parts));
    await kiosks.register(damageRoutes(parts));
    await kiosks.register(configurationRoutes(parts));
    await kiosks.register(verificationRoutes(parts));
  });
  await typed.register(async (headOffice) => {
    acceptAdminRequests(headOffice, parts.adminToken);
    await headOffice.register(enrolmentCodeRoutes(parts));
    await headOffice.register(kioskRoutes(parts));
    await headOffice.register(alarmRoutes(parts));
    await headOffice.register(subjectRoutes(parts));
  });
  await typed.register(manageRoutes(parts));
  if (parts.outbox !== null) await typed.register(outboxRoutes(parts, parts.outbox, transport.behindProxy));
  typed.get(
    '/openapi.json',
    { schema: { summary: 'This document', tags: ['operation'], response: { 200: z.looseObject({}) } } },
    async () => ({ ...app.swagger() }),
  );
  return app;
}

/** Fastify's types make another kind of instance of an HTTPS server, although every route works on both. */
const withTls = ({ tls }: Transport, options: FastifyServerOptions): FastifyServerOptions =>
  tls === null ? options : { ...options, ...{ https: tls } };
