/**
 * `$(NAME)` in env values, command and args (API reference, EnvVar.value): replaced when NAME is known, left as it is
 * otherwise; `$$` stands for one `$`. The values themselves are not expanded again.
 */
export function expandVariables(text: string, variables: ReadonlyMap<string, string>): string {
  return text.replace(/\$(\$|\(([^()]*)\))/g, (whole, escaped: string, name: string | undefined) => {
    if (escaped === '$') return '$'
    return variables.get(name!) ?? whole
  })
}
