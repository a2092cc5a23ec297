/** What a push asked for with `git push -o`. */
export interface PushOptions {
  /** Show the plan, land nothing. */
  readonly planOnly: boolean
  /** Open the pull request as a draft. */
  readonly draft: boolean
  /** Do not wait for the outcome. */
  readonly noWait: boolean
  /** Not understood. */
  readonly unknown: readonly string[]
}

export function parsePushOptions(options: readonly string[]): PushOptions {
  return {
    planOnly: options.includes('plan'),
    draft: options.includes('draft'),
    noWait: options.includes('nowait'),
    unknown: options.filter(option => !/^(plan|draft|nowait|wait(=.*)?)$/.test(option)),
  }
}
