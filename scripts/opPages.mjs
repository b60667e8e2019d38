// What the explorer shows of each op, taken from its own sources: formulas, definition, gradient, kernels.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SyntaxKind } from 'typescript/unstable/ast';
import { typeset } from './formulas.mjs';
import { formulasIn, formulasOfRow } from './heads.mjs';
import { imported } from './kernels.mjs';
import { identifiersIn, membersOf, Sources } from './sources.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const FOLDER = 'engine/ops';

/**
 * What stands once in a definition, in the line that runs while a number is summed up; of all others it is the one line
 * that writes into an output.
 */
const MARKS = {
  matmul: 'sum += left * right',
  linear: 'sum += x.data',
  conv2d: 'y.data[toY] +=',
  conv2dInputGrad: 'dx.data[toX] +=',
  conv2dWeightGrad: 'dw.data[toW] +=',
  convRelu: 'conv2d.define(',
  maxPool2d: 'y.data[to] = value',
  maxPool2dGrad: 'sums[at] +=',
  avgPool2d: 'sum += x.data',
  avgPool2dGrad: 'sums[row * width + column] +=',
  resize2d: 'weighed(',
  resize2dGrad: 'weighed(',
  sum: '+= x.data[from++]',
  scatterAdd: '+= y.data[from++]',
  batchNorm: 'y.data[at] =',
  batchNormGrad: 'dx.data[at] =',
  runningStatistics: 'runningMean.data[c] +=',
  oneHot: '= 1;',
  gatherClass: 'y.data[i] = x.data',
  scatterClass: '= g.data[i]',
  pack: 'y.data.set(',
  pad: '= x.data[from++]',
  sgdStep: 'p.data[i] -=',
  adamStep: 'p.data[i] = before',
  scaleStep: 'state.data[0] =',
};

