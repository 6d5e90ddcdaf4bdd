import type { SwaggerTransform } from '@fastify/swagger';
import { jsonSchemaTransform } from 'fastify-type-provider-zod';
import { isHeadOfficePermission } from './permissions.ts';

/**
 * A route as the OpenAPI document has it. The permission that it asks for is named there as OpenAPI 3.1 does roles (section 4.8.30); how kiosks
 * sign has no name in it.
 */
export const describeRoute: SwaggerTransform = (route) => {
  const { schema, url } = jsonSchemaTransform(route);
  const access = route.route.config?.access;
  if (access === undefined || !isHeadOfficePermission(access)) return { schema, url };
  return { schema: { ...schema, security: [{ bearer: [access] }] }, url };
};
