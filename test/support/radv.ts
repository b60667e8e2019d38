/** Mesa's RADV, which few machines have: tests that ask it run where it is, and say so where it is not. */
import { findTools } from '../../bench/isa/tools.ts';

/** The folder that Mesa was unpacked into, as `bench isa` takes it. */
export const mesa = process.env.MESA_FOLDER;

/** Whether it and its tools are there; else says on stdout how they would be. */
export function hasRadv(): boolean {
  try {
    findTools(mesa);
    return true;
  } catch {
    console.log(
      'RADV is not installed: it is not asked (unpack Mesa 25, and name the folder in MESA_FOLDER)',
    );
    return false;
  }
}
