import { Fault } from '../parts/fault.tsx';
import { save } from '../parts/save.ts';
import { checkpointFile, openFile } from '../state/files.ts';
import { network } from '../state/session.ts';

/** Networks come from files and go to files. */
export function Files() {
  const drop = (event: DragEvent) => {
    const file = event.dataTransfer?.files[0];
    // One that is certainly a network was taken already, wherever it was dropped.
    if (event.defaultPrevented || file === undefined) return;
    event.preventDefault();
    void openFile(file, 'file');
  };
  const saved = async () => {
    const file = await checkpointFile();
    if (file !== undefined) save(file.name, file.bytes, 'application/octet-stream');
  };
  const remarks = network.value?.plan.remarks ?? [];
  return (
    <section aria-labelledby="files" onDragOver={(event) => event.preventDefault()} onDrop={drop}>
      <h2 id="files">Files</h2>
      <p>
        <label class="button">
          Open a network…
          <input
            type="file"
            class="sr"
            onChange={({ currentTarget }) => {
              const file = currentTarget.files?.[0];
              currentTarget.value = '';
              if (file !== undefined) void openFile(file, 'file');
            }}
          />
        </label>{' '}
        <button type="button" onClick={() => void saved()}>
          Save the network
        </button>
      </p>
      <p class="faint">
        A checkpoint of <code>inkgrad train</code>, weights of PyTorch as safetensors, or a model as JSON; it
        may be dropped on the page. What is saved is a checkpoint for <code>inkgrad evaluate</code> and{' '}
        <code>predict</code>.
      </p>
      <Fault where="file" />
      {remarks.map((remark) => (
        <p key={remark}>{remark}</p>
      ))}
    </section>
  );
}
