//! The cost model: against SciPy, against lanes whose a and b are known, and what it says where
//! there is nothing to say.

use crate::record;
use crate::synthetic::Random;
use reports::figures::summary::{Scene, Summary};
use reports::model::fit::{self, Curve};
use reports::model::linearity::Form;
use reports::{Format, RenderOptions, render};
use reports::{
    model::{self, Model, crossover, grid::Grid},
    say::cost_model,
};
use serde_json::Value;

const SIZES: [u32; 6] = [1, 4, 16, 64, 256, 1_024];
const TRIALS: usize = 1_000;

fn numbers(value: &Value) -> Vec<f64> {
    value
        .as_array()
        .expect("a list")
        .iter()
        .map(|v| v.as_f64().expect("a number"))
        .collect()
}

/// `tests/data/model_vectors.py` made them.
#[test]
fn the_fits_agree_with_scipy() {
    let vectors: Value =
        serde_json::from_str(include_str!("../data/model_vectors.json")).expect("JSON");
    for row in vectors["rows"].as_array().expect("rows") {
        let (items, ns) = (numbers(&row["items"]), numbers(&row["ns"]));
        let (slope, rest) = fit::theil_sen(&items, &ns).expect("different sizes");
        for (found, wanted) in [slope, rest].into_iter().zip(numbers(&row["theil_sen"])) {
            assert!(
                (found - wanted).abs() < 1e-9 * wanted.abs(),
                "{}: {found} {wanted}",
                row["name"]
            );
        }
        let relative = [
            ns.iter().map(|t| 1.0 / t).collect(),
            items.iter().zip(&ns).map(|(n, t)| n / t).collect::<Vec<f64>>(),
        ];
        let found = fit::huber(&relative, row["scale"].as_f64().expect("a number")).expect("a fit");
        for (found, wanted) in found.into_iter().zip(numbers(&row["huber"])) {
            assert!(
                (found - wanted).abs() < 1e-6 * wanted.abs(),
                "{}: {found} {wanted}",
                row["name"]
            );
        }
    }
}

/// A lane whose curve is known, as starts on a machine with neighbours show it.
pub(crate) struct Fake {
    random: Random,
    truth: Curve,
    starts: u32,
    /// What a fresh start does to a and to b, as standard deviations of logarithms.
    luck: [f64; 2],
}

impl Fake {
    pub(crate) fn new(seed: u64, call_ns: f64, item_ns: f64) -> Self {
        let truth = Curve { call_ns, item_ns, bend: None };
        Self { random: Random(seed), truth, starts: 5, luck: [0.05, 0.02] }
    }

    /// The mean of a size scatters by 1 %; one in twenty is disturbed, half of these by twice their
    /// time or more.
    fn noise(&mut self) -> f64 {
        let disturbed = if self.random.uniform() < 0.05 {
            1.0 / self.random.uniform()
        } else {
            1.0
        };
        disturbed * (0.01 * self.random.normal()).exp()
    }

    fn grid(&mut self) -> Grid {
        let start = |of: &mut Self| {
            let [a, b] = of.luck.map(|luck| (luck * of.random.normal()).exp());
            let lucky = Curve {
                call_ns: of.truth.call_ns * a,
                item_ns: of.truth.item_ns * b,
                bend: of.truth.bend.map(|(at, beyond)| (at, beyond * b)),
            };
            SIZES.map(|n| lucky.at(f64::from(n)) * of.noise()).to_vec()
        };
        let starts = (0..self.starts).map(|number| (number, start(self))).collect();
        Grid { sizes: SIZES.to_vec(), starts }
    }

    pub(crate) fn model(&mut self) -> Model {
        Model::of_grid(&self.grid(), "batched").expect("a model")
    }
}

fn percent(hits: usize) -> f64 {
    100.0 * hits as f64 / TRIALS as f64
}

/// The bounds of issue 5; those of the knee rest on both.
#[test]
fn a_known_lane_is_recovered_within_its_intervals() {
    for (seed, call_ns, item_ns) in
        [(1, 101_000.0, 900.0), (2, 26_000.0, 850.0), (3, 5_000.0, 2_300.0)]
    {
        let mut fake = Fake::new(seed, call_ns, item_ns);
        let models: Vec<Model> = (0..TRIALS).map(|_| fake.model()).collect();
        let held =
            |of: &dyn Fn(&Model) -> bool| percent(models.iter().filter(|model| of(model)).count());
        let shares = [
            ("a", held(&|model| model.call_ns.holds(call_ns))),
            ("b", held(&|model| model.item_ns.holds(item_ns))),
            (
                "knee",
                held(&|model| model.knee.is_some_and(|knee| knee.holds(call_ns / item_ns))),
            ),
            (
                "tenth",
                held(&|model| {
                    model.batch_for_tenth.is_some_and(|n| n.holds(9.0 * call_ns / item_ns))
                }),
            ),
        ];
        for (what, share) in shares {
            println!("{what} of {call_ns} + {item_ns} n: {share} %");
        }
        for (what, share) in shares {
            assert!((93.0..=98.0).contains(&share), "{what} of {call_ns} + {item_ns} n: {share} %");
        }
        let lines = held(&|model| model.form == Form::Line);
        println!("lines: {lines} %");
        assert!(lines > 95.0, "{lines} % are called a line");
    }
}

