// The figures of the record as CSV, line for line what `tollgate report --format csv` prints: the browser tests hold both together.
const CSV_START = ["start", "visits_done", "visits_planned", "group", "samples", "items", "mean_ns", "p50_ns", "wrong", "errors", "cpu_caller_ns", "cpu_callee_ns", "cpu_items", "bytes_out", "bytes_back", "bytes_items"];
const CSV_CELL = ["lane", "engine", "mode", "items", "max_results", "status"];

/** A number without an exponent, as Rust writes it. */
function plainNumber(value) {
  const [mantissa, exponent] = String(value).split("e");
  if (exponent === undefined) return mantissa;
  const [, sign, whole, fraction = ""] = mantissa.match(/^(-?)(\d+)(?:\.(\d+))?$/), digits = whole + fraction, at = whole.length + Number(exponent);
  if (at <= 0) return `${sign}0.${"0".repeat(-at)}${digits}`;
  return at >= digits.length ? sign + digits + "0".repeat(at - digits.length) : `${sign}${digits.slice(0, at)}.${digits.slice(at)}`;
}

/** Quoted where CSV needs it, and disarmed where a spreadsheet would run it as a formula. */
function csvField(value) {
  if (value == null || (typeof value === "number" && !isFinite(value))) return "";
  const text = typeof value === "number" ? plainNumber(value) : String(value);
  const disarmed = /^[=+@\t\r]/.test(text) || (text.startsWith("-") && isNaN(Number(text))) ? `'${text}` : text;
  return /[,"\n\r]/.test(disarmed) ? `"${disarmed.replaceAll('"', '""')}"` : disarmed;
}

function csvOf(record) {
  const head = [...CSV_CELL, ...CSV_START.map((name) => (name === "items" ? "items_timed" : name))];
  const rows = record.cells.flatMap((cell) => {
    const own = CSV_CELL.map((name) => cell[name]);
    return cell.starts.length ? cell.starts.map((start) => [...own, ...CSV_START.map((name) => start[name])]) : [[...own, ...CSV_START.map(() => null)]];
  });
  return [head, ...rows].map((row) => `${row.map(csvField).join(",")}\n`).join("");
}
