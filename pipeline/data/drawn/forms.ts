/** A stroke of the pen through points (x, y), y down: straight where it has two, else a smooth curve. */
export type Stroke = readonly (readonly [x: number, y: number])[];

/** One way to write a character: its strokes in a square of 100. Strokes that meet share the point they meet at. */
export type Form = readonly Stroke[];

/**
 * The ways in which people write digits, strokes with a `/` between them. Data sets have the ways of one country: MNIST, of
 * American clerks and pupils, hardly has a 1 with an upstroke or a foot, a 7 with a bar, a 4 closed at the top or a 9
 * with a bow.
 */
const written: Readonly<Record<string, readonly string[]>> = {
  0: [
    '50,0 10,25 5,60 40,100 85,75 90,30 50,0',
    '60,5 15,20 5,65 45,100 90,70 80,20 45,3',
    '65,8 30,2 5,50 40,100 85,70 85,25 55,0 30,12',
    '70,100 40,90 5,60 40,0 90,30 75,75 45,95',
  ],
  1: [
    '10,40 55,0 / 55,0 50,100',
    '20,30 55,0 / 55,0 52,100',
    '0,55 50,0 / 50,0 52,100',
    '5,40 35,30 55,0 / 55,0 50,50 45,100',
    '5,45 50,0 / 50,0 42,80 50,100',
    '15,35 50,0 / 50,0 50,100 / 15,100 85,100',
  ],
  2: ['10,20 50,0 85,25 50,65 5,100 / 5,100 95,98', '10,25 45,0 80,30 40,80 10,90 25,75 60,95 95,90'],
  3: ['10,10 55,0 80,22 45,45 / 45,45 85,65 60,97 5,92', '10,0 85,0 / 85,0 45,40 / 45,40 90,65 60,100 5,92'],
  4: [
    '60,0 5,65 / 5,65 95,65 / 62,25 62,100',
    '65,0 5,60 / 5,60 95,60 / 65,0 65,100',
    '60,0 5,45 / 5,45 65,40 / 60,0 62,100',
    '15,0 10,50 85,50 / 75,0 72,100',
  ],
  5: [
    '80,0 20,2 / 20,2 15,42 / 15,42 60,38 90,65 60,97 5,92',
    '25,5 95,5 / 25,5 15,45 / 15,45 65,40 85,70 50,100 5,90',
  ],
  6: [
    '75,0 30,30 10,70 40,100 85,80 60,55 15,70',
    '60,0 15,40 10,80 50,100 80,75 45,55 12,78',
    '85,3 40,8 5,50 25,95 80,90 85,60 40,50 5,65',
  ],
  7: [
    '5,5 90,3 / 90,3 40,100',
    '5,5 90,3 / 90,3 40,100 / 30,50 85,50',
    '5,5 85,3 / 85,3 45,45 35,100 / 20,52 75,47',
    '8,20 10,3 / 10,3 90,5 / 90,5 55,50 45,100',
  ],
  8: [
    '75,12 40,0 15,25 50,47 85,75 45,100 10,78 45,50 80,25 70,8',
    '50,45 15,25 50,0 85,25 50,45 5,75 50,100 95,75 50,45',
  ],
  9: [
    '80,20 45,0 10,25 40,50 80,20 / 80,20 70,100',
    '85,25 50,0 10,25 45,50 85,25 / 85,25 85,75 50,100 10,90',
    '80,15 35,0 10,30 50,50 80,20 / 80,20 75,60 45,100',
    '80,0 30,10 15,40 50,45 80,0 / 80,0 78,100',
  ],
};

const strokeOf = (points: string): Stroke =>
  points
    .trim()
    .split(' ')
    .map((point) => point.split(',').map(Number) as [number, number]);

/** The forms of each character that can be drawn. */
export const forms: Readonly<Record<string, readonly Form[]>> = Object.fromEntries(
  Object.entries(written).map(([character, ways]) => [
    character,
    ways.map((strokes) => strokes.split('/').map(strokeOf)),
  ]),
);
