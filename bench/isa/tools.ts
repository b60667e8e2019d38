/** What compiles for a GPU that is not here: Mesa's RADV, the assembler of SPIR-V, and a C compiler for the probe. */
import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { InkgradError } from '../../engine/errors.ts';

export interface Tools {
  /** The manifest by which the Vulkan loader finds RADV. */
  readonly driver: string;
  readonly assembler: string;
  readonly compiler: string;
  /** Folders of headers and libraries beside those of the system. */
  readonly headers: readonly string[];
  readonly libraries: readonly string[];
}

/** What to install, by what lacks; names of packages are those of Debian and Ubuntu. */
const advice = {
  driver: "Mesa's RADV, 25 or later: install mesa-vulkan-drivers (on Debian 12 from bookworm-backports)",
  assembler: 'spirv-as: install spirv-tools',
  compiler: 'a C compiler: install gcc',
  headers: 'vulkan/vulkan.h: install libvulkan-dev',
};
const FOLDER = 'or unpack those packages into a folder (dpkg -x) and give it as --mesa';

/**
 * @param mesa the folder that packages were unpacked into; the system itself when left out
 * @param path where programs are, as in PATH
 * @throws InkgradError that says what is missing, and how it is had
 */
export function findTools(mesa: string | undefined, path = process.env.PATH ?? ''): Tools {
  const root = mesa ?? '/';
  const bins = [...(mesa === undefined ? [] : [join(root, 'usr/bin')]), ...path.split(delimiter)];
  const program = (...names: string[]) =>
    bins.flatMap((bin) => names.map((name) => join(bin, name))).find((file) => existsSync(file));
  const manifests = ['usr/share', 'usr/local/share', 'etc'].flatMap((folder) =>
    filesIn(join(root, folder, 'vulkan/icd.d')).filter((file) => /radeon_icd.*\.json$/.test(file)),
  );
  const found = {
    driver: manifests[0],
    assembler: program('spirv-as'),
    compiler: program('cc', 'gcc', 'clang'),
    headers: ['usr/include', 'usr/local/include']
      .map((folder) => join(root, folder))
      .find((folder) => existsSync(join(folder, 'vulkan/vulkan.h'))),
  };
  const lacking = (Object.keys(advice) as (keyof typeof advice)[]).filter(
    (name) => found[name] === undefined,
  );
  if (lacking.length > 0) {
    const where = mesa === undefined ? '' : ` in ${mesa}`;
    throw new InkgradError(
      `bench isa: missing${where}: ${lacking.map((name) => advice[name]).join('; ')}; ${FOLDER}`,
    );
  }
  return {
    ...{ driver: found.driver!, assembler: found.assembler!, compiler: found.compiler! },
    ...(mesa === undefined
      ? { headers: [], libraries: [] }
      : { headers: [found.headers!], libraries: librariesIn(root) }),
  };
}

/** Where Debian, Fedora and others have them. */
const librariesIn = (root: string): string[] =>
  ['usr/lib', 'usr/lib64'].flatMap((folder) => {
    const whole = join(root, folder);
    return [...filesIn(whole).filter((file) => file.endsWith('-linux-gnu')), whole];
  });

function filesIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [];
}
