export const COMPLETION = `Usage: loadtest completion bash|zsh|fish

Prints a script that completes commands, options, files, and the names of objects in the cluster:

  bash              source <(loadtest completion bash), in ~/.bashrc
  zsh               source <(loadtest completion zsh), in ~/.zshrc after compinit
  fish              loadtest completion fish > ~/.config/fish/completions/loadtest.fish
`;

export const VERSION = `Usage: loadtest version [-o text|json]

Prints the version; JSON includes the versions of the API and of Node.
`;
