import { create, globals } from 'webgpu';

/**
 * Gives this process the `navigator` of a browser on Dawn's adapter without a driver, which runs nothing, and notes every
 * shader that is dispatched on it.
 *
 * @returns a function that gives what was dispatched since it was last called: name, WGSL and entry point
 */
export function watchShaders() {
  Object.assign(globalThis, globals);
  const gpu = create(['backend=null', 'enable-dawn-features=allow_unsafe_apis']);
  const value = { userAgent: 'Node.js', hardwareConcurrency: 1, gpu };
  Object.defineProperty(globalThis, 'navigator', { value, configurable: true });

  const code = new WeakMap();
  const shaders = new WeakMap();
  const bound = new WeakMap();
  let dispatched = [];
  /** Calls what was there, and tells of it: of its receiver, its arguments and its result. */
  const tell = (type, method, note) => {
    const own = type.prototype[method];
    type.prototype[method] = function (...given) {
      const made = own.apply(this, given);
      note(this, given, made);
      return made;
    };
  };
  const shaderOf = ({ label = '', compute: { module, entryPoint = 'main', constants } }) => {
    if (constants !== undefined) throw new Error(`${label}: a pipeline with constants of its own`);
    return { name: label, shader: code.get(module), entry: entryPoint };
  };
  tell(GPUDevice, 'createShaderModule', (_, [wanted], module) => code.set(module, wanted.code));
  tell(GPUDevice, 'createComputePipeline', (_, [wanted], pipeline) =>
    shaders.set(pipeline, shaderOf(wanted)),
  );
  tell(GPUDevice, 'createComputePipelineAsync', (_, [wanted], coming) => {
    coming.then((pipeline) => shaders.set(pipeline, shaderOf(wanted)));
  });
  tell(GPUComputePassEncoder, 'setPipeline', (pass, [pipeline]) => bound.set(pass, pipeline));
  for (const method of ['dispatchWorkgroups', 'dispatchWorkgroupsIndirect']) {
    tell(GPUComputePassEncoder, method, (pass) => dispatched.push(shaders.get(bound.get(pass))));
  }
  return () => {
    const taken = dispatched;
    dispatched = [];
    return taken;
  };
}