/// A call that is small beside the scatter of one item has no logarithm in every start; its
/// interval must hold all the same.
#[test]
fn a_call_that_cannot_be_told_from_0_is_not_given_a_value() {
    for (seed, call_ns, most_told) in [(4, 0.0, 4.0), (5, 2.0, 40.0), (6, 30.0, 100.0)] {
        let mut fake = Fake::new(seed, call_ns, 240.0);
        let models: Vec<Model> = (0..TRIALS).map(|_| fake.model()).collect();
        let held = percent(models.iter().filter(|model| model.call_ns.holds(call_ns)).count());
        let told = percent(models.iter().filter(|model| model.call_ns.told().is_some()).count());
        println!("a = {call_ns}: held {held} %, told {told} %");
        assert!((93.0..=99.5).contains(&held), "a = {call_ns}: {held} %");
        assert!(told <= most_told, "a = {call_ns}: told from 0 in {told} %");
        for model in models.iter().filter(|model| model.call_ns.told().is_none()) {
            assert!(model.knee.is_none_or(|knee| knee.told().is_none()), "{model:?}");
            assert!(
                model
                    .curves
                    .iter()
                    .all(|(_, curve)| curve.call_ns >= 0.0 && curve.item_ns >= 0.0)
            );
        }
    }
}

#[test]
fn a_bend_is_found_where_it_is_and_both_slopes_with_it() {
    let mut fake = Fake::new(7, 20_000.0, 800.0);
    fake.truth.bend = Some((64.0, 2_400.0));
    let models: Vec<Model> = (0..TRIALS / 5).map(|_| fake.model()).collect();
    let bent: Vec<&Model> = models.iter().filter(|model| model.form == Form::Bent(64)).collect();
    assert!(
        bent.len() * 10 >= models.len() * 9,
        "{} of {} bend at 64",
        bent.len(),
        models.len()
    );
    let beyond = |model: &&&Model| model.item_beyond_ns.is_some_and(|b| b.holds(2_400.0));
    let held = bent.iter().filter(|model| model.item_ns.holds(800.0)).filter(beyond).count();
    // Both of two intervals at 95 %.
    assert!(held * 100 >= bent.len() * 85, "{held} of {}", bent.len());
}

#[test]
fn a_lane_that_neither_a_line_nor_a_bend_describes_has_no_figures() {
    let jagged = |start: u32| {
        (
            start,
            [100.0, 40.0, 200.0, 100.0, 700.0, 600.0].map(|ns: f64| ns * 1e3).to_vec(),
        )
    };
    let grid = Grid { sizes: SIZES.to_vec(), starts: (0..5).map(jagged).collect() };
    let model = Model::of_grid(&grid, "batched").expect("sizes enough");
    assert_eq!(model.form, Form::Neither);
    assert!(!model.holds() && model.missed.error > 0.1, "{:?}", model.missed);
}

#[test]
fn two_sizes_are_no_model_and_one_start_gives_values_without_intervals() {
    let grid = |sizes: &[u32], starts: u32| Grid {
        sizes: sizes.to_vec(),
        starts: (0..starts)
            .map(|s| (s, sizes.iter().map(|n| 100.0 + 3.0 * f64::from(*n)).collect()))
            .collect(),
    };
    assert!(Model::of_grid(&grid(&[1, 64], 5), "batched").is_none());
    assert!(Model::of_grid(&grid(&[1, 8, 64], 0), "batched").is_none());
    let one = Model::of_grid(&grid(&[1, 8, 64], 1), "batched").expect("a model");
    let a = one.call_ns.told().expect("above 0");
    assert!((a.value - 100.0).abs() < 1e-6 && a.interval.is_none(), "{a:?}");
    let knee = one.knee.and_then(|knee| knee.told().copied()).expect("a value");
    assert!((knee.value - 100.0 / 3.0).abs() < 1e-6);
}

#[test]
fn items_that_cost_nothing_have_no_knee() {
    let mut fake = Fake::new(8, 100_000.0, 0.0);
    let with_knee = (0..TRIALS / 5).filter(|_| fake.model().knee.is_some()).count();
    assert!(with_knee * 100 <= TRIALS / 5 * 5, "{with_knee} have one");
}

fn scene<'s, 'r>(summary: &'s Summary<'r>) -> &'s Scene<'r> {
    summary.main().expect("measured")
}

