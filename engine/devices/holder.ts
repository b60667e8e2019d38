/** A block of memory that tensors share: it may be given back or move elsewhere while a captured step works on it. */
export interface Holder {
  /** How many tensors look at it. */
  readonly references: number;
  /** Whether it is still there, and in that place. */
  holds(storage: object): boolean;
  /** Is told that its content was replaced. */
  touched(): void;
}
