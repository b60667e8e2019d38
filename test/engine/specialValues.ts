/**
 * What each op does with NaN, infinities, −0, denormals and empty tensors, as data. The `cpu` column is exact,
 * and follows IEEE 754 and PyTorch unless a row says otherwise. WGSL promises less ("Floating Point
 * Evaluation"), so that each number has a letter that says what holds on `webgpu`:
 */
export const promises = {
  '=': 'the same: moved as bits, guarded by our shader, or an ordinary number beside a special one',
  '~': 'the same but for the sign of zero, and with denormals flushed to zero: WGSL allows both',
  '?': 'anything: WGSL lets an implementation assume that NaN and infinities do not occur in arithmetic',
  n: 'NaN, where the CPU refuses: a shader cannot stop',
} as const;

/** A tensor's shape and values; `int` for int32. */
export interface SpecialInput {
  readonly shape: readonly number[];
  readonly values: readonly number[];
  readonly int?: boolean;
}

export interface SpecialCase {
  /** What the case shows. */
  readonly shows: string;
  readonly inputs: readonly SpecialInput[];
  readonly attrs?: object;
  /** The outputs on `cpu`, or what it says when it refuses. */
  readonly gives: readonly (readonly number[])[] | { readonly refuses: string };
  /** One letter of `promises` for each number of each output; `same` for '=' throughout. */
  readonly webgpu: readonly string[] | 'same';
}

const { NaN: nan, POSITIVE_INFINITY: inf } = Number;
/** A denormal of float32, with room below for its half. */
const tiny = 2 ** -140;
const huge = 3e38;

const vector = (...values: number[]): SpecialInput => ({ shape: [values.length], values });
const tensor = (shape: number[], ...values: number[]): SpecialInput => ({ shape, values });
const ints = (shape: number[], ...values: number[]): SpecialInput => ({ shape, values, int: true });

// ---- elementwise functions of one tensor -----------------------------------------------------------------

/** What goes into each of them: the special values, and an ordinary one that they must not spoil. */
const x = [nan, inf, -inf, -0, 0, tiny, -tiny, 1];

const one = (
  gives: readonly number[],
  webgpu: string,
  { a = 0, b = 0 } = {},
  shows = 'NaN, ±∞, ∓0, ± denormal, 1',
): SpecialCase => ({ shows, inputs: [vector(...x)], attrs: { a, b }, gives: [gives], webgpu: [webgpu] });

const nowhere = { shape: [0, 3], values: [] };
/** No elements in, none out. */
const empty = (attrs: object = {}): SpecialCase => ({
  ...{ shows: 'an empty tensor stays empty', inputs: [nowhere], attrs, gives: [[]], webgpu: 'same' },
});

const none = { a: 0, b: 0 };

/** Near multiples of π/2, and as far out as float32 goes. */
const manyTurns = (f: (x: number) => number): SpecialCase => {
  const values = [22, -355, 1e5, -16777216, 2 ** 33, 3e38].map(Math.fround);
  return {
    shows: 'after many turns the angle still counts',
    ...{ inputs: [vector(...values)], attrs: none, gives: [values.map(f)], webgpu: 'same' },
  };
};

const unary: Record<string, SpecialCase[]> = {
  neg: [one([nan, -inf, inf, 0, -0, -tiny, tiny, -1], '???~~~~='), empty(none)],
  affine: [
    one([nan, inf, -inf, 1, 1, 1, 1, 3], '???=====', { a: 2, b: 1 }),
    one([nan, nan, nan, 3, 3, 3, 3, 3], '???=====', { a: 0, b: 3 }, '0·∞ is NaN, as is 0·NaN'),
    empty({ a: 2, b: 1 }),
  ],
  exp: [one([nan, inf, 0, 1, 1, 1, 1, Math.E], '=??====='), empty(none)],
  log: [
    one([nan, inf, nan, -inf, -inf, Math.log(tiny), nan, 0], '=?===??=', {}, 'log 0 = −∞, NaN below'),
    empty(none),
  ],
  sqrt: [one([nan, inf, nan, -0, 0, 2 ** -70, nan, 1], '???~~~?=', {}, '√−0 = −0, NaN below'), empty(none)],
  power: [
    one([nan, inf, inf, 0, 0, 0, 0, 1], '=??~~~~=', { a: 2 }, 'x²'),
    one([nan, inf, -inf, -0, 0, 0, -0, 1], '=??~~~~=', { a: 3 }, 'x³ keeps the sign'),
    one([1, 1, 1, 1, 1, 1, 1, 1], '========', { a: 0 }, 'x⁰ = 1, also for NaN'),
    one([nan, 0, -0, -inf, inf, inf, -inf, 1], '???????=', { a: -1 }, '1/x: its denormals overflow'),
    one([nan, inf, inf, 0, 0, 2 ** -70, nan, 1], '=??~~~?=', { a: 0.5 }, 'x^½ of −∞ is +∞, unlike √'),
    empty({ a: 2, b: 0 }),
  ],
  abs: [one([nan, inf, inf, 0, 0, tiny, tiny, 1], '???~~~~='), empty(none)],
  sign: [one([nan, 1, -1, -0, 0, 1, -1, 1], '===~~~~='), empty(none)],
  clamp: [
    one([nan, 1, -1, -0, 0, tiny, -tiny, 1], '===~~~~=', { a: -1, b: 1 }, 'NaN stays'),
    one(
      [nan, 0.5, -inf, -0, 0, tiny, -tiny, 0.5],
      '===~~~~=',
      { a: -inf, b: 0.5 },
      'a bound of −∞ holds nothing',
    ),
    empty({ a: -1, b: 1 }),
  ],
  within: [
    one([0, 0, 0, 1, 1, 1, 1, 1], '?=======', { a: -1, b: 1 }, 'NaN is within nothing'),
    one([0, 1, 1, 1, 1, 1, 1, 1], '??======', { a: -inf, b: inf }, 'bounds are included'),
    empty({ a: -1, b: 1 }),
  ],
  relu: [one([nan, inf, 0, 0, 0, tiny, 0, 1], '===~~~~=', {}, 'NaN stays, −0 becomes 0'), empty(none)],
  step: [
    one([0.25, 1, 0.25, 0.25, 0.25, 1, 0.25, 1], '?====~==', { a: 0.25 }, 'NaN is not above 0'),
    empty(none),
  ],
  leakyRelu: [
    one([nan, inf, -inf, -0, 0, tiny, -tiny / 2, 1], '===~~~~=', { a: 0.5 }),
    empty({ a: 0.5, b: 0 }),
  ],
  elu: [one([nan, inf, -2, -0, 0, tiny, -2 * tiny, 1], '===~~~~=', { a: 2 }), empty({ a: 1, b: 0 })],
  softplus: [
    one([nan, inf, 0, Math.LN2, Math.LN2, Math.LN2, Math.LN2, Math.log1p(Math.E)], '==~====='),
    empty(none),
  ],
  erf: [
    one(
      [
        nan,
        1,
        -1,
        -0,
        0,
        Math.fround(1.1283791670955126 * tiny),
        -Math.fround(1.1283791670955126 * tiny),
        0.8427007929497149,
      ],
      '===~~~~=',
    ),
    empty(none),
  ],
  sigmoid: [one([nan, 1, 0, 0.5, 0.5, 0.5, 0.5, 1 / (1 + Math.exp(-1))], '==~====='), empty(none)],
  tanh: [one([nan, 1, -1, -0, 0, tiny, -tiny, Math.tanh(1)], '===~~~~='), empty(none)],
  silu: [
    one(
      [nan, inf, nan, -0, 0, tiny / 2, -tiny / 2, 1 / (1 + Math.exp(-1))],
      '=??~~~~=',
      {},
      'silu(−∞) = −∞·0 = NaN',
    ),
    empty(none),
  ],
  gelu: [
    one(
      [nan, inf, nan, -0, 0, tiny / 2, -tiny / 2, 0.841344746068543],
      '???~~~~=',
      {},
      'gelu(−∞) = −∞·0 = NaN',
    ),
    empty(none),
  ],
  geluSlope: [
    one([nan, nan, nan, 0.5, 0.5, 0.5, 0.5, 1.0833154705876864], '???=====', {}, '±∞·φ(±∞) = NaN'),
    empty(none),
  ],
  hardSigmoid: [one([nan, 1, 0, 0.5, 0.5, 0.5, 0.5, 2 / 3], '=??====='), empty(none)],
  sin: [one([nan, nan, nan, -0, 0, tiny, -tiny, Math.sin(1)], '===~~~~='), manyTurns(Math.sin), empty(none)],
  cos: [one([nan, nan, nan, 1, 1, 1, 1, Math.cos(1)], '========'), manyTurns(Math.cos), empty(none)],
  tan: [one([nan, nan, nan, -0, 0, tiny, -tiny, Math.tan(1)], '???~~~~='), manyTurns(Math.tan), empty(none)],
  ceil: [one([nan, inf, -inf, -0, 0, 1, -0, 1], '=??~~~~='), empty(none)],
  floor: [one([nan, inf, -inf, -0, 0, 0, -1, 1], '=??~~~~='), empty(none)],
  round: [
    one([nan, inf, -inf, -0, 0, 0, -0, 1], '=??~~~~='),
    {
      shows: 'halves go to the even neighbour',
      inputs: [vector(0.5, 1.5, 2.5, -0.5, -1.5, -2.5, 2.4999998)],
      attrs: none,
      gives: [[0, 2, 2, -0, -2, -2, 2]],
      webgpu: ['===~==='],
    },
    empty(none),
  ],
  isZero: [one([0, 0, 0, 1, 1, 0, 0, 1 - 1], '?====~~=', {}, '−0 is 0, a denormal is not'), empty(none)],
};

