// Two records against each other in the page: the figures that both have, as reports/src/judge/comparison/mod.rs compares them. It draws and
// writes nothing; the records may hold anything.

/** A record from the text of a file: JSON, or a report that carries one. Throws what a reader can act on. */
async function recordFrom(text) {
  let json = text;
  if (text.trimStart().startsWith("<")) {
    // In two parts: a page that carries no record must not hold this element anywhere.
    const head = "<scr" + 'ipt type="application/octet-stream" id="tollgate-record">', from = text.indexOf(head);
    if (from < 0) throw new Error("this HTML file carries no record: choose the .json file beside it, or a report that tollgate wrote");
    const packed = text.slice(from + head.length, text.indexOf("</scr" + "ipt>", from));
    json = await bounded(unpacked({ textContent: packed.trim() }).body);
  }
  let record;
  try {
    record = JSON.parse(json);
  } catch (error) {
    throw new Error(`this is no record: ${error.message}`);
  }
  if (record?.format !== "tollgate-record") throw new Error("this is no Tollgate record: its \"format\" is not \"tollgate-record\"");
  if (!(record.version <= 2)) throw new Error(`the record has format version ${record.version}; this page reads up to version 2: use a newer tollgate`);
  return record.version === 1 ? upgraded(record) : record;
}

/** A record of version 1 as it would be written today (reports/src/record/read/version_1/mod.rs): what is read of it here. */
function upgraded(old) {
  const placement = { same: "one", cross: "two" }[old.environment.placement] ?? "free", workload = "recommendations";
  const plan = { ...old.plan, workloads: [{ name: workload, unit: "ids", sizes: old.plan.max_results }], placements: [placement] };
  const cells = old.cells.map((cell) => ({ ...cell, workload, size: cell.max_results, placement, kind: "call" }));
  return { ...old, data: old.workload, plan, cells };
}

/** The most that a record may unpack to: a bound against files made to exhaust memory. */
const MOST_RECORD_BYTES = 2 ** 28;
async function bounded(stream) {
  const reader = stream.getReader(), decoder = new TextDecoder();
  let text = "", bytes = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    if ((bytes += value.length) > MOST_RECORD_BYTES) throw new Error("the record unpacks to more than this page takes: use tollgate compare");
    text += decoder.decode(value, { stream: true });
  }
}

/** What was asked, and where: figures of one scene may stand beside each other. */
const sceneOf = (cell) => JSON.stringify([cell.engine, cell.workload, cell.size, cell.placement]);
const keyOf = (cell) => JSON.stringify([cell.lane, sceneOf(cell), cell.mode, cell.items, cell.kind]);
const usable = (start, items) => start.p50_ns > 0 && start.mean_ns > 0 && isFinite(start.p50_ns) && isFinite(start.mean_ns) && start.samples > 0 && items > 0;

/** Full names of lanes that gave a wrong answer or an error: nothing of them is a figure (reports/src/figures/withdrawn.rs). */
function withdrawnOf(record) {
  const cells = record.cells.filter((cell) => cell.status === "void" || cell.starts.some((s) => s.wrong > 0 || s.errors > 0)).map((cell) => cell.lane);
  const short = (name) => record.lanes.find((lane) => lane.name === name)?.short ?? name;
  const named = (pair, lane) => [lane, short(lane)].some((name) => String(pair.reason ?? "").startsWith(`${name}:`));
  const pairs = (record.contrasts ?? []).filter((c) => c.wrong).map((c) => (named(c, c.first) && !named(c, c.second) ? c.first : c.second));
  const said = (step) => (step.reasons ?? []).some((why) => why.startsWith("wrong answers"));
  const loads = (record.loads?.lanes ?? []).filter((lane) => lane.starts.some((s) => s.points.some((p) => p.wrong > 0) || s.search.some(said))).map((lane) => lane.lane);
  return new Set([...cells, ...pairs, ...loads]);
}

