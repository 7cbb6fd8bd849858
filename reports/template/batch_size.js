// A batch size that the reader types: whether it was measured, what the measured sizes predict for it, and the command that measures it.
function typedBatchSize() {
  const field = document.getElementById("batch-size"), panel = data.whatif;
  if (!field) return;
  const [said, command] = ["batch-said", "batch-command"].map((id) => document.getElementById(id));
  const { lanes, phrase } = panel.placements[0], most = Number(field.dataset.most);
  const measured = new Set(lanes.flatMap(({ basis }) => basis.sizes));
  const predicted = (items) => lanes.map(({ lane, basis }) => {
    const action = { service_ns: 0, actions_per_s: 0, items, items_per_call: items, parallel: 1, round_trip_ns: 0, budget_ns: 1 };
    const { time } = predictions.predict(basis, action, panel.cores);
    return time && { name: data.lanes[lane].short, ns: time.value / items, error: (time.high - time.low) / 2 / time.value };
  }).filter(Boolean).sort((a, b) => a.ns - b.ns);
  const sentence = (items) => {
    if (measured.has(items)) return "is measured: its figures stand in the chart and its table.";
    const told = predicted(items);
    if (!told.length) return "is not measured, and too far from what was for a prediction. This command measures it:";
    const errors = told.map(({ error }) => Math.max(1, Math.round(100 * error))).filter(Number.isFinite);
    const within = errors.length ? ` (95 % intervals: ±${Math.min(...errors)} to ±${Math.max(...errors)} %)` : "";
    return `is not measured. Predicted for an item ${phrase}: ${told.map(({ name, ns }) => `${name} ${predictions.timeText(ns)}`).join(", ")}${within}. This command measures it:`;
  };
  const show = () => {
    const items = readTyped(field.value, "count"), valid = Number.isInteger(items) && items >= 1 && items <= most;
    if (valid) field.removeAttribute("aria-invalid");
    else field.setAttribute("aria-invalid", "true");
    command.hidden = !valid || measured.has(items);
    command.textContent = `tollgate run --batch +${items}`;
    said.textContent = valid ? sentence(items) : `Give a whole number, 1 to ${most.toLocaleString("en")}.`;
  };
  field.addEventListener("input", show);
  show();
}
