// What one action would take over a lane with a user's numbers: the same as reports/src/model/prediction/mod.rs, to which a test
// holds it. It knows no page.
const predictions = (() => {
const FARTHEST = 2, CROWDED = 0.5, LEAST_CORES = 0.001, ABSENT = "–", FEWEST_STARTS = 3, TOO_NOISY = "too noisy to tell";

const isBytes = (basis) => basis.axis === "bytes";

/** How the items of an action are spread over calls, and how many rounds of calls stand before the last one; of bytes an action is one call. */
function callsOf(basis, settings) {
  if (isBytes(basis)) return { all: 1, full: settings.items, rest: settings.items, before: 0, last: settings.items };
  const items = Math.max(1, settings.items);
  const full = Math.min(Math.max(1, settings.items_per_call), items);
  const all = Math.ceil(items / full), parallel = Math.max(1, settings.parallel);
  const rest = items - (all - 1) * full, before = Math.ceil(all / parallel) - 1;
  return { all, full, rest, before, last: all - before * parallel === 1 ? rest : full };
}

/** Time of a call by itself in one start, ns: what was measured, where that size was; null where it is not known. */
function callNs(basis, start, items) {
  const curve = basis.curves[start];
  if (basis.sizes.includes(items)) return between(basis.sizes, basis.measured_ns[start], items);
  if (!curve) return items > basis.sizes.at(-1) ? null : between(basis.sizes, basis.measured_ns[start], items);
  const [a, b, bend, beyond] = curve;
  return bend != null && items > bend ? a + b * bend + beyond * (items - bend) : a + b * items;
}

/** The value on straight lines between the sizes, the last one continued; null below the first. */
function between(sizes, values, items) {
  const at = sizes.indexOf(items);
  if (at >= 0) return values[at];
  const found = sizes.findIndex((size) => size > items);
  const above = found < 0 ? Math.max(sizes.length, 1) - 1 : found, below = above - 1;
  if (below < 0) return null;
  return values[below] + ((values[above] - values[below]) * (items - sizes[below])) / (sizes[above] - sizes[below]);
}

/** Mean and Student's t interval of the starts' values, half of it at least `finest`; null of none. Of fewer than three starts, and without a width, there is no interval. */
function meanOf(values, t, finest = 0) {
  const kept = values.filter(Number.isFinite), n = kept.length;
  if (!n) return null;
  const value = kept.reduce((sum, v) => sum + v, 0) / n;
  if (n < FEWEST_STARTS) return { value, low: null, high: null };
  const half = Math.max(finest, t * Math.sqrt(kept.reduce((sum, v) => sum + (v - value) ** 2, 0) / (n - 1) / n));
  return half > 0 ? { value, low: value - half, high: value + half } : { value, low: null, high: null };
}

/** The same on logarithms; `finest` is a share. */
function logMeanOf(values, t, finest) {
  const mean = meanOf(values.filter((v) => v > 0).map(Math.log), t, Math.log1p(finest));
  return mean && withoutNoise({ value: Math.exp(mean.value), low: mean.low == null ? null : Math.exp(mean.low), high: mean.high == null ? null : Math.exp(mean.high) });
}

/** The same without an interval of which an end lies farther from the value than the value itself. */
function withoutNoise(mean) {
  const { value, low, high } = mean;
  return low == null || Math.max(high - value, value - low) <= Math.abs(value) ? mean : { value, low: null, high: null, noisy: true };
}

/** Values of all starts, or null where one of them has none. */
function ofStarts(count, value) {
  const values = Array.from({ length: count }, (_, start) => value(start));
  return values.includes(null) ? null : values;
}

function actionNs(basis, settings, calls) {
  const added = basis.in_process ? 0 : settings.round_trip_ns;
  const call = (start, items) => {
    const ns = callNs(basis, start, items);
    return ns == null ? null : ns + added + settings.service_ns * (isBytes(basis) ? 1 : items);
  };
  return ofStarts(Math.max(basis.curves.length, basis.measured_ns.length), (start) => {
    const last = call(start, calls.last), full = calls.before ? call(start, calls.full) : 0;
    return last == null || full == null ? null : calls.before * full + last;
  });
}

/** What of an action that takes `ns` is not the work of the callee that it waits for. */
function shareOf(basis, settings, calls, ns) {
  const work = (items) => settings.service_ns * (isBytes(basis) ? 1 : items);
  return Math.max(0, 1 - (calls.before * work(calls.full) + work(calls.last)) / ns);
}

function coresOf(basis, settings, calls, work) {
  if (calls.full > (basis.curves.length ? FARTHEST : 1) * basis.sizes.at(-1)) return null;
  const starts = ofStarts(basis.cpu_ns.length, (start) => {
    const cpu = basis.cpu_ns[start], rest = between(basis.sizes, cpu, calls.rest);
    const full = calls.all > 1 ? between(basis.sizes, cpu, calls.full) : 0;
    return rest == null || full == null ? null : (calls.all - 1) * full + rest + work;
  });
  const cpu = starts && meanOf(starts, basis.t[1]), mean = cpu && withoutNoise(cpu), a_second = settings.actions_per_s / 1e9;
  if (!mean) return null;
  const scaled = (v) => (v == null ? null : v * a_second);
  return { value: scaled(mean.value), low: scaled(mean.low), high: scaled(mean.high), noisy: mean.noisy };
}

function budgetOf(time, budget, atLeast) {
  if (time.low == null) return "cannot_tell";
  if (time.low > budget) return "over";
  return time.high <= budget ? (atLeast ? "at_best" : "within") : "cannot_tell";
}

/** One action: time with its interval or the gap in its place, cores, and what limits both. */
function predict(basis, settings, cores) {
  const calls = callsOf(basis, settings), most = basis.sizes.at(-1) ?? 1, least = isBytes(basis) ? basis.sizes[0] : 0;
  const work = (isBytes(basis) ? 1 : Math.max(1, settings.items)) * settings.service_ns;
  const used = coresOf(basis, settings, calls, work);
  const busy = used ? used.value : (settings.actions_per_s * work) / 1e9;
  const starts = actionNs(basis, settings, calls);
  let time = null, gap = null;
  if (calls.full > FARTHEST * most) gap = "beyond";
  else if (busy >= cores) gap = "overloaded";
  else if (!starts) gap = "no_model";
  else if (!(time = logMeanOf(starts, basis.t[0], basis.finest))) gap = "no_model";
  const atLeast = (settings.parallel > 1 && calls.all > 1) || busy >= CROWDED * cores;
  const isBetween = !gap && !basis.curves.length && ![calls.full, calls.rest].every((items) => basis.sizes.includes(items));
  return { time, gap, share: time && shareOf(basis, settings, calls, time.value), outside: calls.full > most || calls.full < least, between: isBetween, atLeast, cores: used, budget: time && budgetOf(time, settings.budget_ns, atLeast) };
}

// Figures as reports/src/stats/units/mod.rs writes them.
const UNITS = [[1e9, "s"], [1e6, "ms"], [1e3, "µs"], [1, "ns"]];
const unitOf = (ns) => UNITS.find(([factor]) => Math.abs(ns) >= 0.9995 * factor) ?? UNITS.at(-1);
const decimalsOf = (value) => {
  const size = Math.abs(value);
  return size === 0 || size >= 99.95 ? 0 : size >= 9.995 ? 1 : size >= 0.9995 ? 2 : 3;
};
function grouped(value, decimals) {
  if (Math.abs(value) >= 1e12) return value.toExponential(2).replace("e+", "e");
  const [whole, fraction] = value.toFixed(decimals).split(".");
  const spaced = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return fraction ? `${spaced}.${fraction}` : spaced;
}
const numberText = (value) => grouped(value, decimalsOf(value));
/** Cores with their interval; what is below the last decimal is not written as 0. */
function coresText({ value, low, high, noisy }) {
  if ((high ?? value) < LEAST_CORES) return `< ${LEAST_CORES}`;
  const interval = noisy ? ` (${TOO_NOISY})` : low == null ? "" : ` (${numberText(low)} to ${numberText(high)})`;
  return `${numberText(value)}${interval}`;
}

/** Bytes in the largest unit that leaves nothing over, as reports/src/record/asked.rs writes them. */
function amountText(bytes) {
  const [each, unit] = bytes > 0 ? [[2 ** 20, "MiB"], [2 ** 10, "KiB"], [1, "B"]].find(([of]) => bytes % of === 0) : [1, "B"];
  return `${(bytes / each).toLocaleString("en")} ${unit}`;
}

function timeText(ns) {
  const [factor, unit] = unitOf(ns);
  return `${numberText(ns / factor)} ${unit}`;
}
function intervalText({ value, low, high, noisy }) {
  if (low == null) return noisy ? TOO_NOISY : ABSENT;
  const [factor] = unitOf(value), decimals = decimalsOf(value / factor);
  if ((low > 0 && low / factor < 0.5 * 0.1 ** decimals) || high >= 1e3 * Math.abs(value)) return `${timeText(low)} to ${timeText(high)}`;
  const [short, long] = [low, high].map((end) => grouped(end / factor, decimals)), scale = 10 ** decimals;
  if (short !== long) return `${short} to ${long}`;
  return `${grouped(Math.floor((low / factor) * scale) / scale, decimals)} to ${grouped(Math.ceil((high / factor) * scale) / scale, decimals)}`;
}

/** As `1.3 %`; what is below the last digit as `< 0.1 %`. */
const shareText = (share) => (share < 0.0005 ? "< 0.1 %" : `${(share * 100).toFixed(share < 0.0995 ? 1 : 0)} %`);

const BUDGETS = { within: "within", at_best: "within at best", over: "over", cannot_tell: "cannot tell" };

/** A prediction as the cells of its row: time, interval, share, budget, cores, what to know. */
function cellsOf(basis, cores, { time, gap, share, outside, between: isBetween, atLeast, cores: used, budget }) {
  const size = isBytes(basis) ? amountText : (n) => `n = ${n.toLocaleString("en")}`, most = size(basis.sizes.at(-1) ?? 1);
  const ends = isBytes(basis) ? `${size(basis.sizes[0])} to ${most}` : `${most} at most`;
  const limits = {
    beyond: `more than twice the largest measured call, ${most}`,
    no_model: `no linear model: nothing is known ${isBytes(basis) ? `outside of ${ends}` : `beyond ${most}`}`,
    overloaded: `not reachable: needs more than the ${cores} cores of this machine`,
  };
  const notes = [outside && `outside the measured sizes, ${ends}`, isBetween && "no linear model: between measured calls", atLeast && "a lower bound"].filter(Boolean);
  return [
    time ? `${atLeast ? "≥ " : ""}${timeText(time.value)}` : ABSENT,
    time ? intervalText(time) : ABSENT,
    time ? shareText(share) : ABSENT,
    time ? BUDGETS[budget] : ABSENT,
    used ? coresText(used) : ABSENT,
    gap ? limits[gap] : notes.join(", "),
  ];
}

return { predict, cellsOf, timeText, numberText, amountText, shareText };
})();
