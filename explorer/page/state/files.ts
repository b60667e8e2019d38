import { lab } from './lab.ts';
import { attempt, loadNetwork, network } from './session.ts';

/** The most bytes of a network's file: 200 million parameters take 0.8 GB. */
const MOST_BYTES = 1e9;

/** Files that can be nothing but a network, by their names. */
const NETWORKS = /\.(safetensors|onnx|json)$/i;

/**
 * Opens a file as a network: a checkpoint or weights take the place of the network that is there, a model as JSON is
 * edited. What is none is said in a sentence, and everything stays as it was.
 *
 * @param where that is said
 */
export const openFile = (file: File, where: string) =>
  attempt(where, async () => {
    if (file.size > MOST_BYTES) {
      throw new Error(
        `${file.name} has ${Math.round(file.size / 1e6)} MB; a network has at most ${MOST_BYTES / 1e6}.`,
      );
    }
    const bytes = new Uint8Array(await file.arrayBuffer());
    if (/\.json$/i.test(file.name)) {
      const { editModel } = await import('../model/model.tsx');
      editModel(bytes, file.name);
      location.hash = 'model';
      return;
    }
    return loadNetwork(bytes, file.name);
  });

/** The network as a file that `inkgrad evaluate` and `predict` take. */
export const checkpointFile = () =>
  attempt('file', async () => {
    const bytes = (await lab.checkpoint()) as Uint8Array<ArrayBuffer>;
    return { name: `${network.value!.plan.model.name}.safetensors`, bytes };
  });

/** Lets files of networks be dropped anywhere; what is none is left to whatever else takes files. */
export function takeDrops(): void {
  document.addEventListener(
    'drop',
    (event) => {
      const file = event.dataTransfer?.files[0];
      if (file === undefined || !NETWORKS.test(file.name)) return;
      event.preventDefault();
      void openFile(file, 'network');
    },
    { capture: true },
  );
}
