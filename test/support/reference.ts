// The reference as TypeDoc writes it in JSON: which names there are, and what is said of each.

/** What is looked at of a reflection; https://typedoc.org/api/classes/Models.ProjectReflection.html has all of it. */
interface Reflection {
  readonly id: number;
  readonly name: string;
  readonly kind: number;
  readonly comment?: Comment;
  readonly children?: readonly Reflection[];
  readonly signatures?: readonly Reflection[];
  readonly parameters?: readonly Reflection[];
  readonly getSignature?: Reflection;
  readonly setSignature?: Reflection;
  readonly inheritedFrom?: object;
  readonly type?: Type;
}

interface Type {
  readonly type: string;
  readonly declaration?: Reflection;
  readonly target?: number | object;
  readonly types?: readonly Type[];
  readonly typeArguments?: readonly Type[];
}

interface Comment {
  readonly summary: readonly { readonly text: string }[];
  readonly blockTags?: readonly {
    readonly tag: string;
    readonly name?: string;
    readonly content: readonly { readonly text: string }[];
  }[];
}

/** A name that a program can use. */
export interface Named {
  /** `inkgrad/models.TrainedModel.predict` */
  readonly path: string;
  readonly kind: 'function' | 'class' | 'type' | 'member' | 'variable' | 'module';
  readonly isDescribed: boolean;
  readonly hasExample: boolean;
  readonly category: string;
  /** options of a function that are nowhere described */
  readonly bareOptions: readonly string[];
}

/** Of ReflectionKind in TypeDoc. */
const MODULE = 2;
const NAMESPACE = 4;
const VARIABLE = 32;
const FUNCTION = 64;
const CLASS = 128;
const CONSTRUCTOR = 512;
const REFERENCE = 4194304;
const kinds: Readonly<Record<number, Named['kind']>> = {
  [MODULE]: 'module',
  [NAMESPACE]: 'module',
  [VARIABLE]: 'variable',
  [FUNCTION]: 'function',
  [CLASS]: 'class',
  256: 'type',
  2097152: 'type',
};

/** Every name of a reference, with the members of classes, interfaces and objects. */
export function namesIn(project: Reflection): Named[] {
  const byId = new Map<number, Reflection>();
  const note = (reflection: Reflection): void => {
    byId.set(reflection.id, reflection);
    for (const child of partsOf(reflection)) note(child);
  };
  note(project);
  return (project.children ?? []).flatMap((module) => namesBelow(module, module.name, byId));
}

const partsOf = ({ children, signatures, parameters, getSignature, type }: Reflection): Reflection[] =>
  [children, signatures, parameters, getSignature, type?.declaration]
    .flat()
    .filter((part) => part !== undefined);

function namesBelow(
  reflection: Reflection,
  path: string,
  byId: ReadonlyMap<number, Reflection>,
  isOfConstant = false,
): Named[] {
  if (reflection.kind === REFERENCE) return [];
  const { children = [], type } = reflection;
  const members = [...children, ...(type?.declaration?.children ?? [])];
  // A constructor is described by its class, what is inherited where it is from, and what is in a constant by its type.
  const own = members.filter(
    ({ kind, inheritedFrom }) => kind !== CONSTRUCTOR && inheritedFrom === undefined && !isOfConstant,
  );
  return [
    named(reflection, path, byId),
    ...own.flatMap((child) => namesBelow(child, `${path}.${child.name}`, byId, reflection.kind === VARIABLE)),
  ];
}

function named(reflection: Reflection, path: string, byId: ReadonlyMap<number, Reflection>): Named {
  const said = commentsOf(reflection);
  const isFunction = reflection.type?.declaration?.signatures !== undefined && reflection.kind === VARIABLE;
  const tag = (name: string) =>
    said
      .flatMap(({ blockTags = [] }) => blockTags)
      .find((block) => block.tag === name)
      ?.content.map(({ text }) => text)
      .join('') ?? '';
  return {
    path,
    kind: isFunction ? 'function' : (kinds[reflection.kind] ?? 'member'),
    isDescribed: said.some(({ summary }) => summary.length > 0) || tag('@returns') !== '',
    hasExample: tag('@example') !== '',
    category: tag('@category'),
    bareOptions: bareOptions(reflection, byId),
  };
}

/** The comments of a name: of a function those of its signatures, of an accessor that of the one which gives it. */
function commentsOf({ comment, signatures = [], getSignature, setSignature, type }: Reflection): Comment[] {
  const called = type?.declaration?.signatures ?? [];
  const all = [
    comment,
    ...[...signatures, ...called, getSignature, setSignature].map((each) => each?.comment),
  ];
  return all.filter((each) => each !== undefined);
}

/** Members of the last parameter's own type, written out or named, without a word in either place. */
function bareOptions(
  { signatures = [], type, children = [] }: Reflection,
  byId: ReadonlyMap<number, Reflection>,
): string[] {
  const constructors = children.filter(({ kind }) => kind === CONSTRUCTOR);
  const called = [
    ...signatures,
    ...(type?.declaration?.signatures ?? []),
    ...constructors.flatMap((each) => each.signatures ?? []),
  ];
  return called.flatMap(({ comment, parameters = [] }) => {
    const options = parameters.at(-1);
    if (options?.name !== 'options' && options?.name !== '__namedParameters') return [];
    const said = (comment?.blockTags ?? []).map(({ name }) => name);
    return membersOf(options.type, byId)
      .filter((member) => commentsOf(member).length === 0 && !said.includes(`options.${member.name}`))
      .map(({ name }) => name);
  });
}

function membersOf(type: Type | undefined, byId: ReadonlyMap<number, Reflection>): Reflection[] {
  if (type === undefined) return [];
  const target = typeof type.target === 'number' ? byId.get(type.target) : undefined;
  return [
    ...(target?.children ?? []),
    ...(type.declaration?.children ?? []),
    ...[...(type.types ?? []), ...(type.typeArguments ?? [])].flatMap((part) => membersOf(part, byId)),
  ];
}
