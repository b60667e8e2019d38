import type { ModelSpec } from '../../../pipeline/model/model.ts';
import { network, putNetwork } from './session.ts';
import { settings } from './settings.ts';

/** Puts a model in the place of the network, for the same classes and pictures, with weights that the seed draws. @throws where it cannot be */
export function freshNetwork(model: ModelSpec): Promise<void> {
  const { classes, recipe } = network.value!.plan;
  return putNetwork({
    ...{ name: model.name, model, classes, recipe },
    ...{ settings: settings.value, temperature: 1 },
  });
}
