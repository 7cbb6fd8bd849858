// What a reader types: a number with its unit, as `5 ms`, `150us`, `64 KiB`, `2,000`.
const TYPED_UNITS = {
  time: { ns: 1, us: 1e3, "µs": 1e3, "μs": 1e3, ms: 1e6, s: 1e9 },
  bytes: { b: 1, kib: 1024, kb: 1024, mib: 2 ** 20, mb: 2 ** 20 },
  count: {}, rate: { "a second": 1, "/s": 1, "per second": 1 },
};

/** The number in the smallest unit; NaN where it is none. Without a unit it has that of `before`, which stood there. */
function readTyped(text, unit, before) {
  const said = text.trim().toLowerCase(), units = TYPED_UNITS[unit];
  if (said === "none" || /^0+(\.0*)?$/.test(said)) return 0;
  const [, number, name] = /^([\d.,]+(?:e[+-]?\d+)?)\s*(.*)$/.exec(said) ?? [];
  if (number == null) return NaN;
  const last = before == null ? "" : before.replace(/^[\d.,]+\s*/, "").toLowerCase(), known = name || last;
  const factor = known in units ? units[known] : name || unit === "time" ? (name ? NaN : 1e6) : 1;
  return Number(number.replaceAll(",", "")) * factor;
}
