import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { batchMediaType } from '../../../protocol/batch.ts';
import { batchAnswerSchema, batchSchema, problemSchema, wireLimits } from '../../../shared/contracts/wire.ts';
import { CodedError } from '../../../shared/errors.ts';
import { clientAddress } from '../../platform/http/client-address.ts';
import { whenOver } from '../../platform/http/when-over.ts';
import { signerOf } from '../fleet/kiosk-authentication.ts';
import type { OpeningContext } from '../opening/opening-worker.ts';
import { IntakeQueue } from './intake-queue.ts';
import { verifyBatch } from './verify-batch.ts';

/**
 * Further batches would only wait here until their kiosks time out. They are refused (503 with Retry-After), mostly before anything
 * of them is read.
 */
const batchesAtOnce = 32;
/**
 * Batches that are here or still arriving: at their largest (4 MiB each) they fit into memory. Minutes on a slow line, or somebody who
 * drips bytes, take up one of these places, and none of those where work is done.
 */
const arrivingAtOnce = 256;

export function intakeRoutes(context: OpeningContext): FastifyPluginAsyncZod {
  const { openingWorker } = context;
  const queue = new IntakeQueue(context);
  return async (app) => {
    // Not parsed by its schema on the way out, as other answers are: it has one line for each record, and the types vouch for it.
    app.setSerializerCompiler(() => (answer) => JSON.stringify(answer));
    let arriving = 0;
    let underWay = 0;
    app.addHook('onRequest', async (_request, reply) => {
      if (underWay >= batchesAtOnce || arriving >= arrivingAtOnce) throw new CodedError('not_ready');
      arriving += 1;
      whenOver(reply, () => {
        arriving -= 1;
      });
    });
    const inItsPlace = async <T>(work: () => Promise<T>): Promise<T> => {
      // While it arrived, others may have taken all places.
      if (underWay >= batchesAtOnce) throw new CodedError('not_ready');
      underWay += 1;
      const done = openingWorker.yieldToIntake();
      return await work().finally(() => {
        underWay -= 1;
        done();
      });
    };
    app.post(
      '/v1/records',
      {
        bodyLimit: wireLimits.bodyBytes,
        config: { access: 'records:deliver', consumesNonce: true },
        schema: {
          summary: 'Deliver records, at least once',
          tags: ['kiosk'],
          consumes: [batchMediaType],
          body: batchSchema,
          response: { 200: batchAnswerSchema, '4xx': problemSchema },
        },
      },
      async (request) => {
        const signer = signerOf(request);
        const from = clientAddress(request);
        const { body: batch } = request;
        const answer = await inItsPlace(async () => {
          const checked = verifyBatch(batch.records, signer.kiosk.id, signer.key);
          return await queue.take({ signer, batch, checked, from });
        });
        request.log.info({ kioskId: signer.kiosk.id, ...countOutcomes(answer.answers) }, 'batch received');
        return answer;
      },
    );
  };
}

function countOutcomes(answers: { outcome: string }[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { outcome } of answers) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
}
