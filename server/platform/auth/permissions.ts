/** What a kiosk may do once it has enrolled. */
export const kioskPermissions = ['records:deliver', 'configuration:read', 'numbers:verify'] as const;

/** What can be done at head office. */
export const headOfficePermissions = {
  'kiosks:read': 'list kiosks and how far each has delivered',
  'kiosks:write': 'enrol, revoke and reinstate kiosks',
  'alarms:read': 'see alarms',
  'alarms:write': 'close alarms',
  'work:read': 'see failed jobs and parked records',
  'work:write': 'have failed jobs and parked records tried again',
  'subjects:read': 'look customers up',
  'subjects:erase': 'erase a customer for good',
  'outbox:read': 'see the texts that this server shows instead of sending them',
  'keys:read': 'see which keys are in use, by their ids, and how much is under each',
  'keys:write': 'rotate master keys',
  'audit:read': 'export ledgers and the audit trail',
  'api-keys:read': 'list API keys',
  'api-keys:write': 'make and revoke API keys',
} as const;
export type HeadOfficePermission = keyof typeof headOfficePermissions;

export type Permission = (typeof kioskPermissions)[number] | HeadOfficePermission;

export const isHeadOfficePermission = (permission: string): permission is HeadOfficePermission =>
  Object.hasOwn(headOfficePermissions, permission);

/** All of them. */
export const everyHeadOfficePermission = Object.keys(headOfficePermissions).filter(isHeadOfficePermission);

/** What an API key can be given. None that makes keys: it would outlive its own end. */
export const grantablePermissions = everyHeadOfficePermission.filter((permission) => permission !== 'api-keys:write');

/** What a route asks of whoever comes: nothing that could be checked beforehand, or a permission. */
export type Access = 'public' | Permission;
