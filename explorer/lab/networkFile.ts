import { unfitted } from '../../pipeline/checkpoint/certainty.ts';
import { PipelineError } from '../../pipeline/faults.ts';
import type { Settings } from '../../pipeline/train/settings.ts';
import { type NetworkPlan, planOf } from './network.ts';

/**
 * A file as a network: a checkpoint of the command line, or plain weights of another program.
 *
 * @param current the network that is there: that which a file of weights alone is taken for
 * @throws PipelineError for what is broken, or is neither
 */
export async function planOfFile(
  bytes: Uint8Array,
  file: string,
  settings: Settings,
  current: NetworkPlan | null,
): Promise<NetworkPlan> {
  try {
    return planOf(bytes, file, settings);
  } catch (error) {
    if (!(error instanceof PipelineError) || error.code !== 'not-a-checkpoint') throw error;
    // Its reader makes programs out of texts, which a page as strict as this one may not.
    if (/\.onnx$/i.test(file)) {
      throw new PipelineError(
        `${file}: ONNX is read by \`inkgrad import\`; open the checkpoint that it writes`,
        'not-a-checkpoint',
      );
    }
    const { importNetwork, isSafetensors } = await import(
      '../../pipeline/interchange/import/importNetwork.ts'
    );
    if (!isSafetensors(bytes)) throw error;
    return imported(importNetwork, bytes, file, settings, current);
  }
}

type Import = typeof import('../../pipeline/interchange/import/importNetwork.ts')['importNetwork'];

function imported(
  importNetwork: Import,
  bytes: Uint8Array,
  file: string,
  settings: Settings,
  current: NetworkPlan | null,
): NetworkPlan {
  const name = file.replace(/\.\w+$/, '');
  const read = (): ReturnType<Import> => {
    try {
      return importNetwork(bytes, file, { name });
    } catch (error) {
      if (current === null || !(error instanceof PipelineError) || error.code === 'damaged') throw error;
      const { model, classes, recipe } = current;
      return importNetwork(bytes, file, { name, model, classes, recipe });
    }
  };
  const { checkpoint, remarks } = read();
  const { model, classes, recipe, weights, certainty = unfitted } = checkpoint;
  const { temperature } = certainty;
  return { name: file, model, classes, recipe, settings, weights, temperature, certainty, remarks };
}