/** Logarithms of the whole restarts: medians of a single call, means of an item otherwise. None where no restart is whole. */
function logsOf(cell) {
  if (!["measured", "partial"].includes(cell.status)) return null;
  const starts = cell.starts.filter((start) => usable(start, cell.items));
  if (!starts.length) return null;
  return starts.filter((s) => s.visits_done >= s.visits_planned).map((s) => Math.log(cell.items === 1 ? s.p50_ns : s.mean_ns / cell.items));
}

/** How finely the times of a cell can be told, as a share: step / group of each, or the bucket of its histogram (reports/src/stats/resolution.rs). */
function resolutionOf(cell, record) {
  const recorded = record.environment.clock_step_ns, step = recorded >= 1 && isFinite(recorded) ? recorded : 1;
  const starts = cell.starts.filter((start) => usable(start, cell.items) && start.visits_done >= start.visits_planned);
  return starts.reduce((coarsest, s) => Math.max(coarsest, step / (s.p50_ns * Math.max(1, s.group))), 0.001);
}

/** The cells of a record in the order of every table: scene, lane from loose to tight, then mode and items. */
function inOrder(record) {
  const lanes = record.lanes.slice().sort((a, b) => b.looseness - a.looseness || (a.name < b.name ? -1 : 1));
  const place = new Map(lanes.map((lane, at) => [lane.name, { at, lane }]));
  const sizes = record.plan.workloads.flatMap(({ name, sizes }) => sizes.map((size) => `${name} ${size}`));
  const planned = (cell) => (sizes.indexOf(`${cell.workload} ${cell.size}`) + 1 || Infinity), placed = (cell) => (record.plan.placements.indexOf(cell.placement) + 1 || Infinity);
  const key = (cell) => [cell.engine !== "stub", cell.engine, placed(cell), planned(cell), cell.size, place.get(cell.lane).at, cell.items !== 1, cell.mode, cell.items];
  const cells = record.cells.filter((cell) => place.get(cell.lane)?.lane.answers).map((cell) => ({ cell, lane: place.get(cell.lane).lane, key: key(cell) }));
  const first = (a, b) => a.key.findIndex((part, i) => part !== b.key[i]);
  return cells.sort((a, b) => (first(a, b) < 0 ? 0 : a.key[first(a, b)] < b.key[first(a, b)] ? -1 : 1));
}

/** What a placement is called wherever its figures stand, as `placement_title` of the record's plan has it. */
function placementTitle(record, placement) {
  const apart = record.plan.distances?.[placement];
  return { one: "one core", two: apart === "threads" ? "two threads" : "two cores", far: "far cores", free: "free placement" }[placement] ?? String(placement);
}
const placementTitles = (record) => record.plan.placements.map((placement) => placementTitle(record, placement)).join(", ");
/** True where the same is asked of the same engine, wherever the processes run. */
const asksAs = (cell, other) => ["engine", "workload", "size"].every((key) => cell[key] === other[key]);

