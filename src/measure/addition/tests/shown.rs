//! What renderings say of a record with an addition.

use super::{base, batch, change, later, three};
use reports::{Format, RenderOptions};

#[test]
fn every_rendering_marks_what_was_added() {
    let before = base(three());
    let after = change(&before, batch(&[128], &[]), later());
    let render = |format| {
        reports::render(after.record(), format, &RenderOptions::default()).expect("a report")
    };
    for format in [Format::FirstScreen, Format::Human, Format::Markdown, Format::Html] {
        let text = render(format);
        assert!(text.contains("† batch +128: added later, 8 restarts at "), "{format:?}");
        assert!(text.contains("of what they were"), "{format:?}");
    }
    for format in [Format::Human, Format::Markdown, Format::Html, Format::FiguresCsv] {
        assert!(render(format).contains("added later"), "{format:?}");
    }
    let first = render(Format::FirstScreen);
    let near = first.lines().find(|line| line.starts_with("near")).expect("a row");
    assert_eq!(near.matches('†').count(), 1, "the largest batch: {near}");
}

#[test]
fn the_cost_model_uses_added_sizes() {
    let before = base(three());
    let after = change(&before, batch(&[32], &[]), later());
    let summary = reports::figures::summary::Summary::of(after.record());
    let models = reports::model::of(summary.main().expect("a scene"));
    assert_eq!(models.len(), 3);
    for lane in &models {
        let model = lane.batched().expect("a model of batches");
        assert_eq!(model.sizes, [1, 8, 32, 64]);
        assert!(model.call_ns.told().is_some() || model.item_ns.told().is_some(), "{model:?}");
        let sizes: Vec<u32> = lane.chatty.iter().map(|one| one.items).collect();
        assert_eq!(sizes, [8, 32, 64], "each against single calls of other restarts");
    }
}
