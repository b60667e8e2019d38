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

/** `Math.exp`, `Number.NaN`, -1: known to every bundler. */
const isKnown = ({ kind, expression, operand }) =>
  (kind === SyntaxKind.PropertyAccessExpression && ['Math', 'Number'].includes(expression.text)) ||
  (kind === SyntaxKind.PrefixUnaryExpression && operand.kind !== SyntaxKind.CallExpression);

function isUnknown(node) {
  if (FUNCTIONS.includes(node.kind) || isKnown(node)) return false;
  if (UNKNOWN.includes(node.kind)) return true;
  let found = false;
  node.forEachChild((child) => {
    found ||= isUnknown(child);
  });
  return found;
}

/** A value without `as T` and `satisfies T`. */
function bare(node) {
  const isTyped = node.kind === SyntaxKind.AsExpression || node.kind === SyntaxKind.SatisfiesExpression;
  return isTyped ? bare(node.expression) : node;
}

/** `f(x)` and `new F(x)` with values that are known themselves. */
const isPlainCall = ({ kind, expression, arguments: given }) =>
  (kind === SyntaxKind.CallExpression || kind === SyntaxKind.NewExpression) &&
  expression.kind === SyntaxKind.Identifier &&
  !(given ?? []).some(isUnknown);

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
 * @throws Error for a statement that does something, which the promise does not allow
 */
export function marks(file) {
  const found = [];
  for (const statement of file.statements) {
    if (!MAY_STAND.includes(statement.kind))
      throw new Error(
        `${file.fileName}: a module of the library does something: ${file.text.slice(statement.pos, statement.end)}`,
      );
    for (const { initializer } of statement.declarationList?.declarations ?? []) {
      if (initializer === undefined || !isUnknown(initializer)) continue;
      const [at, end] = [initializer.getStart(file), initializer.end];
      if (isPlainCall(bare(initializer))) found.push({ at, end: at, text: PURE });
      else found.push({ at, end: at, text: `${PURE}(() => (` }, { at: end, end, text: '))()' });
    }
  }
  return found;
}