/** The visits that stand in the figures of a cell (reports/src/figures/series/visits.rs): of a disturbed one and its repeat, one. */
const isDisturbed = (visit) => visit.flags.some((flag) => ["stolen", "others", "throttled"].includes(flag));
function visitsOf(cell, record) {
  const at = record.cells.indexOf(cell), replaced = new Set(record.visits.filter((v) => v.repeats != null && !isDisturbed(v)).map((v) => v.repeats));
  return record.visits.filter((v) => v.cell === at && !replaced.has(v.order) && (v.repeats == null || !isDisturbed(v)));
}
/** Why two records have no figure measured alike, or nothing can be told of it (reports/src/judge/comparison/sides.rs). */
function differentVisits(cells, records) {
  const lengths = cells.map((cell, i) => Math.min(...records[i].visits.filter((v) => v.cell === records[i].cells.indexOf(cell)).map((v) => v.limit_ms ?? Infinity)));
  const [old, later] = lengths, differs = lengths.every(isFinite) && Math.max(...lengths) > 1.25 * Math.min(...lengths);
  return differs && `visits last ${timeText(old * 1e6)} in the earlier record and ${timeText(later * 1e6)} in the later: measure both with the same --visit`;
}
function openOf(cells, records) {
  const times = (cell, visits) => cell.starts.filter((s) => s.visits_done >= visits).map((s) => (cell.items === 1 ? s.p50_ns : s.mean_ns)).filter((ns) => ns != null);
  const grouped = cells.some((cell) => inTwoGroups(times(cell, cell.items === 1 ? 3 : 0)));
  const [was, now] = cells.map((cell) => times(cell, 0)), least = (of) => Math.min(...of), most = (of) => Math.max(...of);
  const apart = Math.max(least(was) / most(now), least(now) / most(was));
  if (grouped && apart <= 1) return "cannot tell (two groups)";
  const disturbed = cells.some((cell, i) => {
    const visits = visitsOf(cell, records[i]), many = visits.filter(isDisturbed).length;
    return many >= 2 && many > 0.1 * visits.length;
  });
  return disturbed && apart <= 2 ? "cannot tell (disturbed)" : null;
}
/** Restarts in two groups (reports/src/figures/series/drift.rs). */
function inTwoGroups(times) {
  const logs = times.filter((ns) => ns > 0).map(Math.log).sort((a, b) => a - b), width = (part) => part[part.length - 1] - part[0];
  let cut = -1;
  for (let at = 2; at < logs.length - 1; at++) if (cut < 0 || logs[at] - logs[at - 1] >= logs[cut] - logs[cut - 1]) cut = at;
  if (cut < 0) return false;
  const gap = logs[cut] - logs[cut - 1];
  return gap > 3 * Math.max(width(logs.slice(0, cut)), width(logs.slice(cut))) && gap > Math.log(1.1);
}

/** What floors of the machine that both records have differ by. */
function floorsOf(old, later) {
  const logs = (floor) => floor.starts.map((s) => s.mean_ns ?? s.bytes_per_s).filter((value) => value > 0).map(Math.log);
  const pairs = (old.floors ?? []).map((floor) => [floor, (later.floors ?? []).find((other) => other.name === floor.name)]).filter(([, other]) => other);
  return pairs.map(([before, after]) => [logs(after), logs(before)]).filter((both) => both.every((of) => of.length >= 2)).map(([now, was]) => welch(now, was, 0));
}

/** Every figure that both records have, and those of the earlier one that the later one lacks. */
function changesBetween(old, later) {
  const after = new Map(later.cells.map((cell) => [keyOf(cell), cell])), changes = [], gone = [];
  const [withdrawnBefore, withdrawnNow] = [withdrawnOf(old), withdrawnOf(later)];
  for (const { cell, lane } of inOrder(old)) {
    const before = withdrawnBefore.has(cell.lane) ? null : logsOf(cell), there = after.get(keyOf(cell)), now = there && !withdrawnNow.has(cell.lane) && logsOf(there);
    if (!before) continue;
    const elsewhere = !there && !later.plan.placements.includes(cell.placement) && `measured with another placement: ${placementTitle(old, cell.placement)} in the earlier run, ${placementTitles(later)} in the later; compare a run with --placement ${cell.placement}`;
    const why = elsewhere ? elsewhere : !there ? "not in the later record" : !now ? "lost in the later record" : now.length < 2 ? "fewer than two whole restarts in the later record" : before.length < 2 ? "fewer than two whole restarts in the earlier record" : null;
    const placed = placementTitle(old, cell.placement), unlike = !why && differentVisits([cell, there], [old, later]);
    if (why || unlike) gone.push({ lane: lane.short, cell, placed, why: why || unlike });
    else changes.push({ cell, lane, placed, old_ns: Math.exp(meanOf(before)), new_ns: Math.exp(meanOf(now)), open: openOf([cell, there], [old, later]), ...welch(now, before, Math.log1p(Math.hypot(resolutionOf(cell, old), resolutionOf(there, later)))) });
  }
  for (const placed of new Set(changes.map((c) => c.placed))) {
    const here = changes.filter((c) => c.placed === placed), told = here.filter((c) => !c.open);
    const runs = betweenRuns(told, new Set(told.map((c) => c.cell.lane)).size, floorsOf(old, later));
    here.forEach((c) => Object.assign(c, withLuck(c, runs)));
  }
  const family = changes.filter((c) => !c.open), named = holm(family.map((c) => c.p)), scene = changes[0]?.cell;
  family.forEach((change, i) => (change.detected = named[i]));
  changes.forEach((change) => {
    change.words = change.open || verdict(change, change.detected);
    const { cell } = change, here = (c) => asksAs(c, scene), beside = (c) => here(c) && c.lane === cell.lane && c.placement === cell.placement;
    const largest = Math.max(...changes.filter((c) => beside(c.cell) && c.cell.mode === "batched").map((c) => c.cell.items));
    change.main = here(cell) && (cell.items === 1 || (cell.mode === "batched" && cell.items === largest));
  });
  return { changes, gone };
}

