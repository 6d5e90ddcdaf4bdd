// @ts-check
// Imported before everything else, because an older Node cannot even load the rest. So nothing newer than Node 12 in here.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 11)) {
  process.stderr.write(
    `\nCountersign needs Node 20.11 or newer to set itself up; this is Node ${process.versions.node}.\n\n`,
  );
  process.exit(1);
}