// ---- elementwise functions of two tensors ----------------------------------------------------------------

/** Rows of a, b, f(a, b) and the letter for webgpu. */
type Row = readonly [a: number, b: number, y: number, webgpu: string];

const two = (shows: string, ...rows: Row[]): SpecialCase => ({
  shows,
  inputs: [vector(...rows.map(([a]) => a)), vector(...rows.map(([, b]) => b))],
  attrs: {},
  gives: [rows.map(([, , y]) => y)],
  webgpu: [rows.map(([, , , letter]) => letter).join('')],
});

const noPairs: SpecialCase = {
  shows: 'an empty tensor with a row that is broadcast stays empty',
  inputs: [nowhere, vector(1, nan, 3)],
  gives: [[]],
  webgpu: 'same',
};

const binary: Record<string, SpecialCase[]> = {
  add: [
    two('∞ − ∞ is NaN', [nan, 1, nan, '?'], [inf, 1, inf, '?'], [inf, -inf, nan, '?'], [1, 2, 3, '=']),
    two(
      '−0 and denormals',
      [-0, -0, -0, '~'],
      [-0, 0, 0, '~'],
      [tiny, tiny, 2 * tiny, '~'],
      [tiny, 1, 1, '='],
    ),
    two('too large is ∞', [huge, huge, inf, '?'], [-huge, -huge, -inf, '?'], [huge, -huge, 0, '=']),
    noPairs,
  ],
  sub: [
    two('∞ − ∞ is NaN', [1, nan, nan, '?'], [inf, inf, nan, '?'], [1, inf, -inf, '?'], [1, 2, -1, '=']),
    two('−0 and denormals', [-0, 0, -0, '~'], [0, 0, 0, '~'], [2 * tiny, tiny, tiny, '~'], [1, tiny, 1, '=']),
    noPairs,
  ],
  mul: [
    two('0·∞ is NaN', [0, inf, nan, '?'], [nan, 0, nan, '?'], [inf, -1, -inf, '?'], [2, 3, 6, '=']),
    two(
      '−0 and denormals',
      [-0, 1, -0, '~'],
      [-0, -1, 0, '~'],
      [tiny, 2, 2 * tiny, '~'],
      [tiny, tiny, 0, '~'],
    ),
    two('too large is ∞', [huge, 10, inf, '?'], [huge, -10, -inf, '?'], [1, 1, 1, '=']),
    noPairs,
  ],
  div: [
    two('by 0', [1, 0, inf, '?'], [-1, 0, -inf, '?'], [1, -0, -inf, '?'], [0, 0, nan, '?'], [6, 3, 2, '=']),
    two(
      'of ∞',
      [inf, inf, nan, '?'],
      [inf, 2, inf, '?'],
      [1, inf, 0, '?'],
      [nan, 1, nan, '?'],
      [1, 2, 0.5, '='],
    ),
    two('−0 and denormals', [-0, 2, -0, '~'], [0, -2, -0, '~'], [tiny, 2, tiny / 2, '~'], [4, 2, 2, '=']),
    noPairs,
  ],
  pow: [
    two(
      'NaN⁰ is 1; 1^NaN is NaN, as in JavaScript (IEEE 754 and PyTorch: 1)',
      ...([
        [nan, 0, 1, '='],
        [nan, 1, nan, '='],
        [1, nan, nan, '='],
        [nan, 2.5, nan, '='],
        [2, 3, 8, '='],
      ] as Row[]),
    ),
    two(
      'of 0 and below',
      ...([
        [0, 0, 1, '='],
        [0, 2, 0, '='],
        [0, 0.01, 0, '='],
        [0, -2, inf, '?'],
        [-8, 1 / 3, nan, '='],
        [-2, 3, -8, '='],
        [-0, 1, -0, '~'],
      ] as Row[]),
    ),
    two(
      'of and to ∞',
      ...([
        [inf, 2, inf, '?'],
        [inf, -1, 0, '?'],
        [2, inf, inf, '?'],
        [0.5, inf, 0, '?'],
        [inf, 0, 1, '='],
      ] as Row[]),
    ),
    noPairs,
  ],
  gate: [
    two(
      'a where b > 0: NaN of a goes through an open gate only, NaN of b closes it',
      ...([
        [nan, 1, nan, '='],
        [nan, -1, 0, '='],
        [1, nan, 0, '?'],
        [5, inf, 5, '='],
        [5, -inf, 0, '='],
        [-inf, 1, -inf, '='],
        [5, 0, 0, '='],
        [5, -0, 0, '='],
        [5, tiny, 5, '?'],
        [-0, 1, -0, '~'],
      ] as Row[]),
    ),
    noPairs,
  ],
  less: [
    two(
      'NaN is below nothing and above nothing; −0 is not below 0, a denormal is above it',
      ...([
        [nan, 1, 0, '?'],
        [1, nan, 0, '?'],
        [-inf, inf, 1, '?'],
        [inf, inf, 0, '?'],
        [-0, 0, 0, '='],
        [0, tiny, 1, '?'],
        [1, 2, 1, '='],
      ] as Row[]),
    ),
    noPairs,
  ],
  lessEqual: [
    two(
      'NaN is neither at most nor at least anything; −0 equals 0',
      ...([
        [nan, nan, 0, '?'],
        [1, nan, 0, '?'],
        [inf, inf, 1, '?'],
        [inf, -inf, 0, '?'],
        [0, -0, 1, '='],
        [tiny, 0, 0, '?'],
        [2, 2, 1, '='],
      ] as Row[]),
    ),
    noPairs,
  ],
  maximum: [
    two(
      'NaN of either side wins; 0 is above −0, a denormal above 0',
      ...([
        [nan, inf, nan, '='],
        [inf, nan, nan, '='],
        [-inf, -5, -5, '='],
        [inf, 1, inf, '='],
        [-0, 0, 0, '~'],
        [0, tiny, tiny, '~'],
        [1, 2, 2, '='],
      ] as Row[]),
    ),
    noPairs,
  ],
  minimum: [
    two(
      'NaN of either side wins; −0 is below 0, a denormal above it',
      ...([
        [nan, -inf, nan, '='],
        [-inf, nan, nan, '='],
        [inf, -5, -5, '='],
        [-inf, 1, -inf, '='],
        [-0, 0, -0, '~'],
        [0, tiny, 0, '~'],
        [1, 2, 1, '='],
      ] as Row[]),
    ),
    noPairs,
  ],
  equal: [
    two(
      'NaN equals nothing, −0 equals 0, a denormal does not',
      ...([
        [nan, nan, 0, '?'],
        [inf, inf, 1, '?'],
        [inf, -inf, 0, '?'],
        [-0, 0, 1, '='],
        [tiny, 0, 0, '?'],
        [2, 2, 1, '='],
      ] as Row[]),
    ),
    noPairs,
  ],
};

// ---- all others ------------------------------------------------------------------------------------------

