import { type Fault, PipelineError } from '../../faults.ts';
import { visible } from '../../text/visible.ts';

type Cause = readonly [what: string, advice: string, code: Fault];

const TOO_LARGE = 'leave out what is not needed, or part it in several';
const ROOM = 'make room, or take another place';
const FEWER = 'close other programs, or take fewer threads';
const DEFECT = 'look whether its disk or connection is well, and try again';

/**
 * What a system, or Node.js for it, says where something cannot be done that is no fault of the program: by its code.
 * https://nodejs.org/docs/latest-v20.x/api/errors.html#common-system-errors
 */
const CAUSES: Readonly<Record<string, Cause>> = {
  ENOENT: ['no such file or folder', 'correct the path', 'missing'],
  ENOTDIR: ['no such folder: a part of the path is a file', 'correct the path', 'missing'],
  ENAMETOOLONG: ['the name is longer than the system has them', 'correct the path', 'missing'],
  EACCES: ['may not be read or written', 'change its permissions, or run it as who owns it', 'unreadable'],
  EPERM: ['may not be read or written', 'change its permissions, or run it as who owns it', 'unreadable'],
  EISDIR: ['is a folder', 'give a file', 'unreadable'],
  ELOOP: ['a link that leads back to itself', 'remove it', 'unreadable'],
  ENXIO: ['is a device, not a file', 'give a file', 'unreadable'],
  ENODEV: ['is a device, not a file', 'give a file', 'unreadable'],
  EBUSY: ['is in use', 'close what uses it, and try again', 'unreadable'],
  EIO: ['cannot be read or written', DEFECT, 'unreadable'],
  ENOTCONN: ['cannot be read or written', DEFECT, 'unreadable'],
  ESTALE: ['cannot be read or written', DEFECT, 'unreadable'],
  ETIMEDOUT: ['cannot be read or written', DEFECT, 'unreadable'],
  EEXIST: ['is there already', 'remove it, or give another name', 'unwritable'],
  ENOTEMPTY: ['is not empty', 'remove it, or give another name', 'unwritable'],
  ENOSPC: ['the disk is full', ROOM, 'unwritable'],
  EDQUOT: ['your share of the disk is full', ROOM, 'unwritable'],
  EFBIG: ['a file grows larger than the system lets it', ROOM, 'unwritable'],
  EROFS: ['lies on a disk that cannot be written', 'give a place elsewhere', 'unwritable'],
  EMFILE: ['too many files are open', 'raise the limit (ulimit -n), or take fewer threads', 'exhausted'],
  ENFILE: ['too many files are open', FEWER, 'exhausted'],
  ENOMEM: ['the system has no memory left', FEWER, 'exhausted'],
  ENOBUFS: ['the system has no memory left', FEWER, 'exhausted'],
  EAGAIN: ['the system has no process or thread left', FEWER, 'exhausted'],
  ERR_MEMORY_ALLOCATION_FAILED: ['the system has no memory left', FEWER, 'exhausted'],
  ERR_WORKER_INIT_FAILED: ['the system starts no thread', FEWER, 'exhausted'],
  ERR_WORKER_OUT_OF_MEMORY: ['a thread has no memory left', FEWER, 'exhausted'],
  ERR_FS_FILE_TOO_LARGE: ['a file has more than 2 GB', TOO_LARGE, 'too-large'],
  ERR_STRING_TOO_LONG: ['a text has more than 512 MB', TOO_LARGE, 'too-large'],
};

/** What engines of JavaScript say of memory, which has no code. */
const NO_MEMORY = /^(Array buffer allocation failed|WebAssembly\.Memory\(\): could not allocate memory)/;

/**
 * The refusal that an error stands for which comes from the system and not from a slip in the program: in one line that
 * says where, what and what to do.
 *
 * @returns undefined for any other error
 */
export function systemFault(error: unknown): PipelineError | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code = '', syscall = '', path } = error as NodeJS.ErrnoException;
  if (NO_MEMORY.test(error.message)) return told(CAUSES.ENOMEM);
  // An argument of a function, and only where it is a name out of a file; others are slips.
  if (code === 'ERR_INVALID_ARG_VALUE' && error.message.includes('null bytes'))
    return told(['a path holds a zero byte', 'correct it', 'missing']);
  if (!Object.hasOwn(CAUSES, code)) return undefined;
  if (syscall === 'uv_cwd')
    return told(['the folder that you are in is gone', 'change to another one, and try again', 'missing']);
  if (syscall.startsWith('spawn') && code === 'ENOENT')
    return told(['no such program', 'install it', 'not-installed'], path ?? syscall.slice('spawn '.length));
  return told(CAUSES[code], path);
}

const told = ([what, advice, code]: Cause, path?: string): PipelineError =>
  new PipelineError(`${path === undefined ? '' : `${visible(path)}: `}${what}; ${advice}`, code);
