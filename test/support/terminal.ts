import { spawn } from 'node:child_process';
import xterm from '@xterm/headless';
import { cliFile } from './cli.ts';

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

export interface TerminalOptions extends Size {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Given all that was written whenever there is more; gives what to type, or nothing. */
  readonly type?: (written: string) => string | undefined;
  /** The shell line to run, in which $INKGRAD is the command; left out, it is that with the arguments. */
  readonly line?: string;
  /** Whether the terminal goes away at a moment, without a word to those who use it. */
  readonly vanishes?: () => boolean;
}

/** Whether `script` of util-linux is here, which opens terminals; that of other systems has other flags. */
export const hasTerminals = process.platform === 'linux';

/**
 * Runs the command line on a terminal of its own and gives all that it wrote there, with the codes. `code` is the exit code,
 * or null where the terminal has vanished.
 */
export function onTerminal(
  args: readonly string[],
  { columns, rows, cwd, env = {}, type, line, vanishes }: TerminalOptions,
): Promise<{ code: number | null; written: string }> {
  const command = `"${process.execPath}" "${cliFile}"`;
  const words = args.map((word) => `'${word}'`).join(' ');
  const body = line?.replaceAll('$INKGRAD', command) ?? `exec ${command} ${words}`;
  return new Promise((resolve, reject) => {
    const child = spawn('script', ['-qefc', `stty cols ${columns} rows ${rows}; ${body}`, '/dev/null'], {
      cwd,
      // Where tests are started by nohup, its traces are none of what is tested.
      env: { ...process.env, TERM: 'xterm-256color', SHELL: '/bin/bash', _: '', ...env },
    });
    let written = '';
    const watch = setInterval(() => {
      if (vanishes?.()) child.kill('SIGKILL');
    }, 5);
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      written += text;
      const typed = type?.(written);
      if (typed !== undefined) child.stdin.write(typed);
    });
    child.stdin.on('error', () => {});
    child.on('error', reject);
    child.on('close', (code) => {
      clearInterval(watch);
      resolve({ code, written });
    });
  });
}

/** A terminal as people have them, of which can be read what stands on it and above. */
export class Screen {
  readonly #terminal: xterm.Terminal;

  constructor({ columns, rows }: Size) {
    this.#terminal = new xterm.Terminal({ cols: columns, rows, scrollback: 5000, allowProposedApi: true });
  }

  write(text: string): Promise<void> {
    return new Promise((resolve) => this.#terminal.write(text, resolve));
  }

  /** Every line up to the cursor; one that was too long for the screen is one line. */
  get lines(): string[] {
    const { active } = this.#terminal.buffer;
    const lines: string[] = [];
    for (let y = 0; y <= active.baseY + active.cursorY; y++) {
      const row = active.getLine(y)!;
      const text = row.translateToString(true);
      if (row.isWrapped) lines[lines.length - 1] += text;
      else lines.push(text);
    }
    return lines;
  }

  /** The row on which the cursor stands, and whether it goes on from the one above. */
  get row(): { readonly text: string; readonly isWrapped: boolean } {
    const { active } = this.#terminal.buffer;
    const row = active.getLine(active.baseY + active.cursorY)!;
    return { text: row.translateToString(true), isWrapped: row.isWrapped };
  }
}