/** @returns the line, counted from 0, in which a mark stands; throws where it does not stand once */
function markedLine(name, text) {
  const lines = text.split('\n');
  const isMarked = MARKS[name]
    ? (line) => line.includes(MARKS[name])
    : (line) => /\w+\.data(\[[^;]*\] [-+]?= |\.(set|fill)\()/.test(line);
  const found = lines.flatMap((line, i) => (isMarked(line) ? [i] : []));
  if (found.length !== 1)
    throw new Error(`${name}: ${found.length} lines of its definition can be marked; expected 1`);
  return found[0];
}

/** Where each op is defined: the file, and its object or its row. */
function places(sources, ops, rows) {
  const found = new Map();
  for (const name of readdirSync(join(root, FOLDER)).filter((file) => file !== 'index.ts')) {
    const path = `${FOLDER}/${name}`;
    for (const [op, { statement, value }] of sources.declarations(path)) {
      if (value?.kind !== SyntaxKind.ObjectLiteralExpression) continue;
      if (Object.hasOwn(ops, op)) found.set(op, { path, statement, members: membersOf(value) });
      if (Object.hasOwn(rows, op)) {
        const { define } = rows[op];
        const general = methodIn(sources.declarations(path).get(define).statement, 'define');
        for (const [row, member] of membersOf(value)) found.set(row, { path, row: member, general });
      }
    }
  }
  return found;
}

/** The first method of that name in a node. */
function methodIn(node, name) {
  if (node.kind === SyntaxKind.MethodDeclaration && node.name.text === name) return node;
  let found;
  node.forEachChild((child) => {
    found ??= methodIn(child, name);
  });
  return found;
}

/** The tables of elementwise functions, and what makes ops of them. */
const ROWS = { unaryRows: { define: 'unaryOp' }, binaryRows: { define: 'binaryOp' } };

/** The functions of ops that a node calls, and those that they call. */
function helpersOf(sources, path, node, found = new Map()) {
  const [own, others] = [sources.declarations(path), sources.imports(path)];
  for (const name of identifiersIn(node)) {
    const from = own.has(name) ? path : others.get(name);
    if (!from?.startsWith(`${FOLDER}/`) || found.has(name)) continue;
    const { statement, value } = sources.declarations(from).get(name) ?? {};
    const isFunction =
      statement?.kind === SyntaxKind.FunctionDeclaration || value?.kind === SyntaxKind.ArrowFunction;
    if (!isFunction) continue;
    found.set(name, sources.excerpt(from, statement));
    helpersOf(sources, from, statement, found);
  }
  return found;
}

/** `[x, w], [y]` of a definition's parameters; of a list as a whole, nothing. */
const namesOf = (parameter) =>
  (parameter?.name.elements ?? []).flatMap((element) => (element.name ? [element.name.text] : []));

/** The parts of a page that an op's object or row has in its source. */
function partsOf(sources, name, op, { path, members, row, general }) {
  const define = row ? general : members.get('define');
  const parameters = (define.parameters ?? define.initializer.parameters).map(namesOf);
  const outputs = parameters[1];
  const inputs = op.inPlace ? [...parameters[0], ...outputs] : parameters[0];
  const definition = sources.excerpt(path, define);
  // A row is a table of its own, or made by a function of what differs.
  const isTable = row?.initializer.kind === SyntaxKind.ObjectLiteralExpression;
  const inRow = (key) => (isTable && membersOf(row.initializer).get(key)) || row;
  const rule = row ? inRow('grad') : members.get('grad');
  const own = row ? [sources.excerpt(path, inRow('f'))] : [];
  const called = helpersOf(sources, path, row ? inRow('f') : define);
  return {
    inputs,
    outputs,
    definition,
    helpers: [...own, ...called.values()],
    marked: markedLine(name, definition.text),
    gradient: typeof op.grad === 'function' ? sources.excerpt(path, rule) : { none: op.grad.none },
  };
}

/** The files that an op's kernels are made of, by what they launch for its samples. */
function kernelsOf(op, { plainTraits, specOf, gpuKernelOf, wasmKernelOf }, kernels) {
  const [wgsl, wasm] = [new Set(), new Set()];
  for (const { inputs, attrs } of op.samples) {
    const specs = inputs.map(specOf);
    const given = specs.length - (op.inPlace ?? 0);
    const operands = [specs.slice(0, given), op.infer(specs, attrs), attrs];
    const { launches = [] } = launchesOf(gpuKernelOf(op)(...operands, plainTraits));
    for (const { shader } of launches) {
      for (const [, name] of shader.matchAll(/^\/\/ line 1 of (\S+)$/gm)) wgsl.add(`shaders/${name}`);
    }
    for (const { kernel } of wasmKernelOf(op)?.(...operands, { winograd: true })?.launches ?? []) {
      if (kernels.has(kernel)) wasm.add(kernels.get(kernel));
    }
  }
  return { wgsl: [...wgsl], wasm: [...wasm] };
}

const launchesOf = (work) => (Array.isArray(work) ? { launches: work } : work);

/** Which file of wasm/ has each kernel; those of rows are made of their expressions. */
function wasmKernels({ unaryRows, binaryRows }) {
  const found = new Map();
  for (const name of readdirSync(join(root, 'wasm')).filter((file) => file.endsWith('.ts'))) {
    const text = readFileSync(join(root, 'wasm', name), 'utf8');
    for (const [, kernel] of text.matchAll(/^export function (\w+)/gm)) found.set(kernel, `wasm/${name}`);
  }
  for (const [file, rows] of Object.entries({ unary: unaryRows, binary: binaryRows })) {
    for (const [name, { shortcuts = [] }] of Object.entries(rows)) {
      for (const kernel of [name, ...shortcuts.map((shortcut) => shortcut.kernel)])
        found.set(kernel, `wasm/${file}.ts`);
    }
  }
  return found;
}

/** What a row says to devices. */
const expressionsOf = ({ wgsl, wasm }) => ({ wgsl, wasm });

/** Words that are names wherever formulas are: sizes of windows and sides of images. */
const SYMBOLS = [
  'sh',
  'sw',
  'dh',
  'dw',
  'top',
  'left',
  'hyper',
  'label',
  'labels',
  'place',
  'bias',
  'onehot',
  'softmax',
];

/** What an op's head says: text, and formulas of what it computes and of its gradient, typeset. */
function saidOf(sources, ops, name, { path, row, members }) {
  const head = sources.comment(path, row);
  const names = new Set([
    ...SYMBOLS,
    ...Object.keys(ops),
    ...(members ? identifiersIn(members.get('define')) : []),
  ]);
  const found = row ? formulasOfRow(head) : formulasIn(head, name, ops);
  const isGradient = (plain) => /^d[Ly]\/d/.test(plain);
  const typesetAll = (list) => list.map((plain) => typeset(plain, names));
  return {
    head,
    formulas: typesetAll(found.filter((plain) => !isGradient(plain))),
    gradients: typesetAll(found.filter(isGradient)),
  };
}

/** @returns the page of each op by its name, and the texts of the kernels by their paths: explorer/source/opPage.ts */
export async function opPages() {
  const { ops } = await imported('engine/ops/index.ts');
  const { unaryRows } = await imported('engine/ops/unary.ts');
  const { binaryRows } = await imported('engine/ops/binary.ts');
  const { plainTraits } = await imported('engine/devices/webgpu/traits.ts');
  const { specOf } = await imported('engine/check/samples.ts');
  const { gpuKernelOf } = await imported('engine/devices/webgpu/kernels/index.ts');
  const { wasmKernelOf } = await imported('engine/devices/wasm/kernels/index.ts');
  const devices = { plainTraits, specOf, gpuKernelOf, wasmKernelOf };
  const kernels = wasmKernels({ unaryRows, binaryRows });
  const sources = new Sources(root, 'engine/tsconfig.json');
  try {
    const pages = {};
    const texts = {};
    for (const [name, place] of places(sources, ops, ROWS)) {
      const files = kernelsOf(ops[name], devices, kernels);
      for (const file of [...files.wgsl, ...files.wasm])
        texts[file] ??= readFileSync(join(root, file), 'utf8');
      pages[name] = {
        name,
        ...saidOf(sources, ops, name, place),
        ...partsOf(sources, name, ops[name], place),
        ...files,
        expressions: place.row ? expressionsOf({ ...unaryRows, ...binaryRows }[name]) : null,
      };
    }
    return { pages, texts };
  } finally {
    sources.close();
  }
}
