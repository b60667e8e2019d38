export function checkParameters(name: string, shapes: readonly (readonly number[])[]): void;
export function syntheticBatch(count: number): { images: Float32Array; labels: Int32Array };
export function crossEntropy(logits: Float32Array, labels: Int32Array): number;