const window = { stride: [1, 1], padding: [0, 0, 0, 0], dilation: [1, 1] };
const conv = { ...window, groups: 1 };
const pool = { ...window, kernel: [1, 2], stride: [1, 2] };
const row = (...values: number[]) => tensor([1, 1, 1, values.length], ...values);
const AB = { transposeA: false, transposeB: false };
const all = { keepDims: false };
const bits = [nan, inf, -inf, -0, tiny, -tiny];

const products: Record<string, SpecialCase[]> = {
  matmul: [
    {
      shows: '0·∞ is NaN, and a NaN spoils its own row only',
      inputs: [tensor([3, 2], 0, 1, nan, 1, 1, 1), tensor([2, 1], inf, 1)],
      attrs: AB,
      gives: [[nan, nan, inf]],
      webgpu: ['???'],
    },
    {
      shows: 'rows beside one with NaN are right',
      inputs: [tensor([3, 2], nan, 1, 1, 2, 3, 4), tensor([2, 1], 1, 1)],
      attrs: AB,
      gives: [[nan, 3, 7]],
      webgpu: ['?=='],
    },
    {
      shows: 'sums start at 0, so −0 becomes 0; denormals count; too large is ∞',
      inputs: [tensor([3, 1], -0, tiny, huge), tensor([1, 2], 1, 2)],
      attrs: AB,
      gives: [[0, 0, tiny, 2 * tiny, huge, inf]],
      webgpu: ['~~~~=?'],
    },
    {
      shows: 'a sum of no products is 0',
      inputs: [tensor([2, 0]), tensor([0, 2])],
      attrs: AB,
      gives: [[0, 0, 0, 0]],
      webgpu: 'same',
    },
    {
      shows: 'no rows in, none out',
      inputs: [tensor([0, 2]), tensor([2, 2], nan, nan, nan, nan)],
      attrs: AB,
      gives: [[]],
      webgpu: 'same',
    },
  ],
  conv2d: [
    {
      shows: 'NaN reaches the windows that see it, and no others',
      inputs: [row(1, 2, nan, 4, 5), row(1, 1)],
      attrs: conv,
      gives: [[3, nan, nan, 9]],
      webgpu: ['=??='],
    },
    {
      shows: '∞ − ∞ is NaN, and ∞ under a weight of 0 too',
      inputs: [row(inf, inf, 1, 2), row(1, -1)],
      attrs: conv,
      gives: [[nan, inf, -1]],
      webgpu: ['??='],
    },
    {
      shows: 'padding is zeros, so that a weight of ∞ on it is NaN',
      inputs: [row(1, 2), row(inf, 1)],
      attrs: { ...conv, padding: [0, 1, 0, 0] },
      gives: [[nan, inf]],
      webgpu: ['??'],
    },
    {
      shows: 'a NaN in the bias reaches its own channel only',
      inputs: [row(1, 2), tensor([2, 1, 1, 1], 1, 2), vector(nan, 1)],
      attrs: conv,
      gives: [[nan, nan, 3, 5]],
      webgpu: ['??=='],
    },
    {
      shows: 'a batch of none',
      inputs: [tensor([0, 1, 1, 2]), row(nan)],
      attrs: conv,
      gives: [[]],
      webgpu: 'same',
    },
  ],
  conv2dInputGrad: [
    {
      shows: 'a NaN of g reaches the pixels of its window, and no others',
      inputs: [row(1, nan, 1, 1), row(1, 2)],
      attrs: { ...conv, image: [1, 5] },
      gives: [[1, nan, nan, 3, 2]],
      webgpu: ['=??=='],
    },
    {
      shows: 'no image in, none out',
      inputs: [tensor([0, 1, 1, 1]), row(nan, 1)],
      attrs: { ...conv, image: [1, 2] },
      gives: [[]],
      webgpu: 'same',
    },
  ],
  conv2dWeightGrad: [
    {
      shows: 'a NaN of x reaches the taps that saw it, and those of other channels stay',
      inputs: [tensor([1, 2, 1, 2], nan, 1, 2, 3), row(1)],
      attrs: { ...conv, kernel: [1, 2] },
      gives: [[nan, 1, 2, 3]],
      webgpu: ['?==='],
    },
    {
      shows: 'a sum over no images is 0',
      inputs: [tensor([0, 1, 1, 2]), tensor([0, 1, 1, 1])],
      attrs: { ...conv, kernel: [1, 2] },
      gives: [[0, 0]],
      webgpu: 'same',
    },
  ],
  linear: [
    {
      shows: 'a NaN of x spoils its own row, one of the bias its own column',
      inputs: [tensor([2, 2], nan, 1, 1, 2), tensor([2, 2], 1, 1, 3, 4), vector(1, nan)],
      attrs: { relu: false },
      gives: [[nan, nan, 4, nan]],
      webgpu: ['??=?'],
    },
    {
      shows: 'relu makes −∞, −0 and what is below 0 to 0, and leaves NaN and ∞',
      inputs: [tensor([6, 1], nan, inf, -inf, -0, -3, 3), tensor([1, 1], 1), vector(0)],
      attrs: { relu: true },
      gives: [[nan, inf, 0, 0, 0, 3]],
      webgpu: ['???==='],
    },
    {
      shows: 'sums start at 0, so −0 becomes 0; denormals count; too large is ∞',
      inputs: [tensor([3, 1], -0, tiny, huge), tensor([2, 1], 1, 2), vector(-0, 0)],
      attrs: { relu: false },
      gives: [[0, 0, tiny, 2 * tiny, huge, inf]],
      webgpu: ['~~~~=?'],
    },
    {
      shows: 'of no products the bias is left',
      inputs: [tensor([2, 0]), tensor([2, 0]), vector(1, -2)],
      attrs: { relu: true },
      gives: [[1, 0, 1, 0]],
      webgpu: 'same',
    },
    {
      shows: 'no rows in, none out',
      inputs: [tensor([0, 1]), tensor([2, 1], nan, nan), vector(nan, nan)],
      attrs: { relu: false },
      gives: [[]],
      webgpu: 'same',
    },
  ],
  convRelu: [
    {
      shows: 'NaN reaches the windows that see it, and no others; below 0 is 0',
      inputs: [row(1, 2, nan, 4, -5), row(1, 1), vector(0)],
      attrs: { ...conv, pool: false },
      gives: [[3, nan, nan, 0]],
      webgpu: ['=??='],
    },
    {
      shows: 'a NaN in the bias reaches its own channel only',
      inputs: [row(1, 2), tensor([2, 1, 1, 1], 1, 2), vector(nan, 1)],
      attrs: { ...conv, pool: false },
      gives: [[nan, nan, 3, 5]],
      webgpu: ['??=='],
    },
    {
      shows:
        'in a pool NaN wins, the first of two, then ∞; where nothing is above 0 the first place stands for 0',
      inputs: [
        tensor([1, 1, 2, 8], ...[9, nan, -1, -2, 1, inf, -0, 0], ...[nan, 1, -4, -3, inf, 5, tiny, -1]),
        row(1),
        vector(0),
      ],
      attrs: { ...conv, pool: true },
      gives: [
        [nan, 0, inf, tiny],
        [1, 2, 5, 14],
      ],
      webgpu: ['?=?~', '?=??'],
    },
    {
      shows: 'a batch of none',
      inputs: [tensor([0, 1, 2, 2]), row(nan), vector(nan)],
      attrs: { ...conv, pool: true },
      gives: [[], []],
      webgpu: 'same',
    },
  ],
};

