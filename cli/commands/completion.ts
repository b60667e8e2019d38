import type { Argv } from 'yargs';
import { ASKED } from '../completions.ts';
import { print } from '../output.ts';
import type { Command } from './command.ts';

/** What each shell is told: to ask inkgrad itself, and to name files where it has no answer. */
const scripts = {
  bash: `# inkgrad completion bash >> ~/.bashrc
_inkgrad_completions() {
  local words
  mapfile -t words < <(inkgrad ${ASKED} "\${COMP_WORDS[@]:0:COMP_CWORD+1}" 2>/dev/null)
  mapfile -t COMPREPLY < <(compgen -W "\${words[*]}" -- "\${COMP_WORDS[COMP_CWORD]}")
}
complete -o bashdefault -o default -F _inkgrad_completions inkgrad`,
  zsh: `#compdef inkgrad
# inkgrad completion zsh >> ~/.zshrc
_inkgrad_completions() {
  local -a words_of_inkgrad
  words_of_inkgrad=("\${(@f)$(inkgrad ${ASKED} "\${(@)words[1,CURRENT]}" 2>/dev/null)}")
  compadd -- $words_of_inkgrad[@]
  _files
}
compdef _inkgrad_completions inkgrad`,
  fish: `# inkgrad completion fish > ~/.config/fish/completions/inkgrad.fish
complete -c inkgrad -a '(inkgrad ${ASKED} (commandline -opc) (commandline -ct) 2>/dev/null)'`,
} as const;

type Shell = keyof typeof scripts;

const builder = (parser: Argv) =>
  parser
    .usage('$0 completion SHELL\n\nPrints what makes a shell complete commands and flags.')
    .positional('shell', {
      choices: Object.keys(scripts) as Shell[],
      demandOption: true,
      describe: 'The shell',
    })
    .example('$0 completion bash >> ~/.bashrc', 'For bash, from its next start on')
    .example('$0 completion fish > ~/.config/fish/completions/inkgrad.fish', 'For fish');

export const completion: Command = {
  builder,
  run: ({ shell }: { shell: Shell }) => print(scripts[shell]),
};
