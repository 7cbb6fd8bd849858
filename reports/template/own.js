// The reader's own service in the box of answers: what a call is of it, over the usual lane of each kind, and
// whether the choice of a lane matters beside it. The sentence is that of say/answers/matters.rs.
function ownService() {
  const field = document.getElementById("own-service"), said = document.getElementById("own-said");
  if (!field) return;
  const cells = [...document.querySelectorAll("[data-call-ns]")].map((cell) => ({ cell, ns: Number(cell.dataset.callNs) }));
  let taken = field.value;
  const show = () => {
    const work = readTyped(field.value, "time", taken), valid = work >= 0 && Number.isFinite(work);
    if (valid) field.removeAttribute("aria-invalid");
    else field.setAttribute("aria-invalid", "true");
    if (!valid) return (said.textContent = "Give a time, as 5 ms or 250 us.");
    taken = work ? predictions.timeText(work).replace(/\.0+(?= )/, "") : "0 ms";
    field.value = taken;
    document.querySelectorAll(".own-said").forEach((place) => (place.textContent = taken));
    cells.forEach(({ cell, ns }) => (cell.textContent = predictions.shareText(ns / (ns + work))));
    ownAnswer(work, taken);
    return (said.textContent = "for each call.");
  };
  field.addEventListener("change", show);
  show();
}

function ownAnswer(work, taken) {
  const longer = document.getElementById("own-longer");
  if (!longer) return;
  const choices = JSON.parse(longer.dataset.choices);
  const share = ({ quicker_ns, more_ns }) => predictions.shareText(more_ns / (quicker_ns + work));
  const said = choices.map((choice, at) => {
    const { placed, quicker, slower } = choice, before = choices[at - 1];
    if (before && before.quicker === quicker && before.slower === slower) return `${share(choice)}${placed}`;
    return before ? `${share(choice)} longer over ${slower} than over ${quicker}${placed}` : `the mean call takes ${share(choice)} longer over ${slower} than over ${quicker}${placed}`;
  });
  const matters = choices.some(({ low_ns }) => work < low_ns) ? "the choice matters" : "the choice may matter";
  document.getElementById("own-verdict").textContent = choices.every(({ high_ns }) => work >= high_ns) ? "the choice does not matter" : matters;
  document.getElementById("own-question").textContent = `${taken} service?`;
  longer.textContent = `${said.join(", ")}.`;
}
