// Reads TypeScript sources as trees, by the compiler's own parser.
import { join, relative } from 'node:path';
import { SyntaxKind } from 'typescript/unstable/ast';
import { API } from 'typescript/unstable/sync';

/** Text without the indentation that all of its lines but the first share. */
export function dedented(text) {
  const [first, ...rest] = text.split('\n');
  const depths = rest.filter((line) => line.trim() !== '').map((line) => line.search(/\S/));
  const depth = Math.min(...depths, Infinity);
  return [first, ...rest.map((line) => (line.trim() === '' ? '' : line.slice(depth)))].join('\n');
}

/** The sources of a TypeScript project. Paths are those in the repository. */
export class Sources {
  #api;
  #program;

  constructor(root, config) {
    this.root = root;
    this.#api = new API({ cwd: root });
    const snapshot = this.#api.updateSnapshot({ openProject: join(root, config) });
    this.#program = snapshot.getProjects()[0].program;
  }

  file(path) {
    const file = this.#program.getSourceFile(join(this.root, path));
    if (file === undefined) throw new Error(`${path}: not a source of this project`);
    return file;
  }

  /** A node with its file's path, line and dedented text. */
  excerpt(path, node) {
    const file = this.file(path);
    const line = file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1;
    return { path, line, text: dedented(file.text.slice(node.getStart(file), node.end)) };
  }

  /** The first block comment of a file, or the one right before a node, without its stars; '' where there is none. */
  comment(path, node) {
    const { text } = this.file(path);
    const before = node === undefined ? text : text.slice(node.pos, node.getStart(this.file(path)));
    const comment = /^\s*\/\*\*([\s\S]*?)\*\//.exec(before)?.[1] ?? '';
    return comment.replace(/^[ \t]*\* ?/gm, '').trim();
  }

  /** Top-level functions and constants of a file: each name's statement, and its value for a constant. */
  declarations(path) {
    const found = new Map();
    for (const statement of this.file(path).statements) {
      if (statement.kind === SyntaxKind.FunctionDeclaration) found.set(statement.name.text, { statement });
      if (statement.kind !== SyntaxKind.VariableStatement) continue;
      for (const { name, initializer } of statement.declarationList.declarations) {
        found.set(name.text, { statement, value: unwrapped(initializer) });
      }
    }
    return found;
  }

  /** What a file imports by name from files beside it: name → path. */
  imports(path) {
    const found = new Map();
    for (const { kind, moduleSpecifier, importClause } of this.file(path).statements) {
      if (kind !== SyntaxKind.ImportDeclaration || !moduleSpecifier.text.startsWith('.')) continue;
      const from = relative(this.root, join(this.root, path, '..', moduleSpecifier.text));
      for (const { name } of importClause?.namedBindings?.elements ?? []) found.set(name.text, from);
    }
    return found;
  }

  close() {
    this.#api.close();
  }
}

/** What stands in `… satisfies T`. */
const unwrapped = (node) => (node?.kind === SyntaxKind.SatisfiesExpression ? node.expression : node);

/** The members of an object literal by name: properties, shorthands and methods. */
export const membersOf = (literal) =>
  new Map(literal.properties.flatMap((member) => (member.name ? [[member.name.text, member]] : [])));

/** The identifiers in a node, in order, each once. */
export function identifiersIn(node, found = new Set()) {
  if (node.kind === SyntaxKind.Identifier) found.add(node.text);
  node.forEachChild((child) => {
    identifiersIn(child, found);
  });
  return found;
}
