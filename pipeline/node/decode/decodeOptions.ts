/** What decoders are told beside the file. */
export interface DecodeOptions {
  /** the largest picture that is read; `MAX_PIXELS` when left out */
  readonly maxPixels?: number | undefined;
  /** called once the size is known, before memory is taken for pixels */
  readonly onSize?: ((width: number, height: number) => void) | undefined;
}
