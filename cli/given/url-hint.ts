/** A host with a port or a path, or a name with a dot that no file of YAML or JSON has. */
const HOST = /^(localhost|[-\w]+(\.[-\w]+)+|\[[0-9a-f:]+\]|[-\w]+(?=:\d))(:\d+)?([/?].*)?$/i;

/** "; did you mean http://…?" for the name of a file that looks like a URL without its scheme. */
export function urlHint(file: string): string {
  return HOST.test(file) && !/\.(ya?ml|json)$/i.test(file) ? `; did you mean http://${file}?` : '';
}
