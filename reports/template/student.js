// Student's t and what rests on it, for a record that only the reader has: the formulas of reports/src/stats/estimates.rs and comparison.rs. The
// browser tests hold every ratio, interval and verdict to those of `tollgate compare`.
const DETECTION = 0.99;

/** ln Gamma: Lanczos, with g = 7 and nine coefficients; relative error about 1e-15. */
function logGamma(x) {
  const c = [0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059, 12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7];
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
  const sum = c.slice(1).reduce((all, coefficient, i) => all + coefficient / (x + i), c[0]), t = x + 6.5;
  return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(t) - t + Math.log(sum);
}

/** Continued fraction of the incomplete beta function (Lentz), as in Numerical Recipes 6.4. */
function betaFraction(a, b, x) {
  const away = (v) => (Math.abs(v) < 1e-300 ? 1e-300 : v);
  let c = 1, d = 1 / away(1 - ((a + b) * x) / (a + 1)), h = d;
  for (let m = 1; m <= 10_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    [d, c] = [1 / away(1 + even * d), away(1 + even / c)];
    h *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    [d, c] = [1 / away(1 + odd * d), away(1 + odd / c)];
    h *= d * c;
    if (Math.abs(d * c - 1) < 1e-16) break;
  }
  return h;
}

/** The regularised incomplete beta function at x, where 1 - x is given too, so that neither end loses digits. */
function incompleteBeta(a, b, x, rest) {
  if (!(x > 0)) return 0;
  if (!(rest > 0)) return 1;
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log(rest));
  return x < (a + 1) / (a + b + 2) ? (front * betaFraction(a, b, x)) / a : 1 - (front * betaFraction(b, a, rest)) / b;
}

/** Probability above |t|. */
function tTail(t, freedom) {
  const whole = freedom + t * t;
  return 0.5 * incompleteBeta(freedom / 2, 0.5, freedom / whole, (t * t) / whole);
}

/** The value that is exceeded on both sides together with probability 1 - confidence. */
function tQuantile(freedom, confidence) {
  const tail = (1 - confidence) / 2;
  let low = 0, high = 1;
  while (tTail(high, freedom) > tail && high < 1e300) high *= 2;
  for (let i = 0; i < 200 && high - low > 1e-15 * high; i++) {
    const middle = (low + high) / 2;
    [low, high] = tTail(middle, freedom) > tail ? [middle, high] : [low, middle];
  }
  return (low + high) / 2;
}

const meanOf = (values) => values.reduce((sum, v) => sum + v, 0) / values.length;
/** Squared standard error of the mean; 0 of values that do not differ, whatever their mean was rounded to. */
function squaredError(values) {
  if (values.every((v) => v === values[0])) return 0;
  const mean = meanOf(values);
  return values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (values.length - 1) / values.length;
}

/** An interval and a verdict need so many restarts; no difference is told more finely than `finest`, a logarithm. */
const FEWEST_STARTS = 3, TOO_FEW = "needs 3 restarts", TOO_NOISY = "too noisy to tell", CANNOT_TELL = "cannot tell";
const SAME = "the same within 5 %", PERHAPS = " (perhaps by less than 5 %)";

/** First minus second of values that have nothing in common (Welch 1947): of logarithms. */
function welch(first, second, finest) {
  const [a, b] = [squaredError(first), squaredError(second)], few = Math.min(first.length, second.length) < FEWEST_STARTS;
  const freedom = (a + b) ** 2 / ((a * a) / (first.length - 1) + (b * b) / (second.length - 1));
  return { difference: meanOf(first) - meanOf(second), variance: a + b, freedom, finest, few };
}

/** The luck of two runs, as reports/src/stats/welch/between_runs.rs has it: the variance that it adds to a difference, and how well it is known. */
const ASSUMED_RUNS = { variance: 2 * 0.01 ** 2, freedom: 20 }, FEWEST_LANES = 5, FEWEST_FLOORS = 3, MOST_LUCK = 0.05, MEDIAN_SQUARE = 0.454936;
const medianOf = (values) => {
  const sorted = values.slice().sort((a, b) => a - b), half = Math.floor(sorted.length / 2);
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
};
function excessVariance(differences) {
  const isMoreThan = (variance) => differences.length > 0 && medianOf(differences.map((one) => one.difference ** 2 / (one.variance + variance))) > MEDIAN_SQUARE;
  let low = 1e-8, high = 1;
  if (!isMoreThan(low)) return 0;
  for (let at = 0; at < 60; at++) {
    const middle = Math.sqrt(low * high);
    if (isMoreThan(middle)) low = middle;
    else high = middle;
  }
  return high;
}
function betweenRuns(differences, lanes, floors) {
  if (lanes < FEWEST_LANES) return ASSUMED_RUNS;
  const most = Math.max(floors.length < FEWEST_FLOORS ? 0 : excessVariance(floors), MOST_LUCK ** 2), variance = excessVariance(differences);
  if (variance <= ASSUMED_RUNS.variance) return ASSUMED_RUNS;
  const read = lanes - 1, share = ASSUMED_RUNS.variance / variance;
  return { variance: Math.min(variance, most), freedom: variance < most ? read + share * (ASSUMED_RUNS.freedom - read) : ASSUMED_RUNS.freedom };
}

/** A difference with the luck of both runs and its 99 % interval, all as ratios. `span` is that interval however wide; `low` and `high` are null
 * where it says nothing. */
function withLuck({ difference, variance, freedom, finest, few }, runs) {
  const all = variance + runs.variance, error = Math.sqrt(all);
  const of = all ** 2 / ((variance > 0 ? variance ** 2 / freedom : 0) + runs.variance ** 2 / runs.freedom);
  const half = Math.max(finest, tQuantile(of, DETECTION) * error), p = few || Math.abs(difference) <= finest ? 1 : 2 * tTail(difference / error, of);
  const span = few ? null : { low: Math.exp(difference - half), high: Math.exp(difference + half) };
  const noisy = span != null && Math.expm1(half) > 1, { low, high } = noisy ? { low: null, high: null } : span ?? { low: null, high: null };
  return { value: Math.exp(difference), low, high, span, noisy, p };
}

/** Which of these hypotheses are rejected, 1 % in all (Holm 1979). */
function holm(ps) {
  const order = ps.map((_, i) => i).sort((i, j) => ps[i] - ps[j]), rejected = ps.map(() => false);
  for (const [at, i] of order.entries()) {
    if (!(ps[i] <= (1 - DETECTION) / (order.length - at))) break;
    rejected[i] = true;
  }
  return rejected;
}

/** The words of METHOD.md; a difference only where it was detected in the whole family. */
function verdict({ value, span, few }, detected) {
  const open = few ? TOO_FEW : CANNOT_TELL;
  if (!span) return open;
  const { low, high } = span;
  const within = low > 1 / 1.05 && high < 1.05;
  if (!detected || (low <= 1 && high >= 1)) return within ? SAME : open;
  const word = value > 1 ? "slower" : "quicker";
  if (low > 1.05 || high < 1 / 1.05) return word;
  return within ? `slightly ${word}` : `${word}${PERHAPS}`;
}

/** The probability of at least so many hits, each with this probability by itself. */
function atLeast(hits, tried, probability) {
  let below = 0;
  for (let k = 0; k < hits; k++) {
    below += Math.exp(logGamma(tried + 1) - logGamma(k + 1) - logGamma(tried - k + 1) + k * Math.log(probability) + (tried - k) * Math.log1p(-probability));
  }
  return hits === 0 ? 1 : 1 - below;
}
