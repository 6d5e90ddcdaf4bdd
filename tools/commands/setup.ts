import { electronExecutable, sqliteBinding } from '../runtime.ts';

console.log(`Node      ${process.version}  ${process.execPath}`);
console.log(`Electron  ${electronExecutable()}`);
console.log(`SQLite    ${sqliteBinding() ?? "better-sqlite3's own binding"}`);
