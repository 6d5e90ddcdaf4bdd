import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { sourceSchema } from '../../server/modules/configuration/source.ts';

/** A field of the configuration: what docs/configuration.md has to say of it. */
interface Field {
  /** `notices[].boxes[].label` */
  path: string;
  /** Limits and fixed values, each of which has to stand in its row. */
  facts: string[];
  optional: boolean;
}

interface Schema {
  type?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  anyOf?: Schema[];
  const?: unknown;
  enum?: unknown[];
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  minimum?: number;
  maximum?: number;
}

/** What differs between docs/configuration.md and the schema of the configuration, one line each. */
export function checkConfigurationReference(root: string): string[] {
  const text = readFileSync(join(root, 'docs', 'configuration.md'), 'utf8');
  return compareWithReference(z.toJSONSchema(sourceSchema, { unrepresentable: 'any', io: 'input' }) as Schema, text);
}

/** @param reference a Markdown text with one table row for each field: path, what it may be, what it is. */
export function compareWithReference(schema: Schema, reference: string): string[] {
  const rows = new Map(
    [...reference.matchAll(/^\| `([^`]+)` \|([^|]*)\|([^|]*)\|$/gm)].map(([, path = '', may = '', is = '']) => [
      path,
      { may, is },
    ]),
  );
  const fields = fieldsOf(schema, '');
  const missing = fields
    .filter(({ path }) => !rows.has(path))
    .map(({ path }) => `docs/configuration.md: no row for ${path}`);
  const surplus = [...rows.keys()]
    .filter((path) => !fields.some((field) => field.path === path))
    .map((path) => `docs/configuration.md: there is no field ${path}`);
  const untrue = fields.flatMap(({ path, facts, optional }) => {
    const row = rows.get(path);
    if (row === undefined) return [];
    const words = row.may.replaceAll(/[`",]/g, ' ').split(/\s+/);
    return [
      ...facts
        .filter((fact) => !words.includes(fact))
        .map((fact) => `docs/configuration.md: ${path} does not say ${fact}`),
      ...(row.may.includes('optional') === optional
        ? []
        : [`docs/configuration.md: ${path} is ${optional ? '' : 'not '}optional`]),
      ...(row.is.trim() === '' ? [`docs/configuration.md: ${path} is not described`] : []),
    ];
  });
  return [...missing, ...surplus, ...untrue];
}

function fieldsOf(schema: Schema, path: string): Field[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, inner]) => {
    const here = path === '' ? name : `${path}.${name}`;
    const shapes = shapesOf(inner);
    const field = { path: here, facts: shapes.flatMap(factsOf), optional: !(schema.required ?? []).includes(name) };
    const below = shapes.flatMap((shape) => [
      ...fieldsOf(shape, here),
      ...(shape.items === undefined ? [] : shapesOf(shape.items).flatMap((item) => fieldsOf(item, `${here}[]`))),
    ]);
    return [field, ...below];
  });
}

/** The schema itself, or each of the alternatives it consists of. */
const shapesOf = (schema: Schema): Schema[] => (schema.anyOf === undefined ? [schema] : schema.anyOf.flatMap(shapesOf));

function factsOf(schema: Schema): string[] {
  const { minLength, maxLength, minItems, maxItems, minimum, maximum } = schema;
  const limits = [minLength, maxLength, minItems, maxItems, minimum, maximum].filter((limit) => limit !== undefined);
  const values = [
    ...(schema.enum ?? []),
    ...('const' in schema ? [schema.const] : []),
    ...(schema.type === 'null' ? [null] : []),
  ];
  return [...limits, ...values].map(String);
}
