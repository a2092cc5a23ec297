/**
 * RFC 3339 times as the API stores them: `Time` in whole seconds (`2026-11-20T22:58:00Z`), `MicroTime` with six digits
 * of a second. Pure text work; what the time is now is asked of a Clock.
 */

const SHAPE = /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:[Zz]|([+-])(\d\d):(\d\d))$/

/** In UTC. Whole seconds: the fraction is cut off. Undefined when the text is no time. */
export function canonicalTime(text: string): string | undefined {
  if (text.length === 20 && STORED.test(text) && isCalendarDate(text)) return text
  const parsed = parse(text)
  return parsed && `${parsed.seconds}Z`
}

/** In UTC, always with six digits of a second. Undefined when the text is no time. */
export function canonicalMicroTime(text: string): string | undefined {
  const parsed = parse(text)
  return parsed && `${parsed.seconds}.${parsed.fraction.slice(0, 6).padEnd(6, '0')}Z`
}

/** The usual form, checked without taking it apart. */
const STORED = /^\d{4}-\d\d-\d\dT([01]\d|2[0-3]):[0-5]\d:[0-5]\dZ$/

function isCalendarDate(text: string): boolean {
  return isDate(Number(text.slice(0, 4)), Number(text.slice(5, 7)), Number(text.slice(8, 10)))
}

function isDate(year: number, month: number, day: number): boolean {
  return month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month)
}

function daysInMonth(year: number, month: number): number {
  if (month !== 2) return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28
}

function parse(text: string): { readonly seconds: string; readonly fraction: string } | undefined {
  const match = SHAPE.exec(text)
  if (match === null) return undefined
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as SixNumbers
  const [fraction = '', sign, offsetHour = '0', offsetMinute = '0'] = match.slice(7)
  if (!isDate(year, month, day) || hour > 23 || minute > 59 || second > 59) return undefined
  if (Number(offsetHour) > 23 || Number(offsetMinute) > 59) return undefined
  const offset = (Number(offsetHour) * 60 + Number(offsetMinute)) * (sign === '-' ? 1 : -1)
  const seconds = shiftMinutes([year, month, day, hour, minute, second], offset)
  return seconds === undefined ? undefined : { seconds, fraction }
}

type SixNumbers = [number, number, number, number, number, number]

/** Moves by less than a day, either way. Undefined before year 0 and after 9999. */
function shiftMinutes([year, month, day, hour, minute, second]: SixNumbers, offset: number): string | undefined {
  const minutes = hour * 60 + minute + offset
  const [y, m, d] = moveDay(year, month, day, minutes < 0 ? -1 : minutes >= 1440 ? 1 : 0)
  if (y < 0 || y > 9999) return undefined
  const inDay = (minutes + 1440) % 1440
  const date = `${pad(y, 4)}-${pad(m, 2)}-${pad(d, 2)}`
  return `${date}T${pad(Math.floor(inDay / 60), 2)}:${pad(inDay % 60, 2)}:${pad(second, 2)}`
}

function moveDay(year: number, month: number, day: number, by: -1 | 0 | 1): [number, number, number] {
  const moved = day + by
  if (moved >= 1 && moved <= daysInMonth(year, month)) return [year, month, moved]
  if (by > 0) return month === 12 ? [year + 1, 1, 1] : [year, month + 1, 1]
  return month === 1 ? [year - 1, 12, 31] : [year, month - 1, daysInMonth(year, month - 1)]
}

function pad(value: number, width: number): string {
  return String(value).padStart(width, '0')
}
