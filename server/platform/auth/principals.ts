import type { FastifyInstance, FastifyRequest, RouteOptions } from 'fastify';
import { CodedError } from '../../../shared/errors.ts';
import { type Access, everyHeadOfficePermission, kioskPermissions, type Permission } from './permissions.ts';

/** On whose behalf something is done. */
export interface Principal {
  /**
   * `anonymous`: nobody said who they are. `kiosk`: whoever has its device key. `data_subject`: whoever has the link of a receipt or a text.
   * `administrator`: whoever has the server's own token. `integration`: whoever has an API key. `job`: the server by itself.
   */
  kind: 'anonymous' | 'kiosk' | 'data_subject' | 'administrator' | 'integration' | 'job';
  /** Nothing personal: of the kiosk, the subject or the API key, or the name of the job. Null where there is only one, or nobody. */
  id: string | null;
  permissions: readonly Permission[];
}

declare module 'fastify' {
  interface FastifyRequest {
    principal: Principal;
  }
  interface FastifyContextConfig {
    /** Each route says it; one that does not is refused when it is registered. */
    access: Access;
  }
}

const anonymous: Principal = { kind: 'anonymous', id: null, permissions: [] };
export const administrator: Principal = { kind: 'administrator', id: null, permissions: everyHeadOfficePermission };
export const kioskPrincipal = (id: string): Principal => ({ kind: 'kiosk', id, permissions: kioskPermissions });
/** Whoever has the link of a text or a receipt: the link says what it opens, and there is nothing that could be granted. */
export const dataSubject = (subjectId: string): Principal => ({ kind: 'data_subject', id: subjectId, permissions: [] });
export const jobPrincipal = (queue: string): Principal => ({ kind: 'job', id: queue, permissions: [] });

type OnRefused = (principal: Principal, permission: Permission) => Promise<void>;

/**
 * Gives every request a principal, anonymous until an `onRequest` hook of the route finds out more, and lets nobody without the permission that the
 * route asks for reach its handler, or have a body read. A route outside of everything that authenticates is therefore closed, and not open.
 */
export function checkAccess(app: FastifyInstance, onRefused: OnRefused): void {
  const principals = new WeakMap<FastifyRequest, Principal>();
  app.decorateRequest('principal', {
    getter() {
      return principals.get(this) ?? anonymous;
    },
    setter(principal: Principal) {
      principals.set(this, principal);
    },
  });
  app.addHook('onRoute', refuseUndeclared);
  app.addHook('preParsing', async ({ principal, routeOptions: { config }, is404 }) => {
    if (is404 || config.access === 'public' || principal.permissions.includes(config.access)) return;
    await onRefused(principal, config.access);
    throw new CodedError('permission_missing', { permission: config.access });
  });
}

/** @throws Error at the start of the server */
function refuseUndeclared({ method, url, config }: RouteOptions): void {
  if (config?.access === undefined) throw new Error(`${method} ${url} does not declare its access`);
}