const pooling: Record<string, SpecialCase[]> = {
  maxPool2d: [
    {
      shows: 'NaN wins, the first of two; a window of −∞ has its first place',
      inputs: [row(9, nan, nan, nan, -inf, -inf, inf, nan, 1, 2)],
      attrs: pool,
      gives: [
        [nan, nan, -inf, nan, 2],
        [1, 2, 4, 7, 9],
      ],
      webgpu: ['=====', '====='],
    },
    {
      shows: 'of −0 and 0, which are equal, the first is taken; a denormal is above 0',
      inputs: [row(-0, 0, 0, -0, 0, tiny)],
      attrs: pool,
      gives: [
        [-0, 0, tiny],
        [0, 2, 5],
      ],
      webgpu: ['~~~', '==?'],
    },
    {
      shows: 'padding never wins, also not over −∞; a window of nothing else has −∞ and no place',
      inputs: [row(-inf, -inf)],
      attrs: { ...window, kernel: [1, 2], padding: [0, 1, 0, 1], dilation: [1, 3] },
      gives: [[-inf], [-1]],
      webgpu: ['=', '='],
    },
    {
      shows: 'a batch of none',
      inputs: [tensor([0, 1, 1, 2])],
      attrs: pool,
      gives: [[], []],
      webgpu: 'same',
    },
  ],
  maxPool2dGrad: [
    {
      shows: 'NaN and ∞ go to their places, zeros everywhere else; place −1 gets nothing',
      inputs: [row(nan, inf, 5), ints([1, 1, 1, 3], 0, 3, -1)],
      attrs: { ...pool, image: [1, 6] },
      gives: [[nan, 0, 0, inf, 0, 0]],
      webgpu: ['?==?=='],
    },
    {
      shows: 'a batch of none',
      inputs: [tensor([0, 1, 1, 1]), ints([0, 1, 1, 1])],
      attrs: { ...pool, image: [1, 2] },
      gives: [[]],
      webgpu: 'same',
    },
  ],
  maxPool2dPick: [
    {
      shows: 'values are moved as they are; place −1 reads 0',
      inputs: [row(...bits, 1), ints([1, 1, 1, 8], 0, 1, 2, 3, 4, 5, 6, -1)],
      gives: [[...bits, 1, 0]],
      webgpu: ['???~~~=='],
    },
    {
      shows: 'a batch of none',
      inputs: [tensor([0, 1, 1, 2]), ints([0, 1, 1, 1])],
      gives: [[]],
      webgpu: 'same',
    },
  ],
  avgPool2d: [
    {
      shows: 'NaN, ∞ − ∞ and ∞ in their own windows only',
      inputs: [row(nan, 1, inf, -inf, inf, 1, 1, 3)],
      attrs: { ...pool, countPadding: true },
      gives: [[nan, nan, inf, 2]],
      webgpu: ['???='],
    },
    {
      shows: 'sums start at 0, so −0 becomes 0; denormals count',
      inputs: [row(-0, -0, tiny, tiny)],
      attrs: { ...pool, countPadding: true },
      gives: [[0, tiny]],
      webgpu: ['~~'],
    },
    {
      shows: 'the mean of a window that sees padding alone is 0, not 0/0',
      inputs: [row(1, 2)],
      attrs: { ...window, kernel: [1, 2], padding: [0, 1, 0, 1], dilation: [1, 3], countPadding: false },
      gives: [[0]],
      webgpu: 'same',
    },
    {
      shows: 'a batch of none',
      inputs: [tensor([0, 1, 1, 2])],
      attrs: { ...pool, countPadding: true },
      gives: [[]],
      webgpu: 'same',
    },
  ],
  avgPool2dGrad: [
    {
      shows: 'NaN and ∞ are spread over their own windows only',
      inputs: [row(nan, inf, 4)],
      attrs: { ...pool, countPadding: true, image: [1, 6] },
      gives: [[nan, nan, inf, inf, 2, 2]],
      webgpu: ['????=='],
    },
    {
      shows: 'a window that sees padding alone spreads over nothing, not by 1/0',
      inputs: [row(5)],
      attrs: {
        ...{ ...window, kernel: [1, 2], padding: [0, 1, 0, 1], dilation: [1, 3] },
        ...{ countPadding: false, image: [1, 2] },
      },
      gives: [[0, 0]],
      webgpu: 'same',
    },
    {
      shows: 'a batch of none',
      inputs: [tensor([0, 1, 1, 1])],
      attrs: { ...pool, countPadding: true, image: [1, 2] },
      gives: [[]],
      webgpu: 'same',
    },
  ],
};

const nearest = { mode: 'nearest', alignCorners: false };
const between = { mode: 'bilinear', alignCorners: true };

const resizing: Record<string, SpecialCase[]> = {
  resize2d: [
    {
      shows: 'nearest copies NaN, ±∞ and denormals; −0 becomes 0',
      inputs: [row(nan, inf, -inf, -0, tiny)],
      attrs: { ...nearest, size: [1, 10] },
      gives: [[nan, nan, inf, inf, -inf, -inf, 0, 0, tiny, tiny]],
      webgpu: ['======~~~~'],
    },
    {
      shows: 'NaN and ∞ reach what lies beside them, and nothing that gives them no weight',
      inputs: [row(nan, 1, 3, inf)],
      attrs: { ...between, size: [1, 7] },
      gives: [[nan, nan, 1, 2, 3, inf, inf]],
      webgpu: ['=?===?='],
    },
    {
      shows: 'a batch of none',
      inputs: [tensor([0, 1, 1, 2])],
      attrs: { ...between, size: [1, 4] },
      gives: [[]],
      webgpu: 'same',
    },
  ],
  resize2dGrad: [
    {
      shows: 'NaN and ∞ go to their own pixels only, and nothing to one that is not seen',
      inputs: [row(nan, inf, 2)],
      attrs: { ...nearest, size: [1, 9] },
      gives: [[0, nan, 0, 0, inf, 0, 0, 2, 0]],
      webgpu: ['=?==?===='],
    },
    {
      shows: 'what has no weight is not added',
      inputs: [row(nan, 1, 1, 1, 1, 1, inf)],
      attrs: { ...between, size: [1, 4] },
      gives: [[nan, 2, 2, inf]],
      webgpu: ['?==?'],
    },
    {
      shows: 'a batch of none',
      inputs: [tensor([0, 1, 1, 4])],
      attrs: { ...between, size: [1, 2] },
      gives: [[]],
      webgpu: 'same',
    },
  ],
};

const rows = { axes: [1], keepDims: false };
/** 200 numbers, all alike but for some places. */
const far = (value: number, ...others: readonly (readonly [place: number, value: number])[]): number[] =>
  others.reduce((list, [place, other]) => list.with(place, other), new Array<number>(200).fill(value));

/** Rows of 68 zeros that several threads share, with a value in one place of the first; the second has none. */
const longRows = (value: number, place: number) =>
  tensor([2, 68], ...Array.from({ length: 136 }, (_, i) => (i === place ? value : 0)));
const [spoilt, shared] = [Array<number>(68).fill(nan), Array<number>(68).fill(1 / 68)];

