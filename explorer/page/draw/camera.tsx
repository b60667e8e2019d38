import { useEffect, useRef } from 'preact/hooks';
import { attempt } from '../state/session.ts';
import { choosePicture } from './sources.ts';

/** Takes a picture with the camera, where the browser has one and its user allows it. */
export function Camera({ onEnd }: { onEnd: () => void }) {
  const video = useRef<HTMLVideoElement>(null);
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    let stream: MediaStream | undefined;
    dialog.current!.showModal();
    const start = async () => {
      stream = await navigator.mediaDevices
        .getUserMedia({ video: { facingMode: 'environment' } })
        .catch(() => {
          throw new Error('The camera did not open: there is none, or it is not allowed here.');
        });
      video.current!.srcObject = stream;
      await video.current!.play();
    };
    void attempt('picture', async () => {
      try {
        await start();
      } catch (error) {
        onEnd();
        throw error;
      }
    });
    return () => {
      for (const track of stream?.getTracks() ?? []) track.stop();
    };
  }, []);
  const take = async () => {
    const { videoWidth, videoHeight } = video.current!;
    if (videoWidth === 0) return;
    const canvas = new OffscreenCanvas(videoWidth, videoHeight);
    canvas.getContext('2d')!.drawImage(video.current!, 0, 0);
    await choosePicture(await canvas.convertToBlob(), 'the photograph');
    onEnd();
  };
  return (
    <dialog ref={dialog} class="camera" aria-label="Camera" onClose={onEnd}>
      <video ref={video} playsInline muted />
      <p>
        <button type="button" onClick={() => void take()}>
          Take the picture
        </button>{' '}
        <button type="button" onClick={onEnd}>
          Cancel
        </button>
      </p>
    </dialog>
  );
}
