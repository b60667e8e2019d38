import type { DeviceProfile } from '../../pipeline/node/devices/deviceNames.ts';

/** A shader to be compiled, known by the name of its entry point. */
export interface Module {
  readonly entry: string;
  readonly shader: string;
  /** Storage buffers after the uniform block: those that are read, then those that are written. */
  readonly reads: number;
  readonly writes: number;
}

/** What the dumper is asked for. */
export interface Order {
  readonly profile: DeviceProfile;
  readonly modules: readonly Module[];
}
