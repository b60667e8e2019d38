/** The optimisers by name: apart from what makes them, so that settings are known without the engine. */
export const optimizerNames = ['adam', 'adamw', 'sgd', 'nesterov'] as const;
export type OptimizerName = (typeof optimizerNames)[number];

/** Decay of weights where none is asked for: as PyTorch's optimisers have it. */
export const usualDecay = (optimizer: OptimizerName): number => (optimizer === 'adamw' ? 0.01 : 0);
