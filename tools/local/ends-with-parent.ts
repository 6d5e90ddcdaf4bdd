// Loaded (`node --import`) into processes that have to end with the one that started them. The channel between the two closes when
// that one is gone, however it went: killed without a word, too.
process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
process.channel?.unref();