/// The invented lanes: rest takes 83,000 + 2,300 n, grpc 101,000 + 900 n, uds 26,000 + 850 n.
#[test]
fn lanes_cross_where_their_lines_meet_and_only_those_that_do() {
    let record = record();
    let summary = Summary::of(&record);
    let lanes = model::of(scene(&summary));
    let crossings = crossover::cross_overs(&lanes);
    let names: Vec<[&str; 2]> = crossings
        .iter()
        .map(|c| [c.few.lane.short.as_str(), c.many.lane.short.as_str()])
        .collect();
    assert_eq!(names, [["rest", "grpc"]]);
    let items = crossings[0].items.expect("inside the sizes");
    let interval = items.interval.expect("five starts");
    let truth = 18_000.0 / 1_400.0;
    assert!(interval.low <= truth && truth <= interval.high, "{items:?}");
    let text = cost_model::crossing(&crossings[0]);
    let begin = "rest (hyper 1.11.0) and grpc (tonic 0.14.9) cross at about ";
    assert!(
        text.starts_with(begin) && text.contains("rest is quicker for fewer, grpc for more"),
        "{text}"
    );
}

#[test]
fn work_in_the_callee_makes_a_choice_unimportant_from_d_by_m_less_the_call_on() {
    let record = record();
    let summary = Summary::of(&record);
    let scene = scene(&summary);
    let of = |short: &str| scene.rows.iter().find(|row| row.lane.short == short).expect("a lane");
    let choice = crossover::Choice::of(of("grpc"), of("inproc")).expect("five starts");
    assert_eq!(choice.quicker.lane.short, "inproc");
    let mean = |short| of(short).single.as_ref().expect("measured").item.value;
    let wanted = (mean("grpc") - mean("inproc")) / 0.05 - mean("inproc");
    let found = choice.break_even().expect("five starts");
    assert!((found.value / wanted - 1.0).abs() < 0.01, "{found:?} {wanted}");
    // At the break-even itself the share is the margin.
    assert!((choice.share(found.value).expect("five starts").value - 0.05).abs() < 0.000_5);
    let said = |work_ns| cost_model::with_work(&choice, work_ns).expect("a sentence");
    assert!(
        said(8e6)
            .contains("under 5.00 %, so the choice does not matter. It starts to matter below"),
        "{}",
        said(8e6)
    );
    assert!(said(1e5).contains("so the choice matters"), "{}", said(1e5));
    assert!(said(found.value).contains("cannot tell"), "{}", said(found.value));
}

#[test]
fn lanes_that_are_no_different_leave_the_choice_open() {
    let mut record = record();
    let same: Vec<_> = record
        .cells
        .iter()
        .filter(|cell| cell.lane == "rust/uds/rust")
        .cloned()
        .collect();
    record.cells.retain(|cell| cell.lane != "rust/grpc/rust");
    record.cells.extend(
        same.into_iter()
            .map(|cell| reports::record::Cell { lane: "rust/grpc/rust".into(), ..cell }),
    );
    let summary = Summary::of(&record);
    let row = |short: &str| {
        scene(&summary).rows.iter().find(|row| row.lane.short == short).expect("a lane")
    };
    let choice = crossover::Choice::of(row("grpc"), row("uds")).expect("five starts");
    let text = cost_model::break_even(&choice).expect("a sentence");
    assert!(text.contains("under 5.00 % of a call even without any work"), "{text}");
}

#[test]
fn every_rendering_shows_the_model_and_what_a_service_time_means() {
    let mut record = record();
    let shown =
        |record: &_, format| render(record, format, &RenderOptions::default()).expect("renders");
    let asked = "of work in the callee, ";
    for format in [Format::Human, Format::Markdown, Format::Html] {
        let text = shown(&record, format);
        assert!(text.contains("a + b n") && text.contains("cross at about"), "{format:?}");
        assert!(!text.contains(asked), "{format:?} answers what was not asked");
    }
    record.plan.service_time_ns = Some(8_000_000);
    for format in [Format::Human, Format::Markdown, Format::Html] {
        assert!(shown(&record, format).contains("With 8.00 ms"), "{format:?}");
    }
    let json: Value = serde_json::from_str(&shown(&record, Format::ModelJson)).expect("JSON");
    let models = json["scenes"][0]["models"].as_array().expect("models");
    let grpc = models
        .iter()
        .find(|m| m["lane"] == "rust/grpc/rust" && m["mode"] == "batched")
        .expect("grpc");
    assert_eq!(grpc["curves"].as_array().map(Vec::len), Some(5));
    let a = &grpc["a_ns"];
    assert!(
        a["low"].as_f64() < a["value"].as_f64() && a["value"].as_f64() < a["high"].as_f64(),
        "{a}"
    );
    let csv = shown(&record, Format::ModelCsv);
    let columns = csv.lines().next().expect("a heading").split(',').count();
    assert!(
        csv.lines().count() > 5 && csv.lines().all(|line| line.split(',').count() == columns),
        "{csv}"
    );
}

#[test]
fn figures_that_must_not_be_used_have_no_model_beside_them() {
    let mut record = record();
    record.cells[0].status = "void".into();
    record.cells[0].starts[0].wrong = 1;
    for format in [Format::Human, Format::Markdown, Format::Html] {
        let text = render(&record, format, &RenderOptions::default()).expect("renders");
        assert!(!text.contains("a + b n"), "{format:?}");
    }
}
