/** float32 and int32 everywhere; float64 on the `cpu` reference, for gradient checks. */
export type DType = 'float32' | 'float64' | 'int32';
/** A type that has gradients. */
export type FloatType = 'float32' | 'float64';
/** What values are read into: one for each type. */
export type TypedArray = Float32Array | Float64Array | Int32Array;