const reductions: Record<string, SpecialCase[]> = {
  sum: [
    {
      shows: '∞ − ∞ is NaN; each sum is its own',
      inputs: [tensor([4, 2], inf, -inf, nan, 1, inf, 1, 1, 2)],
      attrs: rows,
      gives: [[nan, nan, inf, 3]],
      webgpu: ['???='],
    },
    {
      shows: 'sums start at 0, so −0 becomes 0; denormals count; too large is ∞',
      inputs: [tensor([3, 2], -0, -0, tiny, tiny, huge, huge)],
      attrs: rows,
      gives: [[0, 2 * tiny, inf]],
      webgpu: ['~~?'],
    },
    {
      shows: 'sums are carried in float64, so that one may pass the largest float32 on its way',
      inputs: [vector(huge, huge, -huge)],
      attrs: all,
      gives: [[huge]],
      webgpu: ['?'],
    },
    { shows: 'an empty sum is 0', inputs: [tensor([0, 3])], attrs: all, gives: [[0]], webgpu: 'same' },
    {
      shows: 'empty sums along one axis',
      inputs: [tensor([2, 0])],
      attrs: rows,
      gives: [[0, 0]],
      webgpu: 'same',
    },
  ],
  max: [
    {
      shows: 'NaN is the largest of all, −∞ the smallest number',
      inputs: [tensor([4, 2], inf, nan, -inf, -inf, -inf, -5, inf, 1)],
      attrs: rows,
      gives: [[nan, -inf, -5, inf]],
      webgpu: 'same',
    },
    {
      shows: 'of −0 and 0, which are equal, the first is taken; a denormal is above 0',
      inputs: [tensor([3, 2], -0, 0, 0, -0, 0, tiny)],
      attrs: rows,
      gives: [[-0, 0, tiny]],
      webgpu: ['~~~'],
    },
    {
      shows: 'in long rows too: NaN, the first zero, −∞ alone',
      inputs: [
        tensor([3, 200], ...far(-1, [170, nan], [60, inf]), ...far(-1, [166, -0], [190, 0]), ...far(-inf)),
      ],
      attrs: rows,
      gives: [[nan, -0, -inf]],
      webgpu: ['=~='],
    },
    {
      shows: 'of nothing there is no maximum',
      inputs: [tensor([0, 3])],
      attrs: all,
      gives: { refuses: 'max: no elements along axes [0,1] of [0,3]; expected at least one' },
      webgpu: 'same',
    },
    { shows: 'no rows, no maxima', inputs: [tensor([0, 3])], attrs: rows, gives: [[]], webgpu: 'same' },
  ],
  argmax: [
    {
      shows: 'the first of equals, also of infinities, zeros of both signs and NaNs',
      inputs: [tensor([5, 3], 1, 2, 2, -inf, -inf, -inf, inf, 1, inf, -1, -0, 0, 5, nan, nan)],
      attrs: rows,
      gives: [[1, 0, 0, 1, 1]],
      webgpu: 'same',
    },
    {
      shows: 'the first of equals in long rows, wherever they are looked at',
      inputs: [
        tensor(
          [5, 200],
          ...[...far(-1, [163, 2], [70, 2]), ...far(-1, [199, nan], [101, nan]), ...far(-inf)],
          ...[...far(-1, [190, 0], [166, -0]), ...far(-1, [197, inf], [196, inf])],
        ),
      ],
      attrs: rows,
      gives: [[70, 101, 0, 166, 196]],
      webgpu: 'same',
    },
    {
      shows: 'a denormal is above 0',
      inputs: [vector(0, tiny, -tiny)],
      attrs: all,
      gives: [[1]],
      webgpu: ['?'],
    },
    {
      shows: 'of nothing there is no maximum',
      inputs: [tensor([2, 0])],
      attrs: rows,
      gives: { refuses: 'argmax: no elements along axes [1] of [2,0]; expected at least one' },
      webgpu: 'same',
    },
  ],
  softmax: [
    {
      shows: 'a NaN at the end of a long row makes it NaN, and no other',
      inputs: [longRows(nan, 67)],
      attrs: { axis: 1 },
      gives: [[...spoilt, ...shared]],
      webgpu: 'same',
    },
    {
      shows: '+∞ and NaN make their row NaN, and no other',
      inputs: [tensor([3, 2], inf, 0, nan, 0, 0, 0)],
      attrs: { axis: 1 },
      gives: [[nan, nan, nan, nan, 0.5, 0.5]],
      // A NaN is kept by its bits; ∞ − ∞ is left to the device.
      webgpu: ['??===='],
    },
    {
      shows: '−∞ has probability 0; a row of −∞ alone is NaN',
      inputs: [tensor([2, 3], -inf, 0, 0, -inf, -inf, -inf)],
      attrs: { axis: 1 },
      gives: [[0, 0.5, 0.5, nan, nan, nan]],
      webgpu: ['??????'],
    },
    {
      shows: '−0 and denormals are as good as 0; nothing overflows',
      inputs: [tensor([2, 2], -0, tiny, huge, -huge)],
      attrs: { axis: 1 },
      gives: [[0.5, 0.5, 1, 0]],
      // The difference of the last row leaves float32.
      webgpu: ['==??'],
    },
    empty({ axis: 1 }),
    { shows: 'rows of nothing', inputs: [tensor([2, 0])], attrs: { axis: 1 }, gives: [[]], webgpu: 'same' },
    { shows: 'no rows of four', inputs: [tensor([0, 4])], attrs: { axis: 1 }, gives: [[]], webgpu: 'same' },
  ],
  logSoftmax: [
    {
      shows: '+∞ and NaN make their row NaN, and no other',
      inputs: [tensor([3, 2], inf, 0, nan, 0, 0, 0)],
      attrs: { axis: 1 },
      gives: [[nan, nan, nan, nan, -Math.LN2, -Math.LN2]],
      webgpu: ['????=='],
    },
    {
      shows: '−∞ stays −∞; a row of −∞ alone is NaN',
      inputs: [tensor([2, 2], -inf, 0, -inf, -inf)],
      attrs: { axis: 1 },
      gives: [[-inf, 0, nan, nan]],
      webgpu: ['????'],
    },
    {
      shows: 'a row of one is 0, also for a denormal',
      inputs: [tensor([2, 1], tiny, 5)],
      attrs: { axis: 1 },
      gives: [[0, 0]],
      webgpu: ['~~'],
    },
    empty({ axis: 1 }),
  ],
};

const asTheyAre = { labelSmoothing: 0 };
/** Gradients of smoothed labels, a tenth, from PyTorch 1.13: of the logits −∞, 0, 1 and 0, −∞, 1, and of 3, 1, 0; the label is 1. */
const unsure = [
  ...[-1 / 30, -0.6643919119633382, 0.6977252452966716],
  ...[0.23560808803666178, -14 / 15, 0.6977252452966716],
];
const sure = [0.8104614011480061, -0.8191381339487389, 0.008676732800732716];

