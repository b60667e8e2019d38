// What the page of `serve` does in a browser: a drawing or a chosen picture is sent, and what it shows is listed.

interface Guess {
  readonly label: string;
  readonly probability: number;
}

interface Answer {
  readonly error?: string;
  readonly refused?: boolean;
  readonly top?: readonly Guess[];
}

const element = <T extends Element>(id: string): T => document.getElementById(id) as unknown as T;

const canvas = element<HTMLCanvasElement>('canvas');
const pen = canvas.getContext('2d')!;
const file = element<HTMLInputElement>('file');
const said = element<HTMLParagraphElement>('said');
const list = element<HTMLOListElement>('guesses');
const chosen = element<HTMLImageElement>('chosen');

const PAPER = '#ffffff';
const INK = '#1f2328';
/** A stroke of a twelfth of the canvas, as of a felt pen. */
const STROKE = canvas.width / 12;

function clear(): void {
  pen.fillStyle = PAPER;
  pen.fillRect(0, 0, canvas.width, canvas.height);
  list.replaceChildren();
  chosen.hidden = true;
  file.value = '';
  say('Draw one character, or choose a picture of one.');
}

const say = (text: string): void => {
  said.textContent = text;
};

const percent = (part: number): string => `${(100 * part).toFixed(1)} %`;

function show([{ error, refused, top = [] }]: readonly Answer[]): void {
  list.replaceChildren(
    ...top.map(({ label, probability }) => {
      const row = document.createElement('li');
      const name = document.createElement('b');
      const bar = document.createElement('progress');
      const share = document.createElement('span');
      name.textContent = label;
      bar.value = probability;
      share.textContent = percent(probability);
      row.append(name, bar, share);
      return row;
    }),
  );
  if (error !== undefined) say(error);
  else say(refused ? 'Looks like no character of this model; the best guesses are:' : 'It shows:');
}

/** The last picture that was sent: an answer to one before it comes too late. */
let last = 0;

async function read(picture: Blob): Promise<void> {
  const mine = ++last;
  try {
    const response = await fetch('predict', { method: 'POST', body: picture });
    const answer: readonly Answer[] | { readonly error: string } = await response.json();
    if (mine === last) show('error' in answer ? [answer] : (answer as readonly Answer[]));
  } catch {
    if (mine === last) say('The server does not answer; is it still running?');
  }
}

const place = (event: PointerEvent): [x: number, y: number] => {
  const { left, top, width, height } = canvas.getBoundingClientRect();
  return [((event.clientX - left) / width) * canvas.width, ((event.clientY - top) / height) * canvas.height];
};

canvas.addEventListener('pointerdown', (event) => {
  if (!chosen.hidden) clear();
  canvas.setPointerCapture(event.pointerId);
  pen.lineWidth = STROKE;
  pen.lineCap = 'round';
  pen.lineJoin = 'round';
  pen.strokeStyle = INK;
  pen.beginPath();
  pen.moveTo(...place(event));
  pen.lineTo(...place(event));
  pen.stroke();
});
canvas.addEventListener('pointermove', (event) => {
  if (!canvas.hasPointerCapture(event.pointerId)) return;
  pen.lineTo(...place(event));
  pen.stroke();
});
canvas.addEventListener('pointerup', () => canvas.toBlob((picture) => picture && void read(picture)));
element<HTMLButtonElement>('clear').addEventListener('click', clear);
file.addEventListener('change', () => {
  const picture = file.files?.[0];
  if (picture === undefined) return;
  URL.revokeObjectURL(chosen.src);
  chosen.src = URL.createObjectURL(picture);
  chosen.hidden = false;
  void read(picture);
});

clear();
