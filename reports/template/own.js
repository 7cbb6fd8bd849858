// The reader's own service in the box of answers: what a call is of it, over the usual lane of each kind.
function ownService() {
  const field = document.getElementById("own-service"), said = document.getElementById("own-share");
  if (!field) return;
  const cells = [...document.querySelectorAll("[data-call-ns]")].map((cell) => ({ cell, ns: Number(cell.dataset.callNs), lane: cell.dataset.lane }));
  let taken = field.value;
  const text = predictions.shareText;
  const show = () => {
    const work = readTyped(field.value, "time", taken), valid = work >= 0 && Number.isFinite(work);
    if (valid) field.removeAttribute("aria-invalid");
    else field.setAttribute("aria-invalid", "true");
    if (!valid) return (said.textContent = "Give a time, as 5 ms or 250 us.");
    taken = work ? predictions.timeText(work).replace(/\.0+(?= )/, "") : "0 ms";
    field.value = taken;
    document.querySelectorAll(".own-said").forEach((place) => (place.textContent = taken));
    const shares = cells.map(({ ns }) => ns / (ns + work));
    cells.forEach(({ cell }, at) => (cell.textContent = text(shares[at])));
    const most = shares.indexOf(Math.max(...shares));
    return (said.textContent = `per call. The most expensive, ${cells[most].lane}, is ${text(shares[most])} of a call to it.`);
  };
  field.addEventListener("change", show);
  show();
}
