import type { Command } from './command.ts';

/** A command as the list of all shows it; what it is made of is loaded when it is asked for. */
interface Listed {
  readonly syntax: string;
  readonly describe: string;
  readonly load: () => Promise<Command>;
}

/** Every command, in the order in which help lists them. */
export const commands: Readonly<Record<string, Listed>> = {
  train: {
    syntax: 'train',
    describe: 'Train a model and evaluate it',
    load: async () => (await import('./train/index.ts')).train,
  },
  resume: {
    syntax: 'resume <run>',
    describe: 'Go on with a run that was stopped or killed',
    load: async () => (await import('./resume.ts')).resume,
  },
  'lr-find': {
    syntax: 'lr-find',
    describe: 'Propose a learning rate',
    load: async () => (await import('./lrFind/index.ts')).lrFind,
  },
  sweep: {
    syntax: 'sweep',
    describe: 'Try several settings and rank them',
    load: async () => (await import('./sweep/index.ts')).sweep,
  },
  evaluate: {
    syntax: 'evaluate <runs..>',
    describe: 'Score a trained model on test images',
    load: async () => (await import('./evaluate/index.ts')).evaluate,
  },
  report: {
    syntax: 'report <runs..>',
    describe: 'Show a run as a page, or compare several',
    load: async () => (await import('./report.ts')).report,
  },
  predict: {
    syntax: 'predict <run> <paths..>',
    describe: 'Name the characters in images',
    load: async () => (await import('./predict/index.ts')).predict,
  },
  serve: {
    syntax: 'serve <run>',
    describe: 'Name the characters in images that are sent over HTTP',
    load: async () => (await import('./serve.ts')).serve,
  },
  explore: {
    syntax: 'explore [run]',
    describe: 'Open a page that shows a network at work, number by number',
    load: async () => (await import('./explore.ts')).explore,
  },
  preprocess: {
    syntax: 'preprocess <paths..>',
    describe: 'Write every step of preparing images as pictures',
    load: async () => (await import('./preprocess.ts')).preprocess,
  },
  data: {
    syntax: 'data',
    describe: 'Look at data sets',
    load: async () => (await import('./data/index.ts')).data,
  },
  summary: {
    syntax: 'summary <model>',
    describe: 'Show the layers of a model',
    load: async () => (await import('./summary.ts')).summary,
  },
  models: {
    syntax: 'models [name]',
    describe: 'List models, or print one as JSON to change',
    load: async () => (await import('./models.ts')).models,
  },
  gradcheck: {
    syntax: 'gradcheck [ops..]',
    describe: 'Check every op and gradient',
    load: async () => (await import('./gradcheck/index.ts')).gradcheck,
  },
  bench: {
    syntax: 'bench',
    describe: 'Measure kernels, training and other engines',
    load: async () => (await import('./bench/index.ts')).bench,
  },
  doctor: {
    syntax: 'doctor',
    describe: 'Show what this machine can compute with',
    load: async () => (await import('./doctor.ts')).doctor,
  },
  export: {
    syntax: 'export <run>',
    describe: 'Write a trained model for other programs',
    load: async () => (await import('./export.ts')).exportRun,
  },
  import: {
    syntax: 'import <file>',
    describe: 'Make a checkpoint of a network of another program',
    load: async () => (await import('./import.ts')).importNetworkFile,
  },
  completion: {
    syntax: 'completion <shell>',
    describe: 'Print what makes bash, zsh or fish complete commands',
    load: async () => (await import('./completion.ts')).completion,
  },
};