const classes: Record<string, SpecialCase[]> = {
  crossEntropy: [
    {
      shows: 'a NaN at the end of a long row makes it NaN, and no other',
      inputs: [longRows(nan, 67), ints([2], 0, 67)],
      attrs: asTheyAre,
      gives: [[nan, Math.log(68)]],
      webgpu: 'same',
    },
    {
      shows: '−∞ counts for nothing in a long row',
      inputs: [longRows(-inf, 66), ints([2], 0, 66)],
      attrs: asTheyAre,
      gives: [[Math.log(67), Math.log(68)]],
      webgpu: ['?='],
    },
    {
      shows: 'a label past the last class of a long row is refused (a shader makes its row NaN)',
      inputs: [longRows(1, 0), ints([2], 0, 68)],
      attrs: asTheyAre,
      gives: { refuses: 'crossEntropy: label 68 in row 1; expected 0 to 67' },
      webgpu: ['?n'],
    },
    {
      shows: '+∞, NaN and a row of −∞ give NaN, −∞ at the label +∞; each row is its own',
      inputs: [tensor([5, 2], inf, 0, nan, 0, -inf, -inf, -inf, 0, 0, 0), ints([5], 0, 1, 0, 0, 1)],
      attrs: asTheyAre,
      gives: [[nan, nan, nan, inf, Math.LN2]],
      webgpu: ['?=??='],
    },
    {
      shows: 'a label below 0 is refused (a shader makes its row NaN)',
      inputs: [tensor([1, 2], 0, 0), ints([1], -1)],
      attrs: asTheyAre,
      gives: { refuses: 'crossEntropy: label -1 in row 0; expected 0 to 1' },
      webgpu: ['n'],
    },
    {
      shows: 'a label past the last class is refused (a shader makes its row NaN)',
      inputs: [tensor([2, 2], 0, 0, 0, 0), ints([2], 0, 2)],
      attrs: asTheyAre,
      gives: { refuses: 'crossEntropy: label 2 in row 1; expected 0 to 1' },
      webgpu: ['?n'],
    },
    {
      shows: 'a batch of none',
      inputs: [tensor([0, 2]), ints([0])],
      attrs: asTheyAre,
      gives: [[]],
      webgpu: 'same',
    },
    {
      shows: 'of smoothed labels −∞ anywhere gives +∞ in its own row; +∞, NaN and a row of −∞ give NaN',
      inputs: [
        tensor([6, 3], -inf, 0, 1, 0, -inf, 1, 0, inf, 1, 0, nan, 1, -inf, -inf, -inf, 3, 1, 0),
        ints([6], 1, 1, 1, 1, 1, 1),
      ],
      attrs: { labelSmoothing: 0.1 },
      gives: [[inf, inf, nan, nan, nan, 2.1365126862229524]],
      webgpu: ['?????='],
    },
    {
      shows: 'labels that are all smoothed away: the label itself counts for nothing, and 0·∞ is NaN',
      inputs: [tensor([3, 3], -inf, 0, 1, 0, -inf, 1, 3, 1, 0), ints([3], 1, 1, 1)],
      attrs: { labelSmoothing: 1 },
      gives: [[inf, nan, 1.8365126862229524]],
      webgpu: ['??='],
    },
    {
      shows: 'of smoothed labels −∞ in a long row gives +∞, and no other',
      inputs: [longRows(-inf, 66), ints([2], 0, 66)],
      attrs: { labelSmoothing: 0.1 },
      gives: [[inf, Math.log(68)]],
      webgpu: ['?='],
    },
    {
      shows:
        'a NaN at the end of a long row makes it NaN, and a label that is no class refuses, smoothed too',
      inputs: [longRows(nan, 67), ints([2], 0, 68)],
      attrs: { labelSmoothing: 0.1 },
      gives: { refuses: 'crossEntropy: label 68 in row 1; expected 0 to 67' },
      webgpu: ['nn'],
    },
  ],
  crossEntropyGrad: [
    {
      shows:
        'a NaN at the end of a long row makes it NaN, and no other; a label that is no class leaves the softmax alone',
      inputs: [longRows(nan, 67), ints([2], 0, 68), vector(1, 1)],
      attrs: asTheyAre,
      gives: [[...spoilt, ...shared]],
      webgpu: 'same',
    },
    {
      shows: '+∞, NaN and a row of −∞ give NaN in their own row; −∞ has no share',
      inputs: [
        tensor([5, 2], inf, 0, nan, 0, -inf, -inf, -inf, 0, 0, 0),
        ints([5], 0, 1, 0, 0, 1),
        vector(1, 1, 1, 1, 2),
      ],
      attrs: asTheyAre,
      gives: [[nan, nan, nan, nan, nan, nan, -1, 1, 1, -1]],
      // A NaN is kept by its bits; ∞ − ∞ is left to the device.
      webgpu: ['??==????=='],
    },
    {
      shows: 'a gradient of NaN or ∞ spoils its own row only',
      inputs: [tensor([3, 2], 0, 0, 0, 0, 0, 0), ints([3], 0, 0, 0), vector(nan, inf, 2)],
      attrs: asTheyAre,
      gives: [[nan, nan, -inf, inf, -1, 1]],
      webgpu: ['????=='],
    },
    {
      shows: 'a label that is no class leaves the softmax alone; −0 and denormals are as good as 0',
      inputs: [tensor([3, 2], 0, 0, -0, tiny, 0, -0), ints([3], -1, 2, 0), vector(1, 1, 1)],
      attrs: asTheyAre,
      gives: [[0.5, 0.5, 0.5, 0.5, -0.5, 0.5]],
      webgpu: 'same',
    },
    {
      shows: 'a batch of none',
      inputs: [tensor([0, 2]), ints([0]), tensor([0])],
      attrs: asTheyAre,
      gives: [[]],
      webgpu: 'same',
    },
    {
      shows:
        'of smoothed labels: −∞ has no share and its part of the label; +∞, NaN and a row of −∞ give NaN',
      inputs: [
        tensor([6, 3], -inf, 0, 1, 0, -inf, 1, 0, inf, 1, 0, nan, 1, -inf, -inf, -inf, 3, 1, 0),
        ints([6], 1, 1, 1, 1, 1, 1),
        vector(1, 1, 1, 1, 1, 1),
      ],
      attrs: { labelSmoothing: 0.1 },
      gives: [[...unsure, ...Array<number>(9).fill(nan), ...sure]],
      webgpu: ['?????????===???==='],
    },
    {
      shows: 'a gradient of NaN or ∞ spoils its own row only, of smoothed labels too',
      inputs: [tensor([3, 2], 0, 0, 0, 0, 0, 0), ints([3], 0, 0, 0), vector(nan, inf, 2)],
      attrs: { labelSmoothing: 0.5 },
      gives: [[nan, nan, -inf, inf, -0.5, 0.5]],
      webgpu: ['????=='],
    },
  ],
  gatherClass: [
    {
      shows: 'values are moved as they are',
      inputs: [tensor([6, 1, 1], ...bits), ints([6, 1], 0, 0, 0, 0, 0, 0)],
      attrs: { ignore: null },
      gives: [bits],
      webgpu: ['???~~~'],
    },
    {
      shows: 'an ignored label gives 0, also where all values are NaN',
      inputs: [tensor([2, 1, 1], nan, 4), ints([2, 1], -100, 0)],
      attrs: { ignore: -100 },
      gives: [[0, 4]],
      webgpu: 'same',
    },
    {
      shows: 'a label outside of the classes is refused (a shader makes its place NaN)',
      inputs: [tensor([2, 1, 1], 1, 2), ints([2, 1], 1, -1)],
      attrs: { ignore: null },
      gives: { refuses: 'gatherClass: label 1 at place 0; expected 0 to 0' },
      webgpu: ['nn'],
    },
    {
      shows: 'a batch of none',
      inputs: [tensor([0, 2, 1]), ints([0, 1])],
      attrs: { ignore: null },
      gives: [[]],
      webgpu: 'same',
    },
  ],
  scatterClass: [
    {
      shows: 'NaN and ∞ go to their label, with zeros beside them; an ignored or wrong label gets nothing',
      inputs: [tensor([4, 1], nan, inf, nan, nan), ints([4, 1], 1, 0, -100, 7)],
      attrs: { classes: 2, ignore: -100 },
      gives: [[0, nan, inf, 0, 0, 0, 0, 0]],
      webgpu: ['=??====='],
    },
    {
      shows: 'a batch of none',
      inputs: [tensor([0, 1]), ints([0, 1])],
      attrs: { classes: 2, ignore: null },
      gives: [[]],
      webgpu: 'same',
    },
  ],
  oneHot: [
    {
      shows: 'a label that is no class gives a row of zeros',
      inputs: [ints([5], 1, -1, 2, 2147483647, -2147483648)],
      attrs: { classes: 2, dtype: 'float32' },
      gives: [[0, 1, 0, 0, 0, 0, 0, 0, 0, 0]],
      webgpu: 'same',
    },
    {
      shows: 'no labels, and no classes',
      inputs: [ints([0])],
      attrs: { classes: 0, dtype: 'float32' },
      gives: [[]],
      webgpu: 'same',
    },
  ],
};

/** Bits are moved as they are, NaN, denormals and the sign of zero included. */
const moves = (attrs: object, shape: number[], gives: readonly number[]): SpecialCase => ({
  shows: 'bits are moved as they are',
  inputs: [tensor(shape, ...bits)],
  attrs,
  gives: [gives],
  webgpu: 'same',
});

const shapes: Record<string, SpecialCase[]> = {
  reshape: [moves({ shape: [3, 2] }, [2, 3], bits), empty({ shape: [3, 0] })],
  permute: [
    moves({ axes: [1, 0] }, [2, 3], [bits[0], bits[3], bits[1], bits[4], bits[2], bits[5]]),
    empty({ axes: [1, 0] }),
  ],
  slice: [
    moves({ start: [1], size: [5], steps: [1] }, [6], bits.slice(1)),
    moves({ start: [5], size: [3], steps: [-2] }, [6], [bits[5], bits[3], bits[1]]),
    empty({ start: [0, 1], size: [0, 2], steps: [1, 1] }),
  ],
  gather: [
    {
      shows:
        'bits are moved as they are; an index below 0 counts from the end, and one past an end names that end',
      inputs: [vector(...bits), ints([2, 4], 5, 0, -1, -6, 6, -7, 2147483647, -2147483648)],
      attrs: { axis: 0 },
      gives: [[5, 0, 5, 0, 5, 0, 5, 0].map((place) => bits[place])],
      webgpu: 'same',
    },
    {
      shows: 'of nothing nothing is taken',
      inputs: [nowhere, ints([0])],
      attrs: { axis: 0 },
      gives: [[]],
      webgpu: 'same',
    },
    {
      shows: 'nothing can be taken of an empty axis',
      inputs: [nowhere, ints([1], 0)],
      attrs: { axis: 0 },
      gives: { refuses: 'gather: indices [1] into an axis of length 0; expected at least 1' },
      webgpu: 'same',
    },
  ],
  scatterAdd: [
    {
      shows:
        'a NaN reaches its own place only; sums start at 0, so −0 becomes 0; what is past an end is added to that',
      inputs: [vector(nan, 1, -0, 2, 3, 4), ints([6], 1, 1, 2, -1, 9, -9)],
      attrs: { axis: 0, length: 4 },
      gives: [[4, nan, 0, 5]],
      webgpu: ['=?~='],
    },
    {
      shows: 'where nothing is added is 0',
      inputs: [nowhere, ints([0])],
      attrs: { axis: 0, length: 1 },
      gives: [[0, 0, 0]],
      webgpu: 'same',
    },
  ],
  broadcastTo: [moves({ shape: [2, 6] }, [6], [...bits, ...bits]), empty({ shape: [2, 0, 3] })],
  concat: [
    {
      shows: 'bits are moved as they are; an empty part adds nothing',
      inputs: [vector(...bits), tensor([0]), vector(nan, 1)],
      attrs: { axis: 0 },
      gives: [[...bits, nan, 1]],
      webgpu: 'same',
    },
    {
      shows: 'nothing after nothing',
      inputs: [tensor([0, 2]), tensor([0, 2])],
      attrs: { axis: 1 },
      gives: [[]],
      webgpu: 'same',
    },
  ],
  pack: [
    {
      shows: 'values are moved as they are, with zeros up to the next multiple of 64',
      inputs: [vector(...bits), tensor([0, 2]), vector(1)],
      gives: [[...bits, ...Array<number>(58).fill(0), 1, ...Array<number>(63).fill(0)]],
      webgpu: [`???~~~${'='.repeat(122)}`],
    },
    {
      shows: 'nothing beside nothing',
      inputs: [tensor([0]), tensor([0, 2])],
      gives: [[]],
      webgpu: 'same',
    },
  ],
  pad: [
    {
      shows: 'values and the value of the padding are moved',
      inputs: [vector(...bits, 1)],
      attrs: { start: [1], steps: [1], shape: [9], value: -inf },
      gives: [[-inf, ...bits, 1, -inf]],
      webgpu: ['????~~~=?'],
    },
    {
      shows: 'around nothing is padding alone',
      inputs: [tensor([0])],
      attrs: { start: [2], steps: [1], shape: [3], value: 7 },
      gives: [[7, 7, 7]],
      webgpu: 'same',
    },
  ],
};

