// The library promises that its modules have no effects, so a bundler may leave out what a program does not use. Of a constant
// that a call makes no bundler can know that, and it reads `sideEffects: false` by the file, of which the library has
// few. So each such constant says it.
import { SyntaxKind } from 'typescript/unstable/ast';

const PURE = '/* @__PURE__ */ ';

const FUNCTIONS = [
  SyntaxKind.ArrowFunction,
  SyntaxKind.FunctionExpression,
  SyntaxKind.MethodDeclaration,
  SyntaxKind.GetAccessor,
  SyntaxKind.SetAccessor,
];

/** What may do something when it is evaluated, as far as a bundler can know. */
const UNKNOWN = [
  SyntaxKind.CallExpression,
  SyntaxKind.NewExpression,
  SyntaxKind.SpreadAssignment,
  SyntaxKind.SpreadElement,
  SyntaxKind.PropertyAccessExpression,
  SyntaxKind.ElementAccessExpression,
  SyntaxKind.BinaryExpression,
  SyntaxKind.PrefixUnaryExpression,
  SyntaxKind.TemplateExpression,
  SyntaxKind.TaggedTemplateExpression,
];

/** Numbers in figures: -1, 64 * 2 ** 20. */
const isFigure = ({ kind, operand, left, right }) =>
  kind === SyntaxKind.NumericLiteral ||
  (kind === SyntaxKind.PrefixUnaryExpression && isFigure(operand)) ||
  (kind === SyntaxKind.BinaryExpression && isFigure(left) && isFigure(right));

/** What is known to every bundler: figures, `Math.exp`, and what a module exports. */
const isKnown = (node, modules) =>
  (node.kind === SyntaxKind.PropertyAccessExpression && modules.has(node.expression.text)) || isFigure(node);

/** Names by which a file knows whole modules. */
const modulesIn = ({ statements }) => [
  ...['Math', 'Number'],
  ...statements.flatMap(({ importClause }) => importClause?.namedBindings?.name?.text ?? []),
];

function isUnknown(node, given) {
  if (FUNCTIONS.includes(node.kind) || given.leftOut.includes(node) || isKnown(node, given.modules))
    return false;
  if (UNKNOWN.includes(node.kind)) return true;
  let found = false;
  node.forEachChild((child) => {
    found ||= isUnknown(child, given);
  });
  return found;
}

/** A value without `as T` and `satisfies T`. */
function bare(node) {
  const isTyped = node.kind === SyntaxKind.AsExpression || node.kind === SyntaxKind.SatisfiesExpression;
  return isTyped ? bare(node.expression) : node;
}

/** `f(x)` and `new F(x)` with values that are known themselves. */
const isPlainCall = ({ kind, expression, arguments: values }, given) =>
  (kind === SyntaxKind.CallExpression || kind === SyntaxKind.NewExpression) &&
  expression.kind === SyntaxKind.Identifier &&
  !(values ?? []).some((value) => isUnknown(value, given));

const MAY_STAND = [
  SyntaxKind.ImportDeclaration,
  SyntaxKind.ExportDeclaration,
  SyntaxKind.FunctionDeclaration,
  SyntaxKind.ClassDeclaration,
  SyntaxKind.InterfaceDeclaration,
  SyntaxKind.TypeAliasDeclaration,
  SyntaxKind.ModuleDeclaration,
  SyntaxKind.VariableStatement,
];

/**
 * The changes to a file that mark its constants: what stands before and behind each value.
 *
 * @param leftOut nodes that will not be there
 * @throws Error for a statement that does something, which the promise does not allow
 */
export function marks(file, leftOut) {
  const given = { leftOut, modules: new Set(modulesIn(file)) };
  const found = [];
  for (const statement of file.statements) {
    if (!MAY_STAND.includes(statement.kind))
      throw new Error(`${file.fileName}: a module of the library does something: ${statement.getText(file)}`);
    for (const { initializer } of statement.declarationList?.declarations ?? []) {
      if (initializer === undefined || !isUnknown(initializer, given)) continue;
      const [at, end] = [initializer.getStart(file), initializer.end];
      if (isPlainCall(bare(initializer), given)) found.push({ at, end: at, text: PURE });
      else found.push({ at, end: at, text: `${PURE}(() => (` }, { at: end, end, text: '))()' });
    }
  }
  return found;
}
