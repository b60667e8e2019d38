/** Whether only results, warnings and errors are wanted. Asked anew each time, since tests run commands in one process. */
export const isQuiet = (): boolean => process.argv.includes('--quiet');