const filled = (value: number): SpecialCase => ({
  shows: `${Object.is(value, -0) ? '−0' : value} everywhere`,
  inputs: [],
  attrs: { shape: [2], value, dtype: 'float32' },
  gives: [[value, value]],
  webgpu: 'same',
});

/** rate, momentum, decay, nesterov. */
const sgd = vector(0.5, 0, 0, 0);
/** rate/(1−β₁ᵗ), β₁, β₂, ε, √(1−β₂ᵗ), decay, 1 − rate·decay, 1−β₁, 1−β₂. */
const adam = vector(0.5, 0.5, 0.5, 1, 1, 0, 1, 0.5, 0.5);
/** Every number of a Philox block lies below it but the largest of 2²⁴. */
const nearlyOne = 1 - 2 ** -24;
/** augmentBatch that leaves images as they are. */
const unchanged = {
  ...{ stream: 0, rotation: 0, shear: 0, scale: 0, shift: 0, elastic: 0, stroke: 0, erase: 0, eraseSide: 0 },
};
/** What gatherBatch makes of each byte: special values for the first, itself for the others. */
const levels = vector(nan, inf, -0, tiny, ...Array.from({ length: 252 }, (_, i) => i + 4));

const others: Record<string, SpecialCase[]> = {
  fill: [
    ...[nan, inf, -inf, -0, tiny].map(filled),
    {
      shows: 'no elements',
      inputs: [],
      attrs: { shape: [0, 2], value: nan, dtype: 'float32' },
      gives: [[]],
      webgpu: 'same',
    },
  ],
  dropout: [
    {
      shows: 'what is kept is scaled, by 1 for p = 0',
      inputs: [vector(...bits, 1), ints([3], 1, 2, 3)],
      attrs: { p: 0, stream: 0 },
      gives: [[...bits, 1]],
      webgpu: ['???~~~='],
    },
    {
      shows: 'what is dropped is 0, also NaN and ∞',
      inputs: [vector(...bits, 1), ints([3], 1, 2, 3)],
      attrs: { p: nearlyOne, stream: 0 },
      gives: [[0, 0, 0, 0, 0, 0, 0]],
      webgpu: 'same',
    },
    {
      shows: 'nothing to drop',
      inputs: [tensor([0]), ints([3], 1, 2, 3)],
      attrs: { p: 0.5, stream: 0 },
      gives: [[]],
      webgpu: 'same',
    },
  ],
  sgdStep: [
    {
      shows: 'a gradient of NaN or ∞ spoils its own parameter and velocity only',
      inputs: [vector(nan, inf, 2), sgd, vector(1, 1, 1), vector(0, 0, 0)],
      gives: [
        [nan, -inf, 0],
        [nan, inf, 2],
      ],
      webgpu: ['??=', '??='],
    },
    {
      shows: 'denormals and −0',
      inputs: [vector(tiny, -0), sgd, vector(1, -0), vector(0, 0)],
      gives: [
        // −0 − 0.5·(0·0 + (−0 + 0·−0)) = −0
        [1, -0],
        [tiny, 0],
      ],
      webgpu: ['=~', '~~'],
    },
    {
      shows: 'no parameters',
      inputs: [tensor([0]), sgd, tensor([0]), tensor([0])],
      gives: [[], []],
      webgpu: 'same',
    },
  ],
  adamStep: [
    {
      shows: 'a gradient of NaN spoils its own parameter and moments only; ∞ is ∞/∞',
      inputs: [vector(nan, inf, 2), adam, vector(1, 1, 1), vector(0, 0, 0), vector(0, 0, 2)],
      gives: [
        // m = 1, v = 1 + 2 = 3: 1 − 0.5·1/(√3 + 1)
        [nan, nan, 1 - 0.5 / (Math.sqrt(3) + 1)],
        [nan, inf, 1],
        [nan, inf, 3],
      ],
      webgpu: ['??=', '??=', '??='],
    },
    {
      shows: 'a gradient of 0 on moments of 0 leaves the parameter; the square of a denormal is 0',
      inputs: [vector(0, tiny), adam, vector(1, 1), vector(0, 0), vector(0, 0)],
      gives: [
        [1, 1],
        [0, tiny / 2],
        [0, 0],
      ],
      webgpu: ['==', '=~', '=~'],
    },
    {
      shows: 'no parameters',
      inputs: [tensor([0]), adam, tensor([0]), tensor([0]), tensor([0])],
      gives: [[], [], []],
      webgpu: 'same',
    },
  ],
  lerp: [
    {
      shows: 'NaN and ∞ come in, and ∞ does not go out again: ∞ + (x − ∞) is NaN',
      inputs: [vector(nan, inf, 1, 3), vector(1, 1, inf, 1)],
      attrs: { weight: 0.5 },
      gives: [[nan, inf, nan, 2]],
      webgpu: ['???='],
    },
    {
      shows: '−0 and denormals',
      inputs: [vector(-0, 2 * tiny), vector(-0, 0)],
      attrs: { weight: 0.5 },
      gives: [[0, tiny]],
      webgpu: ['~~'],
    },
    {
      shows: 'nothing to move',
      inputs: [tensor([0]), tensor([0])],
      attrs: { weight: 0.5 },
      gives: [[]],
      webgpu: 'same',
    },
  ],
  augmentBatch: [
    {
      shows: 'levels are moved; an index that is no image gives zeros, and the label 0',
      inputs: [
        ints([1, 1], 0x03020100),
        ints([1], 7),
        ints([4], 0, -1, 1, 2147483647),
        ints([2], 0, 0),
        levels,
        ints([3], -1, -2147483648, -3),
      ],
      attrs: { ...unchanged, batch: 4, size: 2 },
      gives: [
        [nan, inf, -0, tiny, ...Array<number>(12).fill(0)],
        [7, 0, 0, 0],
      ],
      webgpu: ['??~~============', '===='],
    },
    {
      shows: 'what is erased gets the level of black; the cursor runs around the order',
      inputs: [
        ints([2, 1], -1, -256),
        ints([2], 7, -9),
        ints([3], 0, 0, 1),
        ints([2], 5, 0),
        levels,
        ints([3], 0, 0, 0),
      ],
      attrs: { ...unchanged, erase: 4096, eraseSide: 1, batch: 2, size: 1 },
      gives: [
        [nan, nan],
        [-9, 7],
      ],
      webgpu: ['??', '=='],
    },
    {
      shows: 'of no images come zeros',
      inputs: [ints([0, 1]), ints([0]), ints([1], 0), ints([2], 0, 0), levels, ints([3], 1, 2, 3)],
      attrs: { ...unchanged, batch: 1, size: 2 },
      gives: [[0, 0, 0, 0], [0]],
      webgpu: 'same',
    },
  ],
  gatherBatch: [
    {
      shows: 'levels are moved; an index that is no image gives zeros, and the label 0',
      inputs: [
        ints([1, 1], 0x03020100),
        ints([1], 7),
        ints([4], 0, -1, 1, 2147483647),
        ints([2], 0, 0),
        levels,
      ],
      attrs: { batch: 4, size: 2 },
      gives: [
        [nan, inf, -0, tiny, ...Array<number>(12).fill(0)],
        [7, 0, 0, 0],
      ],
      webgpu: ['??~~============', '===='],
    },
    {
      shows: 'a byte above 127 is no negative one; the cursor runs around the order',
      inputs: [ints([2, 1], -1, -256), ints([2], 7, -9), ints([3], 0, 0, 1), ints([2], 5, 0), levels],
      attrs: { batch: 2, size: 1 },
      gives: [
        [nan, 255],
        [-9, 7],
      ],
      webgpu: ['?=', '=='],
    },
    {
      shows: 'of no images come zeros',
      inputs: [ints([0, 1]), ints([0]), ints([1], 0), ints([2], 0, 0), levels],
      attrs: { batch: 1, size: 2 },
      gives: [[0, 0, 0, 0], [0]],
      webgpu: 'same',
    },
  ],
  allFinite: [
    { shows: 'NaN is not finite', inputs: [vector(1, nan, 2)], gives: [[0]], webgpu: 'same' },
    { shows: 'nor are ±∞', inputs: [tensor([2, 2], 1, 2, -inf, inf)], gives: [[0]], webgpu: 'same' },
    {
      shows: '−0, denormals and the largest numbers are',
      inputs: [vector(-0, tiny, huge, -huge)],
      gives: [[1]],
      webgpu: 'same',
    },
    { shows: 'so is nothing at all', inputs: [nowhere], gives: [[1]], webgpu: 'same' },
  ],
  scaleStep: [
    {
      shows: 'NaN is not usable: the scale is halved',
      inputs: [vector(nan), vector(8, 5, 1)],
      attrs: { interval: 10 },
      gives: [[4, 0, 2]],
      webgpu: ['?=?'],
    },
    {
      shows: 'the scale never falls below 1',
      inputs: [vector(0), vector(1, 0, 3)],
      attrs: { interval: 10 },
      gives: [[1, 0, 4]],
      webgpu: 'same',
    },
    {
      shows: 'it doubles after the interval',
      inputs: [vector(1), vector(8, 9, 0)],
      attrs: { interval: 10 },
      gives: [[16, 0, 0]],
      webgpu: 'same',
    },
  ],
  recordRows: [
    {
      shows: 'losses are moved; NaN is the largest logit, the first of equals is named; rows run around',
      inputs: [
        vector(nan, inf, -0, tiny),
        tensor([4, 3], 1, nan, nan, -inf, -inf, -inf, -0, 0, -1, 1, -inf, inf),
        ints([2], 0, 4),
        tensor([5, 2], ...[10, 11, 12, 13, 14, 15, 16, 17, 18, 19]),
      ],
      gives: [[inf, 0, -0, 0, tiny, 2, 16, 17, nan, 1]],
      webgpu: ['?=~=~===?='],
    },
    {
      shows: 'a batch of none notes nothing',
      inputs: [tensor([0]), tensor([0, 2]), ints([2], 0, 0), tensor([1, 2], -0, 5)],
      gives: [[-0, 5]],
      webgpu: 'same',
    },
  ],
};

