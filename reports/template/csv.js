// The figures of the record as CSV, line for line what `tollgate report --format csv` prints: the browser tests hold both together.
const CSV_START = ["start", "visits_done", "visits_planned", "group", "samples", "items", "mean_ns", "p50_ns", "wrong", "errors", "cpu_caller_ns", "cpu_callee_ns", "cpu_server_ns", "cpu_items", "bytes_out", "bytes_back", "callee_bytes_out", "callee_bytes_back", "bytes_items", "clipped"];
/** Fields that stand in the list of the processes of a lane: which process, and which of its fields. */
const CSV_PARTS = { cpu_caller_ns: ["caller", "cpu_ns"], cpu_callee_ns: ["callee", "cpu_ns"], cpu_server_ns: ["server", "cpu_ns"], bytes_out: ["caller", "bytes_out"], bytes_back: ["caller", "bytes_back"],
  callee_bytes_out: ["callee", "bytes_out"], callee_bytes_back: ["callee", "bytes_back"] };
/** What the program leaves out of a withdrawn lane: what was measured of it. */
const CSV_MEASURED = ["mean_ns", "p50_ns", ...Object.keys(CSV_PARTS)];
/** Control characters, and those that override the direction of text. */
const CSV_HARMFUL = /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;
const CSV_CELL = ["lane", "engine", "workload", "size", "placement", "mode", "items", "kind", "status"];

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
  const clean = disarmed.replace(CSV_HARMFUL, " ");
  return /[,"]/.test(clean) ? `"${clean.replaceAll('"', '""')}"` : clean;
}

/** A start's field as the program prints it. */
function csvStart(start, name, withdrawn) {
  if (name === "clipped") return start.clipped ?? 0;
  if (withdrawn && CSV_MEASURED.includes(name)) return null;
  const [part, field] = CSV_PARTS[name] ?? [];
  return part ? start.parts.find((one) => one.part === part)?.[field] : start[name];
}

/** The status that the program gives a cell: of a withdrawn lane it is void where something was wrong with it. */
function csvStatus(cell, withdrawn) {
  if (!withdrawn || cell.status === "withdrawn") return cell.status;
  const wrong = cell.status === "void" || cell.starts.some((start) => start.wrong > 0 || start.errors > 0);
  return wrong ? "void" : "withdrawn";
}

/** `lanes` are the full names of withdrawn ones. */
function csvOf(record, lanes) {
  const head = [...CSV_CELL, ...CSV_START.map((name) => (name === "items" ? "items_timed" : name)), "added"];
  /** When the cell was measured after the run. */
  const added = ({ starts: [{ start }] }) => (record.additions ?? []).find((one) => start >= one.first_start && start < one.first_start + one.starts)?.started_at;
  const rows = record.cells.flatMap((cell) => {
    const gone = lanes.includes(cell.lane), own = CSV_CELL.map((name) => (name === "status" ? csvStatus(cell, gone) : cell[name]));
    return cell.starts.length ? cell.starts.map((start) => [...own, ...CSV_START.map((name) => csvStart(start, name, gone)), added(cell)]) : [[...own, ...CSV_START.map(() => null), null]];
  });
  return [head, ...rows].map((row) => `${row.map(csvField).join(",")}\n`).join("");
}
