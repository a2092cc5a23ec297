import type { Json } from '../object.ts'

/**
 * What a plain (unquoted) YAML scalar means. One fixed schema: what kubectl's reader (YAML 1.1 as go-yaml has it) and
 * YAML 1.2 agree on is taken; octal `0644`, `0o644`, hexadecimal and binary are numbers as kubectl reads them; what
 * the two read differently and people get wrong is refused, because a guess would deploy something else.
 */
export type PlainScalar = { readonly value: Json } | { readonly refused: string }

const DECIMAL = /^[-+]?(?:0|[1-9]\d*)$/
const OTHER_BASE = /^([-+]?)(?:0[oO]?([0-7]+)|0[xX]([0-9a-fA-F]+)|0[bB]([01]+))$/
const FLOAT = /^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/
const UNDERSCORED = /^[-+]?(?:\d[\d_]*(?:\.[\d_]*)?(?:[eE][-+]?\d+)?|\.\d[\d_]*|0[xXoObB][\da-fA-F_]+)$/
const BOOLEAN_OF_YAML_1_1 = /^(?:y|Y|yes|Yes|YES|n|N|no|No|NO|on|On|ON|off|Off|OFF)$/
const NOT_A_JSON_NUMBER = /^(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/

const WORDS = new Map<string, Json>([
  ['', null],
  ['~', null],
  ['null', null],
  ['Null', null],
  ['NULL', null],
  ['true', true],
  ['True', true],
  ['TRUE', true],
  ['false', false],
  ['False', false],
  ['FALSE', false],
])

export function resolvePlainScalar(text: string): PlainScalar {
  const word = WORDS.get(text)
  if (word !== undefined) return { value: word }
  if (/^[-+.\d]/.test(text)) return resolveNumber(text)
  if (BOOLEAN_OF_YAML_1_1.test(text)) {
    const remedy = `write true or false; write "${text}" in quotes if you mean the text`
    return { refused: `${text} is a boolean to some readers of YAML and a text to others; ${remedy}` }
  }
  return { value: text }
}

function resolveNumber(text: string): PlainScalar {
  if (DECIMAL.test(text)) return wholeNumber(Number(text))
  const other = OTHER_BASE.exec(text)
  if (other !== null) return wholeNumber(inOtherBase(other))
  if (/^[-+]?0\d+$/.test(text)) return refuse('neither an octal number nor a decimal one (it starts with 0)')
  if (FLOAT.test(text)) {
    const value = Number(text)
    return Number.isFinite(value) ? { value: value === 0 ? 0 : value } : refuse('a number out of range')
  }
  if (NOT_A_JSON_NUMBER.test(text)) return refuse('not a number that an object can hold')
  if (text.includes('_') && UNDERSCORED.test(text)) {
    return refuse('a number to some readers of YAML and a text to others; write the number without "_"')
  }
  return { value: text }
}

function inOtherBase([, sign, octal, hexadecimal, binary]: RegExpExecArray): number {
  const value =
    octal !== undefined ? parseInt(octal, 8) : hexadecimal ? parseInt(hexadecimal, 16) : parseInt(binary!, 2)
  return sign === '-' ? -value : value
}

function wholeNumber(value: number): PlainScalar {
  if (!Number.isSafeInteger(value)) return refuse(`a whole number beyond ±${Number.MAX_SAFE_INTEGER}`)
  return { value: value === 0 ? 0 : value }
}

/** Never quotes the number: it may be a password. Its place is told beside it. */
function refuse(what: string): PlainScalar {
  return { refused: `this is ${what}; put it in quotes if you mean the text` }
}