/** Each op's behaviour; a test holds the list of ops to it. */
const norm = { eps: 0, relu: false };
const one1 = vector(1);
const zero1 = vector(0);
/** A batch without channels: [2,0,1,2], and as many numbers for each of the others as there are channels. */
const noChannels = (others: number): SpecialInput[] => [
  { shape: [2, 0, 1, 2], values: [] },
  ...Array<SpecialInput>(others).fill({ shape: [0], values: [] }),
];

const normalisations: Record<string, SpecialCase[]> = {
  normalise: [
    {
      shows: 'NaN and ∞ stay where they are; −0 and denormals are as good as 0',
      inputs: [row(nan, inf, -inf, -0, tiny, 3), one1, vector(4), vector(2), vector(5)],
      attrs: norm,
      gives: [[nan, inf, -inf, 4, 4, 7]],
      webgpu: ['???==='],
    },
    {
      shows: 'relu makes −∞, −0 and what is below 0 to 0, and leaves NaN and ∞',
      inputs: [row(nan, inf, -inf, -0, -3, 3), zero1, one1, one1, zero1],
      attrs: { ...norm, relu: true },
      gives: [[nan, inf, 0, 0, 0, 3]],
      webgpu: ['???==='],
    },
    {
      shows: 'a variance of 0 without eps divides by 0; a NaN of a channel stays in it',
      inputs: [tensor([1, 2, 1, 2], 1, 2, 1, 2), vector(1, nan), vector(0, 1), vector(1, 1), vector(0, 0)],
      attrs: norm,
      gives: [[nan, inf, nan, nan]],
      webgpu: ['????'],
    },
    { shows: 'no channels', inputs: noChannels(4), attrs: norm, gives: [[]], webgpu: 'same' },
  ],
  batchNorm: [
    {
      shows: 'a NaN or an ∞ makes its channel NaN, and no other',
      inputs: [tensor([1, 3, 1, 2], nan, 1, inf, 1, 1, 3), vector(1, 1, 1), vector(0, 0, 5)],
      attrs: norm,
      gives: [
        [nan, nan, nan, nan, 4, 6],
        [nan, inf, 2],
        [nan, nan, 1],
      ],
      webgpu: ['????==', '??=', '??='],
    },
    {
      shows: 'equal numbers have no variance: 0/0 is NaN without eps, the bias with it',
      inputs: [row(7, 7), one1, vector(3)],
      attrs: { eps: 1, relu: false },
      gives: [[3, 3], [7], [0]],
      webgpu: ['==', '=', '='],
    },
    { shows: 'no channels', inputs: noChannels(2), attrs: norm, gives: [[], [], []], webgpu: 'same' },
  ],
  batchNormGrad: [
    {
      shows: 'a NaN of g makes its channel NaN, and no other',
      inputs: [
        tensor([1, 2, 1, 2], nan, 1, 1, 3),
        tensor([1, 2, 1, 2], 1, 3, 1, 3),
        ...[vector(2, 2), vector(1, 1), vector(1, 1)],
      ],
      attrs: norm,
      gives: [
        [nan, nan, 0, 0],
        [nan, 2],
        [nan, 4],
      ],
      webgpu: ['????', '?=', '?='],
    },
    {
      shows: 'what relu has held back gets nothing, whatever g is',
      inputs: [row(nan, 2), row(1, 3), vector(2), one1, one1, zero1],
      attrs: { ...norm, relu: true },
      gives: [[0, 0], [2], [2]],
      webgpu: ['??', '?', '?'],
    },
    {
      shows: 'no channels',
      inputs: [...noChannels(3).slice(0, 1), ...noChannels(3)],
      attrs: norm,
      gives: [[], [], []],
      webgpu: 'same',
    },
  ],
  runningStatistics: [
    {
      shows: 'NaN and ∞ come in, and ∞ does not go out again: ∞ + (x − ∞) is NaN',
      inputs: [vector(nan, inf, 1, 3), vector(nan, inf, 1, 3), vector(1, 1, inf, 1), vector(1, 1, inf, 2)],
      attrs: { momentum: 0.5, count: 2 },
      gives: [
        [nan, inf, nan, 2],
        [nan, inf, nan, 4],
      ],
      webgpu: ['???=', '???='],
    },
    {
      shows: 'nothing to move',
      inputs: Array<SpecialInput>(4).fill({ shape: [0], values: [] }),
      attrs: { momentum: 0.5, count: 2 },
      gives: [[], []],
      webgpu: 'same',
    },
  ],
};

export const specialValues: Readonly<Record<string, readonly SpecialCase[]>> = {
  ...unary,
  ...binary,
  ...products,
  ...normalisations,
  ...pooling,
  ...resizing,
  ...reductions,
  ...classes,
  ...shapes,
  ...others,
};