/** Why a record must not be used: what the trust grade forbids. */
function forbids(record) {
  const withdrawn = withdrawnOf(record), measured = new Set(record.cells.map((cell) => cell.lane)).size;
  if (withdrawn.size && withdrawn.size >= 0.25 * Math.max(measured, withdrawn.size)) return "a quarter of its lanes or more gave wrong answers or errors";
  if (record.tollgate.handicap) return "a handicap was compiled into its build";
  const points = (record.loads?.lanes ?? []).filter((lane) => !withdrawn.has(lane.lane)).flatMap((lane) => lane.starts.flatMap((start) => start.points));
  if (points.some((p) => p.little?.relative_error > 0.03)) return "under load Little's law was missed";
  const selves = (record.contrasts ?? []).filter((c) => c.kind === "self" && c.starts.length >= FEWEST_STARTS && !withdrawn.has(c.first));
  const logs = selves.map((c) => c.starts.map((s) => s.log_ratio).filter(Number.isFinite)).filter((l) => l.length >= FEWEST_STARTS);
  const hits = logs.filter((l) => Math.abs(meanOf(l)) > tQuantile(l.length - 1, DETECTION) * Math.sqrt(squaredError(l))).length;
  return atLeast(hits, logs.length, 1 - DETECTION) < 0.01 ? "its lanes differ from themselves more often than chance would have it" : null;
}

/** What a reader should know of two records before looking at a ratio. */
function caveatsOf(old, later) {
  const differs = [
    [old.environment.fingerprint !== later.environment.fingerprint, "The records are from different machines: a difference may be theirs."],
    [old.data.digest !== later.data.digest, "The records are over different data."],
    [old.tollgate.profile !== later.tollgate.profile, "The records are of different build profiles: a difference may be the compiler's."],
    [placementTitles(old) !== placementTitles(later), `The records have different placements (${placementTitles(old)} before, ${placementTitles(later)} after): only what is in both is compared; measure both with the same --placement for all.`],
    [withdrawnOf(old).size, `Withdrawn in the earlier record, not compared: ${[...withdrawnOf(old)].join(", ")}.`],
    [withdrawnOf(later).size, `Withdrawn in the later record, not compared: ${[...withdrawnOf(later)].join(", ")}.`],
    [forbids(old), `The earlier record must not be used: ${forbids(old)}.`],
    [forbids(later), `The later record must not be used: ${forbids(later)}.`],
    [true, "Two runs are never alike: what the machine did in between is in every figure."],
  ];
  return differs.filter(([is]) => is).map(([, said]) => said);
}
