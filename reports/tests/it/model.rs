//! The cost model of one lane: against SciPy, against lanes whose a and b are known, and what it
//! says where there is nothing to say. What it makes of several lanes is in `choices`.

use crate::assertions::some;
use crate::synthetic::Random;
use reports::model::fit::{self, Bend, Curve};
use reports::model::linearity::Form;
use reports::model::{Model, grid::Grid};
use reports::stats::resolution::Resolution;
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
    for row in some(vectors["rows"].as_array().expect("rows"), "vectors") {
        let (items, ns) = (numbers(&row["items"]), numbers(&row["ns"]));
        let line = fit::theil_sen(&items, &ns).expect("different sizes");
        agrees(row, "theil_sen", &[line.slope, line.intercept], 1e-9);
        let relative = [
            ns.iter().map(|t| 1.0 / t).collect(),
            items.iter().zip(&ns).map(|(n, t)| n / t).collect::<Vec<f64>>(),
        ];
        let found = fit::huber(&relative, row["scale"].as_f64().expect("a number")).expect("a fit");
        agrees(row, "huber", &found, 1e-6);
    }
}

/// Both numbers are those that SciPy found, to within this share.
fn agrees(row: &Value, fit: &str, found: &[f64], share: f64) {
    let wanted = numbers(&row[fit]);
    assert_eq!((found.len(), wanted.len()), (2, 2), "{row}");
    for (found, wanted) in found.iter().zip(wanted) {
        let off = (found - wanted).abs();
        assert!(off < share * wanted.abs(), "{fit} of {}: {found} {wanted}", row["name"]);
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
                bend: of
                    .truth
                    .bend
                    .map(|bend| Bend { item_beyond_ns: bend.item_beyond_ns * b, ..bend }),
            };
            SIZES.map(|n| lucky.at(f64::from(n)) * of.noise()).to_vec()
        };
        let starts = (0..self.starts).map(|number| (number, start(self))).collect();
        Grid { sizes: SIZES.to_vec(), starts, resolution: Resolution::EXACT }
    }

    pub(crate) fn model(&mut self) -> Model {
        Model::of_grid(&self.grid(), "batched").expect("a model")
    }
}

fn percent(hits: usize) -> f64 {
    100.0 * hits as f64 / TRIALS as f64
}

/// The bounds of the knee rest on both.
#[test]
fn a_known_lane_is_recovered_within_its_intervals() {
    for (seed, call_ns, item_ns) in
        [(1, 101_000.0, 900.0), (2, 26_000.0, 850.0), (3, 5_000.0, 2_300.0)]
    {
        let mut fake = Fake::new(seed, call_ns, item_ns);
        let models: Vec<Model> = (0..TRIALS).map(|_| fake.model()).collect();
        let held =
            |of: &dyn Fn(&Model) -> bool| percent(models.iter().filter(|model| of(model)).count());
        let knee = |model: &Model| model.knee.is_some_and(|knee| knee.holds(call_ns / item_ns));
        let tenth =
            |model: &Model| model.batch_for_tenth.is_some_and(|n| n.holds(9.0 * call_ns / item_ns));
        for (what, share) in [
            ("a", held(&|model| model.call_ns.holds(call_ns))),
            ("b", held(&|model| model.item_ns.holds(item_ns))),
            ("knee", held(&knee)),
            ("tenth", held(&tenth)),
        ] {
            println!("{what} of {call_ns} + {item_ns} n: {share} %");
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
        // What is too noisy to tell excludes nothing.
        assert!((93.0..=99.9).contains(&held), "a = {call_ns}: {held} %");
        assert!(told <= most_told, "a = {call_ns}: told from 0 in {told} %");
        let untold = models.iter().filter(|model| model.call_ns.told().is_none());
        // That of the longest call is told from 0 in nearly all.
        let untold = if call_ns < 10.0 {
            some(untold, "calls not told")
        } else {
            untold.collect()
        };
        untold.into_iter().for_each(has_no_knee);
    }
}

/// Neither a knee nor a call or an item that takes less than no time.
fn has_no_knee(model: &Model) {
    assert!(model.knee.is_none_or(|knee| knee.told().is_none()), "{model:?}");
    for (_, curve) in some(&model.curves, "curves") {
        assert!(curve.call_ns >= 0.0 && curve.item_ns >= 0.0, "{model:?}");
    }
}

#[test]
fn a_bend_is_found_where_it_is_and_both_slopes_with_it() {
    let mut fake = Fake::new(7, 20_000.0, 800.0);
    fake.truth.bend = Some(Bend { items: 64.0, item_beyond_ns: 2_400.0 });
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
    let grid = Grid {
        sizes: SIZES.to_vec(),
        starts: (0..5).map(jagged).collect(),
        resolution: Resolution::EXACT,
    };
    let model = Model::of_grid(&grid, "batched").expect("sizes enough");
    assert_eq!(model.form, Form::Neither);
    assert!(!model.holds() && model.missed.error > 0.1, "{:?}", model.missed);
}

#[test]
fn two_sizes_are_no_model_and_one_start_gives_values_without_intervals() {
    let grid = |sizes: &[u32], starts: u32| Grid {
        resolution: Resolution::EXACT,
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
