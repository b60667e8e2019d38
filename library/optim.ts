/**
 * Optimisers, and schedules of their learning rate.
 *
 * @module inkgrad/optim
 */

export * from '../engine/optim/index.ts';
