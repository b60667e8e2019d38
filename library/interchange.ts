/** Files of other programs: safetensors and ONNX. */
export { openSafetensors, writeSafetensors } from '../pipeline/formats/safetensors.ts';
