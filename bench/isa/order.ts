import type { DeviceProfile } from '../../pipeline/node/devices/deviceNames.ts';

/** Storage buffers after a uniform block: those that are read, then those that are written. */
export interface Bindings {
  readonly reads: number;
  readonly writes: number;
}

/** A shader to be compiled, known by the name of its entry point. */
export interface Module {
  readonly entry: string;
  readonly shader: string;
  /** What it binds; null where that is what the shader itself says. */
  readonly bindings: Bindings | null;
}

/** What the dumper is asked for. */
export interface Order {
  readonly profile: DeviceProfile;
  readonly modules: readonly Module[];
}
