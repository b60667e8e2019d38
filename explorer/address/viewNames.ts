/** Views by the word for them in the address. */
export const viewNames = ['forward', 'backward', 'train', 'model', 'run', 'saliency', 'hood'] as const;
export type ViewName = (typeof viewNames)[number];
